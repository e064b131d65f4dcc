"""HR looks at the portal as an employee sees it: recorded, told to the employee, ended by itself (6.3-b)."""

from __future__ import annotations

from datetime import datetime, timedelta

from admin.access.actor import Actor
from admin.domain.refusals import N_, NotFound, Refusal, Refused
from admin.models import Employee
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.viewing import viewed_actor

SIGHT = "6.3-b"
LASTS = timedelta(minutes=15)


def begin_viewing(employee_id: int, *, actor: Actor, now: datetime) -> datetime:
    """Look as this employee; answers until when. Raises `NotFound` for all but HR, `Refused` for whoever holds an office."""
    with operation("begin_viewing", actor=actor, now=now, clause=SIGHT) as op:
        employee = _employee(op, employee_id)
        target = viewed_actor(op.session, employee_id, actor, op.today)
        if target is None:
            reason = N_(
                "The portal is not shown as this person sees it: only as employees who have an account and hold no office in HR, "
                "administration, management, audit, committee, panel or complaints."
            )
            raise Refused(Refusal(SIGHT, reason))
        op.note("read", "employees", employee_id, {"viewed_as": [None, employee.number]})
        minutes = int(LASTS.total_seconds() // 60)
        op.tell([target.user_id], "viewing", "begin", employee_id, by=actor.name, minutes=minutes)
        return now + LASTS


def end_viewing(employee_id: int, *, actor: Actor, now: datetime) -> None:
    """Stop looking as this employee."""
    with operation("end_viewing", actor=actor, now=now, clause=SIGHT) as op:
        employee = _employee(op, employee_id)
        op.note("read", "employees", employee_id, {"viewed_as": [employee.number, None]})


def _employee(op: Operation, employee_id: int) -> Employee:
    if not op.actor.has("hr"):
        raise NotFound("HR only")
    return op.find(Employee, employee_id, lock=False)
