"""What every act on people's files asks: HR does it, whoever is named is still here, changes keep their dates (1.2-g)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select

from admin.domain.codes import EmployeeStatus
from admin.domain.refusals import N_, Invalid, NotFound
from admin.domain.workflow import Facts
from admin.models import Employee, EmployeeChange, Leave, PredecessorStatement
from admin.models.audit import plain
from admin.operations.acts import declare_process
from admin.operations.transaction import Operation
from admin.queries.people.leaves import refusals_of


def _facts(op: Operation, employee: Employee, reason: str | None) -> Facts:
    own, office = op.actor.employee_id == employee.id, op.actor.has("hr")
    held = {"hr": office, "subject": own, "head": own and op.actor.has("head")}
    relations = frozenset(name for name, holds in held.items() if holds)
    leaves = op.session.scalars(select(Leave).where(Leave.employee_id == employee.id)).all() if office else []
    refused = refusals_of(op.session, leaves, op.now)
    parts = [Facts("employee", employee.status, relations, {"leave_refusal": why}) for why in refused.values()]
    known = {"attempt": reason is not None, "reason": reason or ""}
    if own:
        mine = (PredecessorStatement.author_id == employee.id, PredecessorStatement.disowned_at.is_(None))
        known["statements"] = op.session.scalar(select(func.count(PredecessorStatement.id)).where(*mine))
    return Facts("employee", employee.status, relations, known, parts={"withdraw_leave": parts})


def _state(employee: Employee) -> dict[str, Any]:
    names = ("id", "number", "name", "department_id", "superior_id", "post", "queue", "status", "left_on")
    return {name: plain(getattr(employee, name)) for name in names}


declare_process("employee", Employee, _facts, state=_state)


def still_here(op: Operation, employee_id: int, field: str) -> Employee:
    """The employee whom a form's field names for an office or a task. Raises `Invalid` where they have left, `NotFound`."""
    person = op.get(Employee, employee_id)
    if person.status == EmployeeStatus.LEFT:
        facts = {"number": person.number, "name": person.name}
        raise Invalid({field: N_("%(number)s %(name)s has left: name someone else.")}, facts)
    return person


def require_hr(op: Operation) -> None:
    """Raise `NotFound` for anyone but HR and the system: a route outside one's role does not exist (3.3-g)."""
    if not (op.actor.is_system or op.actor.has("hr")):
        raise NotFound("HR only")


def keep_change(
    op: Operation,
    employee: Employee,
    field: str,
    old: object,
    new: object,
    effective_on: date | None = None,
    reason: str = "",
) -> None:
    """Keep a change of department, superior, post, queue or status beside the present value, with its day."""
    op.session.add(EmployeeChange(**kept_change(op, employee, field, old, new, effective_on, reason)))


def kept_change(
    op: Operation, employee: Employee, field: str, old: object, new: object, effective_on: date | None, reason: str
) -> dict[str, Any]:
    """The row that keeps a change."""
    texts = [None if value is None else str(value) for value in (old, new)]
    return {
        "employee_id": employee.id, "field": field, "old": texts[0], "new": texts[1],
        "effective_on": effective_on or op.today, "reason": reason.strip() or None,
    }  # fmt: skip
