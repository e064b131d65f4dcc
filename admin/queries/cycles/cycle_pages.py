"""The pages of a review cycle, each as one: its plan, its preview, the control room, who is missing (3.1, 1.2, 3.3-a)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import CycleKind, ReminderState
from admin.domain.refusals import NotFound
from admin.domain.service import Standing
from admin.domain.workflow import Decision, actions_at
from admin.models import Confirmation, Cycle, Department, Employee, Grade, Notice, Review
from admin.queries.accounts.seconds import waiting_about
from admin.queries.cases.process import Step, due_days, rail_of
from admin.queries.cases.raters import waiting_for_figures
from admin.queries.cases.workspace import last_notice
from admin.queries.cycles.boards import (
    DUE,
    STOPS,
    Board,
    PyramidRow,
    board,
    cycle_notices,
    distribution,
    only_case,
    pyramid,
)
from admin.queries.cycles.copying import CopyOfCycle, copy_of_last, last_regular
from admin.queries.cycles.cycle_facts import closable, cycle_facts_shown
from admin.queries.cycles.cycles import Prospect, departments_chosen, departments_shown
from admin.queries.cycles.opening import Opening, blocked_part, opening_of, years_unconfirmed
from admin.queries.cycles.other_reviewers import (
    changes_under_way,
    is_off_ladder,
    proposed_reviewers,
    proposed_superiors,
    wants_another,
    wants_superior,
)
from admin.queries.cycles.waited_for import Missing, WhoIsMissing, who_is_missing
from admin.queries.people.people import department_names
from admin.queries.policy.rules import ByDay, grades_of, rules_on
from admin.queries.system.audit import TrailEntry, history_of
from admin.queries.system.calendar import company_day
from admin.queries.system.paging import Paged, nothing
from admin.queries.system.rules_to_settle import Library, YearToSettle, year_to_settle
from config import current

SHOWN_EVENTS = 20

Kind = tuple[Standing, str, str]  # whether it is graded, the kind of case, the reason where it is not


@dataclass(frozen=True)
class PlanForm:
    """What a plan is made with: the month that the policy names, and the departments a rehearsal may choose."""

    today: date
    month: int
    departments: Sequence[tuple[int, str]]
    last: Cycle | None  # what may be copied
    copied: CopyOfCycle | None  # the same, where it was asked for


@dataclass(frozen=True)
class Preview:
    """Whom a planned cycle would take in, what stands in the way, and what the reader may do about it."""

    cycle: Cycle
    opening: Opening
    decisions: Mapping[str, Decision]
    dues: Mapping[str, date]
    chosen: Sequence[Department]
    names: Mapping[int, str]
    blocked: Paged[Prospect]
    reviewers: Mapping[int, Employee]  # whom the rule proposes in the head's place, by the employee
    superiors: Mapping[int, Employee]  # whom it proposes as the superior of those who have none
    waits: Confirmation | None  # what is proposed about the cycle and not decided yet (6.1-a)
    years: Sequence[YearToSettle]  # in which its deadlines are counted, and which HR has not confirmed
    grades: Sequence[Grade]  # that somebody off the ladder may move to; nothing where nobody is
    adjusting: Collection[int]  # of these the employees whose change of grade is under way
    today: date

    @property
    def open_years(self) -> list[YearToSettle]:
        """Of the years those that can be confirmed here."""
        return [each for each in self.years if each.days is not None]

    @property
    def off_ladder(self) -> list[Prospect]:
        """Those of the part shown whose grade on file is on the ladder no more."""
        return [row for row in self.blocked.rows if is_off_ladder(row)]

    @property
    def asked(self) -> list[Prospect]:
        """Those of the part shown whose case wants another reviewer."""
        return [row for row in self.blocked.rows if wants_another(row)]

    @property
    def unled(self) -> list[Prospect]:
        """Those of the part shown who have no superior in service."""
        return [row for row in self.blocked.rows if wants_superior(row)]

    @property
    def kinds(self) -> list[tuple[Kind, int]]:
        """What becomes of how many people, most people first."""
        found: Counter[Kind] = Counter()
        for each in self.opening.kinds:
            place = each.one.place
            found[place.standing, place.kind.value, place.why.value if place.why else ""] += each.alike.count
        return sorted(found.items(), key=lambda each: -each[1])


@dataclass(frozen=True)
class OnlyCase:
    """The one case of proceedings outside the yearly cycle: counts and distributions of one say nothing."""

    review: Review
    stops: Sequence[Step]


@dataclass(frozen=True)
class ControlRoom:
    """A cycle as HR steers it: how far it is by department and stage, what may be done, what was done."""

    cycle: Cycle
    board: Board
    decisions: Mapping[str, Decision]
    dues: Mapping[str, date]
    closable: Sequence[str]
    waiting_for_figures: int
    trail: Sequence[TrailEntry]
    pyramid: Sequence[PyramidRow]
    distribution: Sequence[tuple[str, int]]
    notices: Sequence[Notice]
    case: OnlyCase | None


@dataclass(frozen=True)
class MissingPage:
    """Whose part of a stage is missing in a cycle, in one department or in all."""

    cycle: Cycle
    step: str
    department: int | None
    people: Paged[Missing]
    left_out: Mapping[ReminderState, int]
    colleagues: int
    may_remind: bool


def plan_form(session: Session, now: datetime, *, copy: bool = False) -> PlanForm:
    """What the form of a new cycle asks about."""
    today = company_day(now)
    month = int(rules_on(session, today, ByDay.NOT_OPEN).parameters["assessment_month"])
    copied = copy_of_last(session, now) if copy else None
    return PlanForm(today, month, departments_shown(session), last_regular(session), copied)


def find_cycle(session: Session, cycle_id: int) -> Cycle:
    """A cycle with its version and scorecard, in the reader's scope; raises `NotFound`."""
    # What the rules of the cycle are read from: kept with the row, it is not asked for again by each of them.
    beside = joinedload(Cycle.policy_version), joinedload(Cycle.scorecard), joinedload(Cycle.subject)
    row = session.scalars(select(Cycle).where(Cycle.id == cycle_id).options(*beside)).first()
    if row is None:
        raise NotFound(f"Cycle {cycle_id}")
    return row


def preview(session: Session, cycle: Cycle, reader: Actor, now: datetime, wanted: int, library: Library) -> Preview:
    """Whom a planned cycle would take in if it were opened now, and a part of what stands in the way.

    `library` gives the days of a calendar year that is not in the table.
    """
    opening, today = opening_of(session, cycle, now), company_day(now)
    facts = cycle_facts_shown(session, cycle, reader, now, opening_refusal=opening.refusal)
    blocked = blocked_part(session, cycle, opening, today, wanted)
    off = [row.employee_id for row in blocked.rows if is_off_ladder(row)]
    years = [year_to_settle(session, year, library) for year in years_unconfirmed(session, cycle, today)]
    return Preview(
        cycle=cycle, opening=opening, decisions={each.action: each for each in actions_at(facts)}, dues=_dues(cycle),
        chosen=departments_chosen(session, cycle), names=department_names(session),
        blocked=blocked, reviewers=proposed_reviewers(session, blocked.rows, company_day(now)),
        superiors=proposed_superiors(session, blocked.rows), waits=waiting_about(session, "cycle", cycle.id),
        years=years, grades=grades_of(session, rules_on(session, today, ByDay.NOT_OPEN)) if off else (),
        adjusting=changes_under_way(session, off), today=today,
    )  # fmt: skip


def control_room(session: Session, cycle_id: int, reader: Actor, now: datetime) -> ControlRoom:
    """The control room of a cycle; raises `NotFound` where the reader does not see it."""
    cycle = find_cycle(session, cycle_id)
    counted = board(session, cycle, now)
    facts = cycle_facts_shown(session, cycle, reader, now, stages=counted.stages)
    waiting = waiting_for_figures(session, cycle, now) if counted.stages["rating"] else 0
    return ControlRoom(
        cycle=cycle, board=counted, decisions={each.action: each for each in actions_at(facts)}, dues=_dues(cycle),
        closable=closable(session, cycle, now), waiting_for_figures=waiting,
        trail=history_of(session, "cycle", cycle.id, reader)[:SHOWN_EVENTS], pyramid=pyramid(session, cycle.id),
        distribution=distribution(session, cycle.id), notices=cycle_notices(session, cycle.id),
        case=_only_case(session, cycle, now),
    )  # fmt: skip


def missing_page(
    session: Session, cycle_id: int, step: str, department: int | None, wanted: int, reader: Actor, now: datetime
) -> MissingPage:
    """Whose part of a stage is missing; raises `NotFound` for a stage at which nobody in particular is waited for."""
    cycle = find_cycle(session, cycle_id)
    if step not in STOPS:
        raise NotFound(step)
    # Before the committee nobody in particular is missing: a meeting is, and that is not to be reminded of.
    waits = step in DUE
    found = who_is_missing(session, cycle, step, now, department, wanted) if waits else WhoIsMissing(nothing(), {})
    decisions = actions_at(cycle_facts_shown(session, cycle, reader, now))
    may_remind = any(each.action == "remind" and each.allowed for each in decisions)
    return MissingPage(cycle, step, department, found.people, found.left_out, found.colleagues, may_remind)


def _dues(cycle: Cycle) -> dict[str, date]:
    return due_days(cycle, None, current().portal_tz)


def _only_case(session: Session, cycle: Cycle, now: datetime) -> OnlyCase | None:
    review = only_case(session, cycle) if cycle.kind == CycleKind.SINGLE else None
    if review is None:
        return None
    return OnlyCase(review, rail_of(review, last_notice(session, review), now, current().portal_tz))
