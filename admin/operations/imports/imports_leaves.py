"""Leave in an employee import: who is on leave by the file has a leave, and whose leave is over by it is back (1.2-g)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select

from admin.domain.codes import EmployeeStatus, LeaveKind
from admin.domain.refusals import N_
from admin.models import Leave
from admin.operations.people.leaves import erase_leave
from admin.operations.transaction import Operation
from admin.queries.system.chunks import chunks

TAKEN_BACK = N_("The import was taken back.")
ON_LEAVE = EmployeeStatus.ON_LEAVE


def follow_statuses(op: Operation, changed: Sequence[Any], new: Sequence[int]) -> dict[str, list[Any]]:
    """Begin and end leaves as the statuses of a file say, from today; returns what undoing needs.

    `changed` holds [employee, {column: [old, new]}], `new` the new employees who are on leave.
    """
    moves = [(key, pairs["status"]) for key, pairs in changed if "status" in pairs]
    away = [*new, *(key for key, (_, status) in moves if status == ON_LEAVE)]
    back = [key for key, (old, status) in moves if old == ON_LEAVE and status == EmployeeStatus.IN_SERVICE]
    # A leave recorded by hand has its own kind and first day, which the file does not know.
    there = {leave.employee_id for leave in _running(op, away)}
    begun = [
        op.add(Leave(employee_id=key, kind=LeaveKind.LEAVE, starts_on=op.today)) for key in away if key not in there
    ]
    ended = []
    for leave in _running(op, back):
        ended.append([leave.id, leave.ends_on.isoformat() if leave.ends_on else None])
        # Back by the file means at work today; a leave that began today ends as its only day.
        leave.ends_on = max(leave.starts_on, op.today - timedelta(days=1))
    op.session.flush()
    return {"leaves": [leave.id for leave in begun], "leaves_ended": ended}


def _running(op: Operation, employees: Sequence[int]) -> list[Leave]:
    """The leaves of these people that run today."""
    query = select(Leave).where(Leave.starts_on <= op.today, or_(Leave.ends_on.is_(None), Leave.ends_on >= op.today))
    return [
        leave for some in chunks(employees) for leave in op.session.scalars(query.where(Leave.employee_id.in_(some)))
    ]


def give_leaves_back(op: Operation, undo: Mapping[str, Any]) -> None:
    """Take the leaves of an import away, and open again those that it ended."""
    for key in undo.get("leaves", ()):
        # One that was taken back by hand meanwhile is gone already.
        if (leave := op.session.get(Leave, key)) is not None:
            erase_leave(op, leave, TAKEN_BACK)
    for key, ends_on in undo.get("leaves_ended", ()):
        op.session.get_one(Leave, key).ends_on = date.fromisoformat(ends_on) if ends_on else None
    op.session.flush()
