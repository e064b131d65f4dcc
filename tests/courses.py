"""A course of the catalogue, and one date of it (5.2.1)."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from admin.models import Course, CourseSession
from tests.factories import fixture

_serial = count(1)


def course_date(on: date, places: int = 9, **course: Any) -> CourseSession:
    """A course of the catalogue, and one date of it."""
    key = next(_serial)
    with fixture() as op:
        kept = op.add(Course(code=f"C{key}", title=course.pop("title", f"Course {key}"), **course))
        return op.add(
            CourseSession(code=f"C{key}/1", course_id=kept.id, begins_on=on, ends_on=on, place="Room 1", places=places)
        )
