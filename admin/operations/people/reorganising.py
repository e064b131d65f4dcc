"""A reorganisation is one project: HR proposes the mapping, a second person confirms it, and everything follows from it (4.3).

Departments, posts and superiors move by the act by which anybody moves (1.2-g); changes of grade are proposed to management, who
decide on each row. Open cases keep their own line (3.3-f) and are told.
"""

from __future__ import annotations

from datetime import date, datetime

from admin.access.actor import Actor
from admin.domain.codes import BasisAct
from admin.domain.grade_file import check_day_of_effect
from admin.domain.refusals import N_, Invalid, Refused
from admin.domain.reorganising import mapping_lines
from admin.operations.outcome.adjustments import propose_adjustments
from admin.operations.people.here import require_hr
from admin.operations.people.moving import move
from admin.operations.seconding import by_two
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.moves_told import moves_told
from admin.queries.people.reorganising import ReorganisationPlan, reorganisation_plan
from admin.queries.system.recipients import users_told

CLAUSE = "4.3"


@by_two(BasisAct.REORGANISE, "", own=False, shows=moves_told)
def reorganise(title: str, mapping: str, reason: str, effective_on: date, *, actor: Actor, now: datetime) -> int:
    """Move everybody whom the mapping concerns and propose their changes of grade; returns how many people.

    A day to come is kept for each, as of any move. Raises `Invalid` with every faulty line, for a day that cannot be, without a
    title or a reason; `Refused` where a change of grade cannot be proposed (4.3-b) or a move breaks a rule (1.2).
    """
    with operation("reorganise", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        plan = _checked(op, title.strip(), mapping, reason.strip(), effective_on)
        for each in plan.moves:
            if each.changes:
                move(each.person.id, each.changes, moved_on=effective_on, reason=title.strip(), actor=actor, now=now)
        if plan.grade_rows:
            propose_adjustments(
                plan.grade_rows, f"{title.strip()}: {reason.strip()}", effective_on, actor=actor, now=now
            )
        _tell_cases(op, plan, title.strip(), effective_on)
    return len(plan.moves)


def _checked(op: Operation, title: str, mapping: str, reason: str, effective_on: date) -> ReorganisationPlan:
    wrong = {name: N_("This is needed.") for name, text in (("title", title), ("reason", reason)) if not text}
    if wrong_day := check_day_of_effect(effective_on, op.today):
        wrong["effective_on"] = wrong_day
    if wrong:
        raise Invalid(wrong)
    plan = reorganisation_plan(op.session, op.actor, mapping_lines(mapping), reason, effective_on, op.today)
    if plan.faults:
        raise Invalid(
            {f"list {each.place}": each.message for each in plan.faults},
            own={f"list {each.place}": each.facts for each in plan.faults},
        )
    for fault in plan.grades.faults:
        number = plan.grade_rows[fault.place - 1].number
        if fault.refusal is not None:
            raise Refused(fault.refusal.named(number))
        raise Invalid({f"row {number}": fault.message}, fault.facts)
    if not plan.moves:
        raise Invalid({"rows": N_("No one would move: everyone concerned is there already.")})
    return plan


def _tell_cases(op: Operation, plan: ReorganisationPlan, title: str, effective_on: date) -> None:
    """Open cases keep department, superior and head as they were; who stands in them is told (3.3-f)."""
    op.remember_each("review", plan.cases, "reorganise", relation="hr", reason=title)
    for case in plan.cases:
        told = users_told(op.session, ("subject", "superior", "head"), review=case, today=op.today)
        op.tell(told, "review", "reorganise", case.id, effective_on=effective_on.isoformat())
