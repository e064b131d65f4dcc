"""Everyone who meets ground (1) of 4.2.1, so that the duty is seen by those who carry it (4.2.1, 4.2.2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import CaseStage, CycleKind, CycleStage, EmployeeStatus, PerformanceRating
from admin.domain.eligibility import Eligibility, Ground, demotion
from admin.domain.refusals import N_, NotFound, Refusal
from admin.models import AnnualRating, Cycle, DemotionWaiver, Employee, Grade, Hearing, Review
from admin.queries.cases.eligibility import eligibility_facts
from admin.queries.cases.review_facts import BEFORE_COMMITTEE, as_of, file_of, grounds_on
from admin.queries.cases.workspace import find_review
from admin.queries.cycles.cycles import centre_departments
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import ByDay, rules_of, rules_on

STAGES_FOR_GROUND = BEFORE_COMMITTEE


@dataclass(frozen=True)
class MetInCase:
    """A case whose employee meets the ground, and what was done about it."""

    review: Review
    ground: Ground
    waiver: DemotionWaiver | None

    @property
    def flag(self) -> str | None:
        """How the list marks it while neither is done."""
        return None if self.settled else "warn"

    @property
    def rehearsal(self) -> bool:
        """Whether it only tries the process out."""
        return self.review.cycle is not None and self.review.cycle.kind == CycleKind.REHEARSAL

    @property
    def settled(self) -> bool:
        """Whether it was proposed, or recorded why not."""
        return self.review.demotion_ground is not None or self.waiver is not None


@dataclass(frozen=True)
class CaseGrounds:
    """The three grounds on one case, and what was done about them."""

    review: Review
    down: Eligibility
    waiver: DemotionWaiver | None
    why_closed: Refusal | None


def case_grounds(session: Session, review_id: int, reader: Actor, today: date) -> CaseGrounds:
    """The grounds on a case, for HR and its superior; raises `NotFound` for anybody else, and for a case without a grade."""
    review = find_review(session, review_id)
    may = reader.has("hr") or reader.employee_id == review.superior_id
    # Without a grade there is none to be demoted from; one's own grounds are told by the superior, in a hearing (4.2-a).
    if review.present_grade is None or review.employee_id == reader.employee_id or not may:
        raise NotFound(f"Review {review_id}")
    _up, down = grounds_on(file_of(session, review, today), review, rules_of(session, review), today)
    return CaseGrounds(review, down, waiver_of(session, review), why_not_put(review, reader))


def why_not_put(review: Review, actor: Actor) -> Refusal | None:
    """Why the actor can put no ground to a case, nor record why not; the pages show their forms by it (4.2.2, 4.2-a)."""
    mine = actor.employee_id == review.superior_id or actor.has("hr")
    if actor.employee_id == review.employee_id or not mine:
        return Refusal("4.2.2", N_("The superior proposes a demotion, or HR where the superior is absent."))
    if review.stage not in STAGES_FOR_GROUND:
        return Refusal("4.2-a", N_("A ground joins the case only before the department's proposal."))
    if review.demotion_ground is not None:
        given = {"ground": review.demotion_ground}
        return Refusal("4.2.2", N_("Ground %(ground)s was put to this case already."), given)
    return None


@dataclass(frozen=True)
class DutyPage:
    """Everyone who meets ground (1): in cases of open cycles, and with no case open; who proposes, and what is undone."""

    reader: Actor
    cases: Sequence[MetInCase]
    others: Sequence[Met]

    @property
    def open(self) -> int:
        """How many real cases still wait for a proposal, or for the reason why not."""
        return sum(1 for each in self.cases if not each.settled and not each.rehearsal)

    @property
    def may_name(self) -> bool:
        """Whether the reader may ask for somebody's grounds by number."""
        return self.reader.has("hr", "superior")

    def may_put(self, review: Review) -> bool:
        """Whether the reader may put a ground to this case, or record why not."""
        return why_not_put(review, self.reader) is None

    def may_propose(self, person: Employee) -> bool:
        """Whether the reader may open a case for somebody who has none: never their own."""
        mine = self.reader.has("hr") or person.superior_id == self.reader.employee_id
        return mine and person.id != self.reader.employee_id


def duty_page(session: Session, reader: Actor, today: date) -> DutyPage:
    """The duty as its reader carries it: a superior for their own people, HR and auditors see everybody."""
    mine = None if reader.has("hr", "auditor") else reader.employee_id or 0
    return DutyPage(reader, meeting_ground_one(session, today, mine), _without_a_case(session, today, mine))


def meeting_ground_one(session: Session, today: date, superior_id: int | None = None) -> list[MetInCase]:
    """The cases of open cycles whose employees meet ground (1), in the reader's scope, open questions first."""
    query = (
        select(Review)
        .join(Cycle)
        .where(
            Cycle.stage == CycleStage.OPEN,
            Review.stage.not_in((CaseStage.OUTSIDE, CaseStage.LEFT, CaseStage.CANCELLED)),
        )
    )
    if superior_id is not None:
        query = query.where(Review.superior_id == superior_id)
    people = (
        joinedload(Review.employee),
        joinedload(Review.superior),
        joinedload(Review.department),
        joinedload(Review.present_grade),
    )
    reviews = list(session.scalars(query.options(*people, joinedload(Review.cycle).joinedload(Cycle.policy_version))))
    found = [
        each
        # By cycle, because each pinned its own version: the same file may meet the ground under one and not the other.
        for cycle in {row.cycle for row in reviews if row.cycle}
        for each in _of_cycle(session, cycle, reviews, today)
    ]
    return sorted(found, key=lambda each: (each.rehearsal, each.settled, each.review.employee.number, each.review.id))


def unsettled(reader: Actor) -> tuple[ColumnElement[bool], ...]:
    """The cases that may owe a proposal: whose employee was rated unqualified, with neither a ground nor a reason why not."""
    rated = exists().where(
        AnnualRating.employee_id == Review.employee_id, AnnualRating.rating == PerformanceRating.UNQUALIFIED
    )
    waived = exists().where(DemotionWaiver.review_id == Review.id)
    return *_to_see_to(reader, STAGES_FOR_GROUND), Review.demotion_ground.is_(None), rated, ~waived


def unheard(reader: Actor) -> tuple[ColumnElement[bool], ...]:
    """The cases with a ground whose employee was not heard yet: until then neither head nor committee goes on (4.2-a)."""
    heard = exists().where(Hearing.review_id == Review.id, Hearing.recorded_at.is_not(None))
    stages = (CaseStage.DEPARTMENT_REVIEW, CaseStage.COMMITTEE)
    return *_to_see_to(reader, stages), Review.demotion_ground.is_not(None), ~heard


def _to_see_to(reader: Actor, stages: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """Others' cases at these stages: HR's all, a superior's those of their own people."""
    open_ = select(Cycle.id).where(Cycle.stage == CycleStage.OPEN, Cycle.kind != CycleKind.REHEARSAL)
    me = reader.employee_id or 0
    mine = true() if reader.has("hr") else Review.superior_id == me
    return Review.stage.in_(stages), Review.cycle_id.in_(open_), Review.employee_id != me, mine


def duties_open(session: Session, reader: Actor, today: date) -> list[Review]:
    """The cases in which the reader has to propose a demotion or to write down why not (4.2.1, 4.2.2)."""
    query = select(Review).where(*unsettled(reader)).options(joinedload(Review.employee), joinedload(Review.cycle))
    reviews = list(session.scalars(query.order_by(Review.id).execution_options(unscoped=True)))
    return [
        each.review
        for cycle in dict.fromkeys(row.cycle for row in reviews)
        for each in _of_cycle(session, cycle, reviews, today)
    ]


def _of_cycle(session: Session, cycle: Cycle, reviews: list[Review], today: date) -> list[MetInCase]:
    mine = [review for review in reviews if review.cycle_id == cycle.id and review.present_grade is not None]
    if not mine:
        return []
    rules = rules_of(session, cycle)
    files = eligibility_facts(
        # The first case speaks for all: those of one cycle are read up to the same day.
        session, [review.employee_id for review in mine], year=cycle.year, as_of=as_of(mine[0], today),
        with_what_is_to_come=mine[0].reassesses_id is None,
    )  # fmt: skip
    keys = [review.id for review in mine]
    waivers = {
        row.review_id: row for row in session.scalars(select(DemotionWaiver).where(DemotionWaiver.review_id.in_(keys)))
    }
    grounds = {review.id: demotion(files[review.employee_id], rules.parameters, rules.ladder) for review in mine}
    return [
        MetInCase(review, grounds[review.id].ground(1), waivers.get(review.id))
        for review in mine
        if grounds[review.id].must_be_demoted
    ]


def demotion_of(session: Session, employee_id: int, today: date) -> Eligibility:
    """The grounds of 4.2.1 for somebody as of today, by the version in force: what a case opened now would be held to."""
    rules = rules_on(session, today, ByDay.NO_CASE)
    facts = eligibility_facts(session, [employee_id], year=today.year, as_of=today)
    return demotion(facts[employee_id], rules.parameters, rules.ladder)


@dataclass(frozen=True)
class Met:
    """Somebody who meets ground (1) and has no case in an open cycle."""

    employee: Employee
    ground: Ground
    grade: Grade


def _without_a_case(session: Session, today: date, superior_id: int | None) -> list[Met]:
    """Everyone in service of the centre, in the reader's scope, who meets ground (1) while no case of theirs is open."""
    # No case is open, so no version is pinned: the law of the day counts.
    rules, grades = rules_on(session, today, ByDay.NO_CASE), grades_by_code(session)
    people = _unqualified_once(session, superior_id)
    facts = eligibility_facts(session, [each.id for each in people], year=today.year, as_of=today)
    found = []
    for person in people:
        mine = facts[person.id]
        down = demotion(mine, rules.parameters, rules.ladder)
        # Whoever holds no grade can lose none, whatever stands on their file.
        if mine.grade and down.must_be_demoted:
            found.append(Met(person, down.ground(1), grades[mine.grade]))
    return found


def _unqualified_once(session: Session, superior_id: int | None) -> list[Employee]:
    """Who can meet the ground at all: in service of the centre, rated unqualified at least once, without an open case."""
    rated = exists().where(
        AnnualRating.employee_id == Employee.id, AnnualRating.rating == PerformanceRating.UNQUALIFIED
    )
    case = exists().where(
        Review.employee_id == Employee.id,
        Review.stage.not_in((CaseStage.OUTSIDE, CaseStage.LEFT, CaseStage.CANCELLED)),
        Review.cycle_id.in_(select(Cycle.id).where(Cycle.stage == CycleStage.OPEN, Cycle.kind != CycleKind.REHEARSAL)),
    )
    query = select(Employee).where(
        Employee.status != EmployeeStatus.LEFT, Employee.department_id.in_(centre_departments(session)), rated, ~case
    )
    if superior_id is not None:
        query = query.where(Employee.superior_id == superior_id)
    people = (joinedload(Employee.department), joinedload(Employee.superior))
    return list(session.scalars(query.options(*people).order_by(Employee.number)))


def waiver_of(session: Session, review: Review) -> DemotionWaiver | None:
    """Why no demotion is proposed in a case, where that was written down (4.2.1)."""
    return session.scalars(select(DemotionWaiver).where(DemotionWaiver.review_id == review.id)).first()
