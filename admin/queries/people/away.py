"""Whom leave took most of a year, as a part of a statement (1.2-b, 3.2-d)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, literal, or_, select

from admin.models import Employee, Leave
from admin.models.base import DaysBetween, again


def away_for_most_of(year: int) -> Select[Any]:
    """Whom leave took most of a year's days in service (1.2-b), as `is_leave_year` reckons it."""
    first, last, after = date(year, 1, 1), date(year, 12, 31), date(year + 1, 1, 1)
    someone, leave = again(Employee, "someone", "id", "hired_on"), Leave.__table__
    begins = case((leave.c.starts_on > first, leave.c.starts_on), else_=literal(first))
    ends = case((or_(leave.c.ends_on.is_(None), leave.c.ends_on > last), literal(last)), else_=leave.c.ends_on)
    served = case((someone.c.hired_on > first, someone.c.hired_on), else_=literal(first))
    return (
        select(leave.c.employee_id)
        .join(someone, someone.c.id == leave.c.employee_id)
        .where(leave.c.starts_on <= last, or_(leave.c.ends_on.is_(None), leave.c.ends_on >= first))
        .group_by(leave.c.employee_id, someone.c.hired_on)
        .having(2 * func.sum(DaysBetween(begins, ends) + 1) > DaysBetween(served, literal(after)))
    )
