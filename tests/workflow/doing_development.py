"""What acts on courses, and the signature below an interview, need beside the world's record (4.2-a, 5.2.1)."""

from __future__ import annotations

from admin.models import CourseSession, Hearing
from admin.operations.transaction import Operation
from tests import factories as make
from tests.factories import NOW
from tests.workflow.doing import doing
from tests.workflow.world import World


@doing("enrolment", "mark_absent")
@doing("enrolment", "mark_attended")
def _begun(op: Operation, there: World) -> None:
    """Attendance is recorded from the first day on."""
    date = op.get(CourseSession, there.record.session_id)
    date.begins_on = date.ends_on = NOW.date()


@doing("review", "sign_hearing", who="subject", data={"objection": "I said something else."})
def _interviewed(op: Operation, there: World) -> None:
    there.record.proposed_grade_id = make.grade("J1").id
    op.add(Hearing(review_id=there.record.id, form="interview", text="…", offered_at=NOW, recorded_at=NOW))
