"""Moving: department, superior, post and queue change by one dated act, whatever the door (1.2-g)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.codes import BasisAct, EmployeeStatus
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.domain.service import MOVED
from admin.models import ComingMove, Department, Employee, EmployeeChange, db
from admin.operations.accounts.apart import refuse_apart
from admin.operations.acts import OPTIONAL_REASON, act
from admin.operations.fields import Field, anyone_of, record_of
from admin.operations.people.here import keep_change, kept_change, require_hr, still_here
from admin.operations.seconding import by_two
from admin.operations.system.reference import edit_record, refuse_stale
from admin.operations.transaction import Operation, operation
from admin.operations.writing import insert_many, write_many
from admin.queries.cases.line import everyone_above
from admin.queries.people.people import coming_moves
from admin.queries.system.paging import Paged

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

    A day to come is kept, and timed work carries it out then. Open cases keep their snapshot and their superior (3.3-f,
    1.2-a). Raises `Invalid` for anything else, a text that is too long, a day before being hired or after leaving, a second
    move on a coming day, a superior who has left; `Refused` (1.2) for one's own subordinate.
    """
    with operation("move", actor=actor, now=now, clause="1.2-g") as op:
        require_hr(op)
        employee = op.find(Employee, employee_id)
        _check_day(employee, moved_on or op.today)
        _check_place(op, employee, changes)
        # Checked like a move of today, so that what is kept could be carried out as things stand.
        if moved_on is not None and moved_on > op.today:
            _keep_for_later(op, employee, changes, moved_on, reason)
            return employee
        for name, value in changes.items():
            old = getattr(employee, name)
            if old != value:
                keep_change(op, employee, name, old, value, moved_on, reason)
                setattr(employee, name, value)
        op.session.flush()
        op.session.refresh(employee)
    return employee


@dataclass(frozen=True)
class Destination:
    """Where somebody moves to; what is None stays."""

    department_id: int | None = None
    superior_id: int | None = None
    post: str | None = None
    queue: str | None = None

    def changes(self) -> dict[str, Any]:
        """What changes, by the employee's column."""
        return {name: value for name in MOVED if (value := getattr(self, name)) is not None}


def _place_of(coming: ComingMove) -> Destination:
    return Destination(**{name: getattr(coming, name) for name in MOVED})


@act(
    "employee",
    "move",
    anyone_of("department", N_("New department"), Department, required=False),
    anyone_of("superior", N_("The new superior"), Employee, required=False),
    Field("post", N_("New post"), required=False),
    Field("queue", N_("Queue"), required=False),
    Field("moved_on", N_("Since"), "date"),
    OPTIONAL_REASON,
)
def record_move(
    employee_id: int,
    place: Destination | None = None,
    moved_on: date | None = None,
    reason: str = "",
    *,
    actor: Actor,
    now: datetime,
) -> Employee:
    """What HR records at every door: what is left blank stays. Raises as `move`; `Invalid` where nothing changes."""
    changes = place.changes() if place else {}
    if not changes:
        raise Invalid({"department": N_("Say what changes: department, post or superior.")})
    return move(employee_id, changes, moved_on=moved_on, reason=reason, actor=actor, now=now)


def _keep_for_later(op: Operation, employee: Employee, changes: Mapping[str, Any], day: date, reason: str) -> None:
    if any(value is None for value in changes.values()):
        raise Invalid(
            {"moved_on": N_("A future move needs a target; to leave a place empty, record it on the day itself.")}
        )
    same_day = select(ComingMove.id).where(ComingMove.employee_id == employee.id, ComingMove.moves_on == day)
    if op.session.scalar(same_day) is not None:
        raise Invalid({"moved_on": N_("A move on that day is recorded already: withdraw it first.")})
    op.add(ComingMove(employee_id=employee.id, moves_on=day, reason=reason.strip() or None, **changes))


@act("employee", "withdraw_move", record_of("move", N_("Move to come"), ComingMove, "employee_id"))
def withdraw_move(employee_id: int, move_id: int, *, actor: Actor, now: datetime) -> None:
    """Withdraw a move to come, or one that could not be carried out on its day (1.2-g). Raises `NotFound`."""
    with operation("withdraw_move", actor=actor, now=now, clause="1.2-g") as op:
        require_hr(op)
        coming = op.find(ComingMove, move_id)
        if coming.employee_id != employee_id:
            raise NotFound("ComingMove")
        op.session.delete(coming)


def follow_moves(*, actor: Actor, now: datetime) -> int:
    """Timed: carry out the moves whose day has come; returns how many (1.2-g).

    One that a rule refuses stays, and HR's home and page name it with the reason; a leaver's is dropped.
    """
    with operation("follow_moves", actor=actor, now=now, clause="1.2-g") as op:
        due = op.session.scalars(select(ComingMove).where(ComingMove.moves_on <= op.today))
        # In the order of the days: after an outage two moves of one person must end at the later place.
        return sum(_carried_out(op, each) for each in sorted(due, key=lambda each: (each.moves_on, each.id)))


def _carried_out(op: Operation, coming: ComingMove) -> bool:
    if coming.employee.status != EmployeeStatus.LEFT:
        # It stays, named to HR: dropping it would lose what was ordered, forcing it would break a rule.
        if why_not_moved(op, coming) is not None:
            return False
        reason = coming.reason or ""
        changes = _place_of(coming).changes()
        move(coming.employee_id, changes, moved_on=coming.moves_on, reason=reason, actor=op.actor, now=op.now)
    op.session.delete(coming)
    op.session.flush()
    return True


def why_not_moved(op: Operation, coming: ComingMove) -> Refused | Invalid | None:
    """What stands against carrying a recorded move out now, or None."""
    try:
        _check_day(coming.employee, coming.moves_on)
        _check_place(op, coming.employee, _place_of(coming).changes())
    except (Refused, Invalid) as fault:
        return fault
    return None


def moves_to_come(wanted: int, *, actor: Actor, now: datetime) -> Paged[tuple[ComingMove, Refused | Invalid | None]]:
    """A part of the recorded moves that are still to be carried out, the earliest first, with what stands against each that
    is due."""
    op = Operation("read", actor, now, db.session())
    with acting_as(system_actor(actor.via)):
        found = coming_moves(op.session, wanted)
        told = [(row, why_not_moved(op, row) if row.moves_on <= op.today else None) for row in found.rows]
        return Paged(told, found.part)


def give_superiors(superiors: Mapping[int, int], *, actor: Actor, now: datetime) -> int:
    """Give each of these employees the superior beside them, all or none; as `move`. Returns how many."""
    with operation("reassign_superiors", actor=actor, now=now, clause="3.3-a") as op:
        require_hr(op)
        for employee_id, superior_id in sorted(superiors.items()):
            move(employee_id, {"superior_id": superior_id}, actor=actor, now=now)
    return len(superiors)


def _check_day(employee: Employee, day: date | None) -> None:
    if day is not None and day < employee.hired_on:
        raise Invalid({"moved_on": N_("The day is before the hiring date.")})
    if day is not None and employee.left_on is not None and day >= employee.left_on:
        raise Invalid({"moved_on": N_("The employee has left by that day.")})


def _check_place(op: Operation, employee: Employee, changes: Mapping[str, Any]) -> None:
    if unknown := set(changes) - set(MOVED):
        raise Invalid({name: N_("This is not changed by moving.") for name in sorted(unknown)})
    if "department_id" in changes:
        op.get(Department, changes["department_id"])
    for name, longest in LONGEST.items():
        if len(changes.get(name) or "") > longest:
            raise Invalid({name: N_("At most %(limit)s characters.")}, {"limit": longest})
    if (superior := changes.get("superior_id")) is not None:
        named = still_here(op, superior, "superior")
        if (why := _below(employee, named, everyone_above(op.session, {named.id})[named.id])) is not None:
            raise Refused(why)
        if superior != employee.superior_id:
            refuse_apart(op, superior, "superior")


def _below(employee: Employee, superior: Employee, above: Collection[int]) -> Refusal | None:
    """Why somebody cannot lead the employee, who is one of those `above` them (1.2)."""
    if employee.id != superior.id and employee.id not in above:
        return None
    facts = {"number": superior.number, "name": superior.name}
    message = N_("%(number)s %(name)s is the employee's own subordinate and cannot be the superior.")
    return Refusal("1.2", message, facts)


def lead_each(op: Operation, people: Sequence[Employee], superior_id: int, reason: str) -> dict[int, Refusal]:
    """Give those of these people whom somebody may lead that superior from today on; who stays where they are, and why (1.2-g).

    Raises `Invalid` where the superior has left, `Refused` (6.1-a) for an office that leading may not meet with.
    """
    superior = still_here(op, superior_id, "superior")
    refuse_apart(op, superior.id, "superior")
    above = everyone_above(op.session, {superior.id})[superior.id]
    whys = {each: _below(each, superior, above) or _no_day(each, op.today) for each in people}
    led = [each for each, why in whys.items() if why is None]
    kept = [kept_change(op, each, "superior_id", each.superior_id, superior.id, None, reason) for each in led]
    insert_many(op, EmployeeChange, kept)
    write_many(op, {each: {"superior_id": superior.id} for each in led})
    return {each.id: why for each, why in whys.items() if why is not None}


def _no_day(employee: Employee, day: date) -> Refusal | None:
    try:
        _check_day(employee, day)
    except Invalid as wrong:
        return Refusal("1.2-g", wrong.fields["moved_on"])
    return None


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
            # The new superior may be one of them, and nobody leads themselves.
            people = [key for key in op.session.scalars(under) if key != to_superior_id]
        if not people:
            raise Invalid({"employees": N_("Choose at least one person to move.")})
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
        # Only what is to be another: whatever else is changed while it waits for a second person stays as it is then.
        changes = {name: value for name, value in data.items() if value != getattr(employee, name)}
        return correct_employee(employee_id, changes, actor=actor, now=now)


@by_two(BasisAct.CORRECT_DATES, "employee", on_file=True)
def correct_employee(employee_id: int, changes: Mapping[str, Any], *, actor: Actor, now: datetime) -> Employee:
    """Change columns of an employee's row, dates of service among them (3.2.4). Raises as `move` and `edit_record`."""
    with operation("change_employee", actor=actor, now=now, clause="1.2-g") as op:
        moved = {name: value for name, value in changes.items() if name in MOVED}
        if moved:
            move(employee_id, moved, actor=actor, now=now)
        rest = {name: value for name, value in changes.items() if name not in MOVED}
        edit_record(Employee, employee_id, rest, actor=actor, now=now)
        return op.get(Employee, employee_id)
