"""Moving: department, superior, post and queue change by one dated act, whatever the door (1.2-g)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import EmployeeStatus
from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.domain.service import MOVED
from admin.models import Department, Employee
from admin.operations.people.here import keep_change, require_hr, still_here
from admin.operations.system.reference import edit_record, refuse_stale
from admin.operations.transaction import Operation, operation

LONGEST = {"post": 100, "queue": 60}


def move(
    employee_id: int,
    changes: Mapping[str, Any],
    *,
    moved_on: date | None = None,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Employee:
    """Give somebody another `department_id`, `superior_id`, `post` or `queue`, kept with its day (1.2-g).

    Open cases keep their snapshot and their superior (3.3-f, 1.2-a). Raises `Invalid` for anything else, a text that is too
    long, a day to come or before being hired, a superior who has left; `Refused` (1.2) for one's own subordinate.
    """
    with operation("move", actor=actor, now=now, clause="1.2-g") as op:
        require_hr(op)
        employee = op.find(Employee, employee_id)
        _check_day(op, employee, moved_on)
        _check_place(op, employee, changes)
        for name, value in changes.items():
            old = getattr(employee, name)
            if old != value:
                keep_change(op, employee, name, old, value, moved_on, reason)
                setattr(employee, name, value)
        op.session.flush()
        op.session.refresh(employee)
    return employee


def _check_day(op: Operation, employee: Employee, day: date | None) -> None:
    if day is not None and day > op.today:
        raise Invalid({"moved_on": N_("The day lies in the future.")})
    if day is not None and day < employee.hired_on:
        raise Invalid({"moved_on": N_("The day lies before the hiring date.")})


def _check_place(op: Operation, employee: Employee, changes: Mapping[str, Any]) -> None:
    if unknown := set(changes) - set(MOVED):
        raise Invalid({name: N_("This is not changed by moving.") for name in sorted(unknown)})
    if "department_id" in changes:
        op.get(Department, changes["department_id"])
    for name, longest in LONGEST.items():
        if len(changes.get(name) or "") > longest:
            raise Invalid({name: N_("The text is too long.")})
    if (superior := changes.get("superior_id")) is not None:
        _check_superior(op, employee, still_here(op, superior, "superior"))


def _check_superior(op: Operation, employee: Employee, superior: Employee) -> None:
    above: int | None = superior.id
    seen: set[int] = set()
    while above is not None and above not in seen:
        if above == employee.id:
            facts = {"number": superior.number, "name": superior.name}
            message = N_("%(number)s %(name)s is the employee's own subordinate and cannot be the superior.")
            raise Refused(Refusal("1.2", message, facts))
        seen.add(above)
        above = op.session.scalar(select(Employee.superior_id).where(Employee.id == above))


def reassign_superiors(
    from_superior_id: int | None, to_superior_id: int, employee_ids: Sequence[int] = (), *, actor: Actor, now: datetime
) -> int:
    """Move the named employees, or all who stand under `from_superior_id`, to another superior; returns how many.

    All or none. Raises as `move` does; `Invalid` where nobody is named.
    """
    with operation("reassign_superiors", actor=actor, now=now, clause="1.2") as op:
        require_hr(op)
        people = list(employee_ids)
        if not people and from_superior_id is not None:
            under = select(Employee.id).where(
                Employee.superior_id == from_superior_id, Employee.status != EmployeeStatus.LEFT
            )
            people = [key for key in op.session.scalars(under) if key != to_superior_id]
        if not people:
            raise Invalid({"employees": N_("Nobody is chosen to be moved.")})
        for key in people:
            move(key, {"superior_id": to_superior_id}, actor=actor, now=now)
    return len(people)


def change_employee(
    employee_id: int, data: Mapping[str, Any], *, seen: str | None = None, actor: Actor, now: datetime
) -> Employee:
    """What the ordinary form and API do: who moves moves by `move`, the rest is edited as it stands.

    `seen` is the fingerprint that the form was opened on. Raises as `move` and `edit_record`.
    """
    with operation("change_employee", actor=actor, now=now, clause="1.2-g") as op:
        employee = op.find(Employee, employee_id)
        refuse_stale(employee, seen)
        moved = {name: data[name] for name in MOVED if name in data and data[name] != getattr(employee, name)}
        if moved:
            move(employee_id, moved, actor=actor, now=now)
        rest = {name: value for name, value in data.items() if name not in MOVED}
        edit_record(Employee, employee_id, rest, actor=actor, now=now)
    return employee
