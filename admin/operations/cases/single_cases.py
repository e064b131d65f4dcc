"""A case outside the yearly cycle, at any time of the year: a demotion, or a newcomer's first grading (1.2-a, 4.2.2, 4.2-a).

Such a case has proceedings of its own, which hold what a cycle holds for many: the pinned rules, deadlines, notice, document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

import config
from admin.access.actor import Actor
from admin.domain.calendar import deadline
from admin.domain.codes import CycleKind, CycleStage
from admin.domain.refusals import N_, Refusal, Refused, refuse
from admin.domain.service import Standing
from admin.domain.workflow.transitions import FINAL_STAGES
from admin.models import Cycle, Employee, Review
from admin.operations.cases.demotions import propose_demotion
from admin.operations.cases.review_steps import reasoned
from admin.operations.committee.committee import require
from admin.operations.cycles.cycle_cases import ask_raters, create_cases, tell_employees
from admin.operations.cycles.cycles import CyclePlan, deadlines_of
from admin.operations.cycles.reviewers import appoint_reviewer
from admin.operations.seconding import done_by_two
from admin.operations.transaction import Operation, operation
from admin.queries.cases.demotions import STAGES_FOR_GROUND
from admin.queries.cases.own_case import why_not_ones_own
from admin.queries.cycles.cycles import Prospect, prospects
from admin.queries.cycles.opening import usable_rules
from admin.queries.policy.rules import rules_of
from admin.queries.system.calendar import working_calendar

DEPARTMENT_DAYS = 10  # working days for hearing and proposal


def open_demotion(
    employee_id: int, ground: int, reason: str, *, reviewer_id: int | None = None, actor: Actor, now: datetime
) -> Review:
    """The superior, or HR in their absence, proposes a demotion at any time of the year on a ground of 4.2.1 (4.2.2).

    Where the person's case of the cycle is open the ground joins it (4.2-a). `reviewer_id`: whom HR appoints in the head's
    place (3.3-f). Raises `Refused`: a ground that is not met (4.2.1), another case that runs (4.2-a), nobody to review
    (3.3-f); `Invalid` without a reason; `NotFound` for somebody who is not the actor's to see.
    """
    with operation("open_demotion", actor=actor, now=now, clause="4.2.2") as op:
        employee, text = op.find(Employee, employee_id), reasoned(reason)
        _check_proposer(op, employee)
        running = running_case(op, employee)
        # One person is judged in one case at a time: an open one takes the ground up.
        if running is not None and running.stage in STAGES_FOR_GROUND and running.demotion_ground is None:
            return propose_demotion(running.id, ground, text, actor=actor, now=now)
        if running is not None:
            reason = N_(
                "A case of this employee is open and past the department's proposal; a ground waits for its end."
            )
            raise Refused(Refusal("4.2-a", reason, {"stage": running.stage}))
        # Self-assessment and ratings do not take place, but no deadline of the proceedings may be missing.
        due = deadline(now, DEPARTMENT_DAYS, config.current().portal_tz, working_calendar(op.session))
        dues = dict.fromkeys(("self_assessment_due", "rating_due", "department_due"), due)
        cycle = proceedings(op, employee, dues)
        found = _snapshots(op, cycle, reviewer_id, text)
        if (mine := _own(found, employee)).grade_id is None:
            refuse("4.2.1", N_("There is no present grade to be demoted from."))
        relation = "superior" if actor.employee_id == mine.superior_id else "hr"
        create_cases(
            op, cycle, [mine], relation=relation, clause="4.2.2", kind="demotion", stage="department_review",
            outcome_clause=None, outcome_reason=None,
        )  # fmt: skip
        return propose_demotion(_case(op, cycle).id, ground, text, actor=actor, now=now)


def open_initial(
    employee_id: int, reason: str, *, reviewer_id: int | None = None, actor: Actor, now: datetime
) -> Review:
    """HR has a newcomer without a grade assessed outside the cycle, by the whole process (1.2-a).

    Raises `Refused`: somebody who holds a grade or has a case that runs (1.2-a), nobody to rate or review (3.3-a, 3.3-f).
    """
    require(actor, "hr")
    with operation("open_initial", actor=actor, now=now, clause="1.2-a") as op:
        employee, text = op.find(Employee, employee_id), reasoned(reason)
        if own := why_not_ones_own(employee.id, actor):
            raise Refused(own)
        if running_case(op, employee) is not None:
            refuse("1.2-a", N_("A case of this employee is open already."))
        cycle = proceedings(op, employee, {})
        found = _snapshots(op, cycle, reviewer_id, text)
        if (mine := _own(found, employee)).grade_id is not None:
            refuse("1.2-a", N_("This employee holds a grade; a first grading is for those who have none."))
        # Short service makes a newcomer "unchanged" in the yearly cycle; being graded now is what was asked for.
        mine = replace(mine, place=replace(mine.place, standing=Standing.GRADED))
        create_cases(
            op, cycle, [mine], clause="1.2-a", reason=text, kind="initial", stage="self_assessment", outcome_clause=None,
            outcome_reason=None,
        )  # fmt: skip
        # Raters are drawn from the whole centre's snapshots, so the others go along.
        everybody = [mine if each.employee_id == mine.employee_id else each for each in found]
        ask_raters(op, cycle, everybody, rules_of(op.session, cycle).parameters)
        tell_employees(op, cycle)
        return _case(op, cycle)


def _check_proposer(op: Operation, employee: Employee) -> None:
    mine = op.actor.employee_id
    if mine == employee.id or (mine != employee.superior_id and not op.actor.has("hr")) or op.actor.is_system:
        raise Refused(Refusal("4.2.2", N_("The superior proposes a demotion, or HR where the superior is absent.")))


def running_case(op: Operation, employee: Employee) -> Review | None:
    """The person's case that is open; one of a rehearsal counts for nothing (1.2-d)."""
    query = select(Review).join(Cycle, Cycle.id == Review.cycle_id).where(Review.employee_id == employee.id)
    query = query.where(
        Cycle.kind != CycleKind.REHEARSAL, Cycle.stage == CycleStage.OPEN, Review.stage.not_in(FINAL_STAGES)
    )
    # Locked: it could move on between this look and the ground that joins it.
    return op.locked(query.order_by(Review.id.desc())).first()


def proceedings(
    op: Operation,
    employee: Employee,
    dues: dict[str, datetime],
    *,
    again: Cycle | None = None,
    until: date | None = None,
) -> Cycle:
    """What the case stands under: the version and the scorecard in force today, its deadlines (1.3.1).

    `again`: the proceedings that are assessed again, whose rules and period hold, up to `until`.
    """
    today = op.today
    plan = CyclePlan(today.year, "single", deadlines=dues)
    assessed = _rules_today(op) if again is None else _pinned_by(again, until or again.period_to)
    cycle = op.add(
        Cycle(
            kind="single",
            stage="open",
            subject=employee,
            opened_at=op.now,
            **assessed,
            **deadlines_of(plan, op.now, working_calendar(op.session)),
        )
    )
    relation = "superior" if op.actor.employee_id == employee.superior_id else "hr"
    op.remember_opened("cycle", [(cycle.id, cycle.stage, "1.2-a", "")], relation=relation)
    return cycle


def _rules_today(op: Operation) -> dict[str, Any]:
    today, rules = op.today, usable_rules(op.session, op.today)
    period = {"period_from": date(today.year, 1, 1), "period_to": today}
    return {"year": today.year, "policy_version": rules.version, "scorecard_id": rules.scorecard_row.id, **period}


def _pinned_by(again: Cycle, until: date) -> dict[str, Any]:
    """Version, scorecard, period and frozen figures of the proceedings that are assessed again (6.3-a)."""
    # A cycle from before figures were locked was measured up to its deadline; the instant before it is that state.
    frozen = again.metrics_frozen_at or again.self_assessment_due - timedelta(microseconds=1)
    pinned = {"policy_version": again.policy_version, "scorecard": again.scorecard, "metrics_frozen_at": frozen}
    pinned["frozen_queues"] = again.frozen_queues
    return {"year": again.year, "period_from": again.period_from, "period_to": until, **pinned}


def _snapshots(op: Operation, cycle: Cycle, reviewer_id: int | None, reason: str) -> list[Prospect]:
    """Everyone in service of the centre as of today, with the reviewer whom HR appoints for this case."""
    if reviewer_id is not None:
        assert cycle.subject_id is not None
        with done_by_two():  # the cycle is made by this very act: there is nothing yet that could wait (THREATS.md)
            appoint_reviewer(cycle.id, [cycle.subject_id], reviewer_id, reason, actor=op.actor, now=op.now)
        # The appointment has to be there for the snapshots that are read next.
        op.session.flush()
    return prospects(op.session, cycle, rules_of(op.session, cycle).parameters, op.today)


def _own(found: Sequence[Prospect], employee: Employee) -> Prospect:
    """The subject's own snapshot; raises `Refused` outside the centre (1.2), outside the ladder (1.2-b), or where blocked."""
    mine = next((each for each in found if each.employee_id == employee.id), None)
    if mine is None:
        refuse("1.2", N_("This employee is not in service of the customer service centre."))
    assert mine is not None
    if mine.place.standing is Standing.OUTSIDE:
        refuse("1.2-b", N_("This post is outside the grade ladder."))
    if mine.obstacle is not None:
        raise Refused(mine.obstacle)
    return mine


def _case(op: Operation, cycle: Cycle) -> Review:
    return op.session.scalars(select(Review).where(Review.cycle_id == cycle.id)).one()
