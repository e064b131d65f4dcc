"""Taking back a leave that was entered in error, with all that it has done (1.2-b, 1.2-g)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from admin.access.actor import Actor
from admin.domain.codes import BasisAct, EmployeeStatus
from admin.domain.refusals import N_, Invalid, NotFound, Refused
from admin.domain.workflow.facts import effect
from admin.models import Employee, Leave
from admin.operations.acts import REASON, act
from admin.operations.cycles.cycle_cases import ask_raters
from admin.operations.fields import record_of
from admin.operations.people.here import keep_change, require_hr
from admin.operations.people.people import away, set_status
from admin.operations.seconding import by_two
from admin.operations.transaction import Operation, operation
from admin.queries.people.leaves import Joining, rests_on
from admin.queries.policy.rules import rules_of


@act("employee", "withdraw_leave", record_of("leave", N_("Leave"), Leave, "employee_id"), REASON)
@by_two(BasisAct.WITHDRAW_LEAVE, "employee", on_file=True)
def withdraw_leave(employee_id: int, leave_id: int, reason: str, *, actor: Actor, now: datetime) -> Employee:
    """Take a leave back that was entered in error: it never was. Who was on leave by it is in service, and a case that
    ended as "unchanged" by it is assessed after all.

    Raises `NotFound`, `Invalid` without a reason, `Refused` (1.2-b, 3.2-d) where something rests on it that would stay.
    """
    with operation("withdraw_leave", actor=actor, now=now, clause="1.2-b") as op:
        require_hr(op)
        employee, leave = op.find(Employee, employee_id), op.find(Leave, leave_id)
        if leave.employee_id != employee_id:
            raise NotFound("Leave")
        if not reason.strip():
            raise Invalid({"reason": N_("Give a reason: it is recorded with the action.")})
        since = leave.starts_on
        keep_change(op, employee, "leave", f"{since} – {leave.ends_on or ''}".rstrip(), None, since, reason)
        erase_leave(op, leave, reason)
        if employee.status == EmployeeStatus.ON_LEAVE and not away(op, employee_id):
            set_status(op, employee, EmployeeStatus.IN_SERVICE, since, reason)
    return employee


def erase_leave(op: Operation, leave: Leave, reason: str) -> None:
    """Delete a leave and undo what it did to cases; the status is the caller's. Raises `Refused` where something rests on it."""
    rests = rests_on(op.session, leave, op.now)
    if rests.refusal:
        raise Refused(rests.refusal)
    op.session.delete(leave)
    op.session.flush()
    _take_in(op, rests.joining, reason)


def _take_in(op: Operation, joining: Sequence[Joining], reason: str) -> None:
    for each in joining:
        case, mine = each.case, each.mine
        assert mine is not None  # else it would have been refused
        op.step(case, effect("review", case.stage), "take_in", reason=reason, as_system=True)
        case.outcome_clause = case.outcome_reason = None
        case.superior_id, case.head_id = mine.superior_id, mine.head_id
        op.session.flush()
        ask_raters(op, case.cycle, each.found, rules_of(op.session, case.cycle).parameters, only=case.id)
