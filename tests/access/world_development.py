"""What a grade brings in the centre of the access matrix: a course, a date to come, and employee's place on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from admin.models import (
    Course,
    CourseSession,
    Enrolment,
    FollowUp,
    FollowUpNote,
    GradeChange,
    Honour,
    Nomination,
    PolicyQuestion,
    WorkTask,
)
from tests import factories as make
from tests.factories import NOW


def courses(op: Any, at: dict[str, Any]) -> None:
    """Add them by their names."""
    at["course"] = op.add(Course(code="C-1", title="Calm calls", dimension="ability", hours=7)).id
    days = {"begins_on": date(2027, 1, 11), "ends_on": date(2027, 1, 11)}
    at["course_date"] = op.add(CourseSession(code="C-1/1", course_id=at["course"], place="Room 1", places=9, **days)).id
    taken = {"session_id": at["course_date"], "employee_id": at["employee"], "asked_by_id": 1, "asked_at": NOW}
    named = {"employee_id": at["employee"], "grade_id": make.grade("J2").id, "recorded_by_id": 1, "recorded_at": NOW}
    told = {"title": "Star", "printed_name": "N-employee", "reason": "Calm.", "stage": "awarded"}
    at["honour"] = op.add(Honour(year=2026, **told, **named)).id
    at["candidate"] = op.add(Nomination(post="supervisor", reason="Leads.", stage="chosen", **named)).id
    work = {"code": "W-1", "title": "Calls", "valid_from": date(2026, 1, 1)}
    at["work_task"] = op.add(WorkTask(lowest_grade_id=make.grade("J1").id, **work)).id
    change = op.session.scalars(select(GradeChange.id).where(GradeChange.employee_id == at["employee"])).first()
    due = {"employee_id": at["employee"], "after_days": 30, "due_on": date(2026, 11, 2)}
    at["follow_up"] = op.add(FollowUp(grade_change_id=change, **due)).id
    said = {"outcome": "well", "text": "Calm.", "written_by_id": 1, "written_at": NOW}
    op.add(FollowUpNote(follow_up_id=at["follow_up"], **said))
    at["policy_question"] = op.add(PolicyQuestion(employee_id=at["employee"], text="Why?", asked_at=NOW)).id
    at["enrolment"] = op.add(Enrolment(enrolled_by="self", **taken)).id
