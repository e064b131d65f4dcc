"""What acts on courses need beside the world's record (5.2.1)."""

from __future__ import annotations

from admin.models import CourseSession
from admin.operations.transaction import Operation
from tests.factories import NOW
from tests.workflow.doing import doing
from tests.workflow.world import World


@doing("enrolment", "mark_absent")
@doing("enrolment", "mark_attended")
def _begun(op: Operation, there: World) -> None:
    """Attendance is recorded from the first day on."""
    date = op.get(CourseSession, there.record.session_id)
    date.begins_on = date.ends_on = NOW.date()
