"""What a grade brings in the centre of the access matrix: a course, a date to come, and employee's place on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from admin.models import Course, CourseSession, Enrolment, Honour, Nomination
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
    at["enrolment"] = op.add(Enrolment(enrolled_by="self", **taken)).id
