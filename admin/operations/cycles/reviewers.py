"""Another reviewer in the head's place, where the head may not judge a case (3.3-f)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import BasisAct, CycleKind, CycleStage
from admin.domain.refusals import N_, Invalid, Refused, refuse
from admin.models import Cycle, Employee, ReviewerAppointment
from admin.operations.accounts.apart import refuse_apart
from admin.operations.committee.committee import require
from admin.operations.people.here import still_here
from admin.operations.seconding import by_two
from admin.operations.transaction import Operation, operation
from admin.queries.cases.own_case import why_not_ones_own
from admin.queries.cycles.cycles import line_above
from admin.queries.system.chunks import chunks


@by_two(BasisAct.APPOINT_REVIEWER, "cycle")
def appoint_reviewer(
    cycle_id: int, employee_ids: Sequence[int], reviewer_id: int, reason: str, *, actor: Actor, now: datetime
) -> int:
    """Name another reviewer in the head's place (3.3-f); returns for how many cases.

    Raises `Refused` where the reviewer is the subject, their superior or their subordinate, or the cycle has begun, (6.1-a)
    for an auditor; `Invalid` without a reason or for somebody who has left.
    """
    require(actor, "hr")
    with operation("appoint_reviewer", actor=actor, now=now, clause="3.3-f") as op:
        cycle = _to_be_opened(op, cycle_id, reason)
        _appoint(op, cycle, reviewer_id, employee_ids, reason)
    return len(employee_ids)


@by_two(BasisAct.APPOINT_REVIEWERS, "cycle")
def appoint_reviewers(cycle_id: int, reviewers: Mapping[int, int], reason: str, *, actor: Actor, now: datetime) -> int:
    """Name for each of these employees the reviewer beside them, all or none; as `appoint_reviewer`."""
    require(actor, "hr")
    with operation("appoint_reviewers", actor=actor, now=now, clause="3.3-f") as op:
        cycle = _to_be_opened(op, cycle_id, reason)
        for reviewer in sorted(set(reviewers.values())):
            _appoint(op, cycle, reviewer, [key for key, named in reviewers.items() if named == reviewer], reason)
    return len(reviewers)


def _to_be_opened(op: Operation, cycle_id: int, reason: str) -> Cycle:
    if not reason.strip():
        raise Invalid({"reason": N_("Give a reason: it is recorded with the action.")})
    cycle = op.find(Cycle, cycle_id)
    if cycle.stage != CycleStage.PLANNED and cycle.kind != CycleKind.SINGLE:
        refuse("3.3-f", N_("The cycle has begun: each case is given to another reviewer on its own page."))
    return cycle


def _appoint(op: Operation, cycle: Cycle, reviewer_id: int, employees: Sequence[int], reason: str) -> None:
    # Looked up beyond one's sight on purpose: the appointed may belong to another department.
    reviewer = still_here(op, reviewer_id, "number")
    refuse_apart(op, reviewer.id, "head")
    above, appointed = set(line_above(op.session, reviewer.id)), ReviewerAppointment
    parts = (select(Employee).where(Employee.id.in_(some)) for some in chunks(set(employees)))
    for employee in (row for part in parts for row in op.session.scalars(part)):
        if own := why_not_ones_own(employee.id, op.actor):
            raise Refused(own)
        if reviewer.id in (employee.id, employee.superior_id) or employee.id in above:
            refuse(
                "3.3-f",
                N_("The reviewer may be neither the employee, nor their superior or subordinate."),
                employee=employee.number,
            )
        there = select(appointed).where(appointed.cycle_id == cycle.id, appointed.employee_id == employee.id)
        row = op.session.scalars(there).first()
        if row is None:
            op.session.add(
                ReviewerAppointment(cycle_id=cycle.id, employee_id=employee.id, reviewer_id=reviewer.id, reason=reason)
            )
        else:
            row.reviewer_id, row.reason = reviewer.id, reason
