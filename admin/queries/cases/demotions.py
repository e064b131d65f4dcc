"""Everyone who meets ground (1) of 4.2.1, so that the duty is seen by those who carry it (4.2.1, 4.2.2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor, acting
from admin.access.scope import visible
from admin.domain.codes import CaseStage, CycleKind, CycleStage, EmployeeStatus
from admin.domain.eligibility import Eligibility, Ground, demotion
from admin.domain.refusals import N_, NotFound, Refusal
from admin.models import Cycle, DemotionWaiver, Employee, Grade, Hearing, Review
from admin.models.base import again
from admin.queries.cases.eligibility import eligibility_facts
from admin.queries.cases.files_alike import cases_by_file, people_by_file, unqualified_once
from admin.queries.cases.review_facts import BEFORE_COMMITTEE, as_of, file_of, grounds_on
from admin.queries.cases.workspace import find_review
from admin.queries.cycles.cycles import centre_departments
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import ByDay, rules_of, rules_on
from admin.queries.system.chunks import chunks
from admin.queries.system.kinds import Alike, Kinds
from admin.queries.system.paging import Paged

STAGES_FOR_GROUND = BEFORE_COMMITTEE
_CYCLES = again(Cycle, "cycles_then", "id", "stage", "kind")


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
        return Refusal("4.2-a", N_("A ground can be added to the case only before the department's proposal."))
    if review.demotion_ground is not None:
        given = {"ground": review.demotion_ground}
        return Refusal("4.2.2", N_("Ground %(ground)s was put to this case already."), given)
    return None


@dataclass(frozen=True)
class DutyPage:
    """A part of those who meet ground (1), in cases of open cycles and with no case open; who proposes, and what is undone.

    `open`: how many real cases still wait for a proposal, or for the reason why not.
    """

    reader: Actor
    cases: Paged[MetInCase]
    open: int
    others: Paged[Met]

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


def duty_page(session: Session, reader: Actor, today: date, *, cases: int = 1, others: int = 1) -> DutyPage:
    """The duty as its reader carries it: a superior for their own people, HR and auditors see everybody."""
    mine = None if reader.has("hr", "auditor") else reader.employee_id or 0
    met = meeting_ground_one(session, today, mine)
    return DutyPage(reader, met.part(session, today, cases), met.open, _without_a_case(session, today, mine, others))


@dataclass(frozen=True)
class MetKinds:
    """The cases that meet ground (1), one of each kind with how many there are."""

    which: Kinds
    kinds: Sequence[tuple[MetInCase, Alike]]

    @property
    def open(self) -> int:
        """How many real cases still wait for a proposal, or for the reason why not."""
        return sum(alike.count for each, alike in self.kinds if not each.settled and not each.rehearsal)

    def part(self, session: Session, today: date, wanted: int) -> Paged[MetInCase]:
        """A part of them, open questions first."""
        found = self.which.part(session, [alike for _each, alike in self.kinds], wanted)
        met = {each.review.id: each for each in _met(session, _loaded(session, found.rows), today)}
        return Paged([met[key] for key in found.rows if key in met], found.part)


def meeting_ground_one(session: Session, today: date, superior_id: int | None = None) -> MetKinds:
    """The cases of open cycles whose employees meet ground (1), in the reader's scope."""
    asked = [
        Review.cycle_id.in_(select(_CYCLES.c.id).where(_CYCLES.c.stage == CycleStage.OPEN)),
        Review.stage.not_in((CaseStage.OUTSIDE, CaseStage.LEFT, CaseStage.CANCELLED)),
        visible(acting(), Review),
    ]
    if superior_id is not None:
        asked.append(Review.superior_id == superior_id)
    return _met_kinds(session, today, *asked)


def _met_kinds(session: Session, today: date, *asked: ColumnElement[bool]) -> MetKinds:
    which = cases_by_file(session, today, *asked)
    kinds = {each.first: each for each in which.found(session)}
    found = _met(session, _loaded(session, kinds), today)
    return MetKinds(which, [(each, kinds[each.review.id]) for each in found])


def _loaded(session: Session, numbers: Collection[int]) -> list[Review]:
    people = (
        joinedload(Review.employee),
        joinedload(Review.superior),
        joinedload(Review.department),
        joinedload(Review.present_grade),
    )
    query = select(Review).options(*people, joinedload(Review.cycle).joinedload(Cycle.policy_version))
    # Which of them is the reader's to see was asked with their numbers.
    query = query.order_by(Review.id).execution_options(unscoped=True)
    return [row for some in chunks(numbers) for row in session.scalars(query.where(Review.id.in_(some)))]


def _met(session: Session, reviews: list[Review], today: date) -> list[MetInCase]:
    return [
        each
        # By cycle, because each pinned its own version: the same file may meet the ground under one and not the other.
        for cycle in dict.fromkeys(row.cycle for row in reviews)
        for each in _of_cycle(session, cycle, reviews, today)
    ]


def unsettled(reader: Actor) -> tuple[ColumnElement[bool], ...]:
    """The cases that may owe a proposal: whose employee was rated unqualified, with neither a ground nor a reason why not."""
    waived = exists().where(DemotionWaiver.review_id == Review.id)
    rated = unqualified_once(Review.employee_id)
    return *_to_see_to(reader, STAGES_FOR_GROUND), Review.demotion_ground.is_(None), rated, ~waived


def unheard(reader: Actor) -> tuple[ColumnElement[bool], ...]:
    """The cases with a ground whose employee was not heard yet: until then neither head nor committee goes on (4.2-a)."""
    heard = exists().where(Hearing.review_id == Review.id, Hearing.recorded_at.is_not(None))
    stages = (CaseStage.DEPARTMENT_REVIEW, CaseStage.COMMITTEE)
    return *_to_see_to(reader, stages), Review.demotion_ground.is_not(None), ~heard


def _to_see_to(reader: Actor, stages: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """Others' cases at these stages: HR's all, a superior's those of their own people."""
    open_ = select(_CYCLES.c.id).where(_CYCLES.c.stage == CycleStage.OPEN, _CYCLES.c.kind != CycleKind.REHEARSAL)
    me = reader.employee_id or 0
    mine = true() if reader.has("hr") else Review.superior_id == me
    return Review.stage.in_(stages), Review.cycle_id.in_(open_), Review.employee_id != me, mine


def duties_open(session: Session, reader: Actor, today: date) -> int:
    """In how many cases the reader has to propose a demotion or to write down why not (4.2.1, 4.2.2)."""
    return sum(alike.count for _each, alike in _met_kinds(session, today, *unsettled(reader)).kinds)


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


def _without_a_case(session: Session, today: date, superior_id: int | None, wanted: int) -> Paged[Met]:
    """A part of those in service of the centre, in the reader's scope, who meet ground (1) while no case of theirs is open."""
    which = people_by_file(session, today, *_without_an_open_case(session, superior_id))
    kinds = {each.first: each for each in which.found(session)}
    met = [kinds[each.employee.id] for each in _met_by(session, kinds, today)]
    found = which.part(session, met, wanted)
    return Paged(_met_by(session, found.rows, today), found.part)


def _met_by(session: Session, numbers: Collection[int], today: date) -> list[Met]:
    """Who of these people meets ground (1) today, by number."""
    if not numbers:
        return []
    # No case is open, so no version is pinned: the law of the day counts.
    rules, grades = rules_on(session, today, ByDay.NO_CASE), grades_by_code(session)
    query = select(Employee).options(joinedload(Employee.department), joinedload(Employee.superior))
    query = query.order_by(Employee.number)
    people = [row for some in chunks(numbers) for row in session.scalars(query.where(Employee.id.in_(some)))]
    facts = eligibility_facts(session, [each.id for each in people], year=today.year, as_of=today)
    found = []
    for person in people:
        mine = facts[person.id]
        down = demotion(mine, rules.parameters, rules.ladder)
        # Whoever holds no grade can lose none, whatever stands on their file.
        if mine.grade and down.must_be_demoted:
            found.append(Met(person, down.ground(1), grades[mine.grade]))
    return found


def _without_an_open_case(session: Session, superior_id: int | None) -> list[ColumnElement[bool]]:
    """In service of the centre, in the reader's scope, and without an open case."""
    case = exists().where(
        Review.employee_id == Employee.id,
        Review.stage.not_in((CaseStage.OUTSIDE, CaseStage.LEFT, CaseStage.CANCELLED)),
        Review.cycle_id.in_(select(Cycle.id).where(Cycle.stage == CycleStage.OPEN, Cycle.kind != CycleKind.REHEARSAL)),
    )
    found = [
        Employee.status != EmployeeStatus.LEFT, Employee.department_id.in_(list(centre_departments(session))), ~case,
        visible(acting(), Employee),
    ]  # fmt: skip
    return found if superior_id is None else [*found, Employee.superior_id == superior_id]


def waiver_of(session: Session, review: Review) -> DemotionWaiver | None:
    """Why no demotion is proposed in a case, where that was written down (4.2.1)."""
    return session.scalars(select(DemotionWaiver).where(DemotionWaiver.review_id == review.id)).first()
