"""Planning, opening and steering a review cycle (3.1, 1.2; 1.2-a..d, 3.3-a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, or_, select

import config
from admin.access.actor import Actor
from admin.domain.calendar import WorkingCalendar, deadline
from admin.domain.codes import CaseStage, CycleKind, CycleStage
from admin.domain.cycles import check_month, check_opening_year, check_year
from admin.domain.deadlines import LONGEST_WAIT, PASSED
from admin.domain.refusals import N_, P_, Invalid, Refusal, Refused, refuse
from admin.domain.workflow import Facts
from admin.domain.workflow.engine import takes
from admin.domain.workflow.facts import effect
from admin.models import Cycle, CycleDepartment, Employee, Review, db
from admin.operations.acts import REASON, act, declare_process
from admin.operations.cases.ratings import reviews_by_key
from admin.operations.committee.committee import require
from admin.operations.committee.off_agenda import end_meetings, end_on_agendas
from admin.operations.cycles.cycle_cases import (
    cases_of,
    create_cases,
    draw_peers,
    let_in_late,
    tell_employees,
    with_secret,
    write_raters,
)
from admin.operations.many import Many, Turn, nothing, whole
from admin.operations.transaction import Operation, operation
from admin.queries.cycles.cycle_facts import cycle_facts
from admin.queries.cycles.cycles import calendar_blocks, centre_departments, departments_of, prospects
from admin.queries.cycles.opening import opening_of, usable_rules
from admin.queries.outcome.documents import last_document
from admin.queries.outcome.file_fit import all_off_the_file
from admin.queries.policy.rules import rules_of
from admin.queries.system.calendar import company_day, working_calendar
from admin.queries.system.long_work import cases_named, employees_named

STAGE_DAYS = {"self_assessment_due": 10, "rating_due": 20, "department_due": 25}
COMMITTEE_DAYS = 30
PLANNED_KINDS = ("regular", "rehearsal")
CYCLE_OVER = N_("The cycle is closed: none of its cases waits for the committee any more.")


def _facts(op: Operation, cycle: Cycle, reason: str | None) -> Facts:
    known: dict[str, Any] = {} if reason is None else {"attempt": True, "reason": reason}
    return cycle_facts(op.session, cycle, op.actor, op.now, **known)


def _state(cycle: Cycle) -> dict[str, Any]:
    """What programs are answered after an act: who was left out of the document (4.3-b), who waits off the file (1.2-f)."""
    off = [
        {"number": case.employee.number, "clause": why.clause, "reason": why.reason, "facts": dict(why.facts)}
        for case, why in all_off_the_file(db.session(), cycle.id)
    ]
    issued = last_document(db.session(), cycle.id)
    document = {"number": issued.number, "left_out": issued.left_out} if issued else None
    return {
        "id": cycle.id,
        "year": cycle.year,
        "kind": cycle.kind,
        "stage": cycle.stage,
        "document": document,
        "off_the_file": off,
    }


declare_process(
    "cycle",
    Cycle,
    _facts,
    state=_state,
)


@dataclass(frozen=True)
class CyclePlan:
    """What HR decides about a cycle; deadlines left out are counted in working days from the opening.

    `departments`: ids of those, with all below them, that a rehearsal is of; none means the whole centre (1.2-e).
    """

    year: int
    kind: str = "regular"
    month_reason: str = ""
    deadlines: Mapping[str, datetime] | None = None
    departments: tuple[int, ...] = ()


def plan_cycle(plan: CyclePlan, *, actor: Actor, now: datetime) -> Cycle:
    """Set a cycle up for preview.

    Raises `Refused`: a year that is not open for it (1.2-e), a regular cycle of that year exists (3.1), another month
    without a reason (3.1), a calendar year that nobody confirmed (3.3.5-c), a faulty scorecard (1.3.2, 3.2.4, 3.2.5).
    Raises `Invalid` for an impossible year or department, `NotFound` for anybody but HR.
    """
    require(actor, "hr")
    with operation("plan_cycle", actor=actor, now=now, clause="3.1") as op:
        today, rules = op.today, usable_rules(op.session, op.today)
        _check_plan(op, plan, rules.parameters, today)
        calendar = working_calendar(op.session)
        # Deadlines run about two months on, which in autumn is another calendar year.
        if blocks := calendar_blocks(op.session, sorted({today.year, (today + timedelta(days=60)).year})):
            raise Refused(blocks[0])
        cycle = op.add(
            Cycle(
                year=plan.year,
                kind=plan.kind,
                month_reason=plan.month_reason or None,
                policy_version_id=rules.version.id,
                scorecard_id=rules.scorecard_row.id,
                period_from=date(plan.year, 1, 1),
                period_to=date(plan.year, 12, 31),
                **deadlines_of(plan, now, calendar),
            )
        )
        _choose_departments(op, cycle, plan.departments)
    return cycle


def _choose_departments(op: Operation, cycle: Cycle, departments: Sequence[int]) -> None:
    if set(departments) - set(centre_departments(op.session)):
        raise Invalid({"departments": N_("Choose among the departments of the customer service centre.")})
    for key in sorted(set(departments)):
        op.session.add(CycleDepartment(cycle_id=cycle.id, department_id=key))


def _check_plan(op: Operation, plan: CyclePlan, parameters: Mapping[str, Any], today: date) -> None:
    if plan.kind not in PLANNED_KINDS:
        raise Invalid({"kind": N_("A cycle is a regular one or a rehearsal.")})
    # The years at both ends have no day before the first or after the last, and periods are counted from them.
    if not date.min.year < plan.year < date.max.year:
        raise Invalid({"year": N_("A year has four figures.")})
    if refusal := check_opening_year(plan.year, today):
        raise Refused(refusal)
    if plan.kind == CycleKind.REGULAR and plan.departments:
        refuse(
            "1.2",
            N_(
                "The regular cycle covers everyone in service at the centre; only a rehearsal can be limited to chosen departments."
            ),
        )
    if plan.kind != CycleKind.REGULAR:
        return
    regular = select(Cycle.year).where(Cycle.kind == CycleKind.REGULAR, Cycle.stage != CycleStage.CANCELLED)
    refusal = check_year(plan.year, set(op.session.scalars(regular))) or check_month(
        today.month, int(parameters["assessment_month"]), plan.month_reason
    )
    if refusal:
        raise Refused(refusal)


def deadlines_of(plan: CyclePlan, now: datetime, calendar: WorkingCalendar) -> dict[str, Any]:
    """The deadlines given, and for the others so many working days from now. Raises `Invalid` where they do not follow."""
    zone = config.current().portal_tz
    given = dict(plan.deadlines or {})
    found: dict[str, Any] = {
        name: given.get(name) or deadline(now, days, zone, calendar) for name, days in STAGE_DAYS.items()
    }
    if passed := [name for name, moment in found.items() if moment <= now]:
        raise Invalid(dict.fromkeys(passed, PASSED))
    if late := [name for name, moment in found.items() if moment > now + LONGEST_WAIT]:
        raise Invalid(dict.fromkeys(late, N_("A deadline must be within a year.")))
    # One comparison for all: given and counted deadlines may be mixed.
    if list(found.values()) != sorted(found.values()):
        raise Invalid(
            {"self_assessment_due": N_("Deadlines follow one another: self-assessment, ratings, department.")}
        )
    found["committee_on"] = company_day(deadline(now, COMMITTEE_DAYS, zone, calendar))
    return found


def _begin_opening(turn: Turn) -> None:
    op, cycle = turn.op, turn.record
    opening = opening_of(op.session, cycle, op.now)
    # The preview's own obstacles are the guard's: what it shows as blocked cannot be opened by another door.
    op.step(cycle, cycle_facts(op.session, cycle, op.actor, op.now, opening_refusal=opening.refusal), "open")
    _freeze_rules(op, cycle)
    with_secret(cycle)
    op.session.flush()


def _freeze_rules(op: Operation, cycle: Cycle) -> None:
    """From now on the cycle stands under the version in force today, whatever was planned before it began (1.3.1, 6.1-c)."""
    # Those of today, not those of the plan: a version may have begun while the cycle was prepared.
    rules = usable_rules(op.session, op.today)
    cycle.policy_version, cycle.scorecard_id, cycle.opened_at = rules.version, rules.scorecard_row.id, op.now
    op.session.flush()


def _draw_for_all(turn: Turn) -> None:
    """Everybody's place in the cycle and colleagues, drawn once for all: the same after a kill, for the secret is the same."""
    session, cycle = turn.op.session, turn.record
    parameters = rules_of(session, cycle).parameters
    found = prospects(session, cycle, parameters, _day(turn))
    turn.memory["found"] = {each.employee_id: each for each in found}
    turn.memory["peers"] = draw_peers(session, cycle, found, parameters)


def _without_a_case(turn: Turn) -> Select[Any]:
    """Who is in service of the centre on the day of the opening and has no case in the cycle, while it is open."""
    cycle, day = turn.op.find(Cycle, turn.record.id), _day(turn)  # locked: it is cancelled before a batch or after it
    here = Employee.department_id.in_(departments_of(turn.op.session, cycle))
    serves = (Employee.hired_on <= day, or_(Employee.left_on.is_(None), Employee.left_on > turn.op.today))
    has_one = exists().where(Review.employee_id == Employee.id, Review.cycle_id == cycle.id)
    is_open = exists().where(Cycle.id == cycle.id, Cycle.stage == CycleStage.OPEN)
    return select(Employee.id).where(here, *serves, ~has_one, is_open)


def _day(turn: Turn) -> date:
    return company_day(turn.since)


def _open_cases(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    op, cycle = turn.op, turn.record
    found = [turn.memory["found"][key] for key in keys if key in turn.memory["found"]]
    # Whose line has come apart since the preview has no case yet; the others are not held up by it (3.3-f).
    blocked = {each.employee_id: each.block for each in found if each.block is not None}
    able = [each for each in found if each.employee_id not in blocked]
    create_cases(op, cycle, able)
    write_raters(op, cases_of(op, cycle, [each.employee_id for each in able]), able, turn.memory["peers"])
    tell_employees(op, cycle, Review.employee_id.in_([each.employee_id for each in able]))
    return blocked


OPEN = Many(
    "open_cycle",
    "3.1",
    _without_a_case,
    _open_cases,
    employees_named,
    P_(
        "%(count)s person gets a case with the data on file today and is asked for a self-assessment if they are to be graded.",
        "%(count)s people get a case with the data on file today; those to be graded are asked for a self-assessment.",
    ),
    begin=_begin_opening,
    again=let_in_late,
    prepare=_draw_for_all,
    stoppable=False,
)


@act("cycle", "open", many=OPEN)
def open_cycle(cycle_id: int, *, actor: Actor, now: datetime) -> Cycle:
    """Open a cycle: a case with its snapshot for every in-service employee of the centre (1.2), colleagues proposed (3.2-b).

    Raises `Refused` where a blocking exception is left: a missing superior, a head who is also the superior (3.3-f),
    an unconfirmed calendar year (3.3.5-c).
    """
    cycle: Cycle = whole(OPEN, cycle_id, Cycle, {}, actor=actor, now=now).record
    return cycle


def _begin_cancelling(turn: Turn) -> None:
    op, cycle, reason = turn.op, turn.record, turn.values["reason"]
    facts = cycle_facts(op.session, cycle, op.actor, op.now, attempt=True, reason=reason)
    op.step(cycle, facts, "cancel", reason=reason)


def _still_open(turn: Turn) -> Select[Any]:
    stages = [stage for stage in CaseStage if takes("review", stage, "cancel")]
    return select(Review.id).where(Review.cycle_id == turn.record.id, Review.stage.in_(stages))


def _cancel_cases(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    cases, reason = reviews_by_key(turn.op, keys), turn.values["reason"]
    steps = [(case, effect("review", case.stage)) for case in cases]
    turn.op.step_many(steps, "cancel", reason=reason, as_system=True)
    end_on_agendas(turn.op, cases, reason)
    return {}


def _end_cancelling(turn: Turn) -> None:
    end_meetings(turn.op, turn.record, turn.values["reason"])


CANCEL = Many(
    "cancel_cycle",
    "1.2-d",
    _still_open,
    _cancel_cases,
    cases_named,
    P_(
        "%(count)s case ends with the cycle; it is kept and counts for nothing.",
        "%(count)s cases end with the cycle; they are kept and count for nothing.",
    ),
    begin=_begin_cancelling,
    again=nothing,  # it is cancelled; what is still open of it ends now
    end=_end_cancelling,
    stoppable=False,
)


@act("cycle", "cancel", REASON, many=CANCEL)
def cancel_cycle(cycle_id: int, reason: str, *, actor: Actor, now: datetime) -> Cycle:
    """Cancel a cycle before the first submission; its cases are kept and count for nothing, its planned meetings end (1.2-d).

    Raises `Refused` (1.2-d) once something is handed in or a result was determined.
    """
    cycle: Cycle = whole(CANCEL, cycle_id, Cycle, {"reason": reason}, actor=actor, now=now).record
    return cycle


@act("cycle", "close")
def close_cycle(cycle_id: int, *, actor: Actor, now: datetime) -> Cycle:
    """Close a cycle when none of its cases is open; a meeting still planned for it is cancelled (3.3.6)."""
    with operation("close_cycle", actor=actor, now=now, clause="3.3.6") as op:
        cycle = op.find(Cycle, cycle_id)
        op.step(cycle, cycle_facts(op.session, cycle, actor, now), "close")
        cycle.closed_at = now
        end_meetings(op, cycle, CYCLE_OVER)
    return cycle
