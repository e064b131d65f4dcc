"""Who stands in for whom and until when, and which open cases go to a deputy, stay, or are with one (3.3-c)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, exists, func, not_, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from admin.domain.codes import (
    AppealAddressee,
    AppealStage,
    CaseStage,
    DeputyRole,
    EmployeeStatus,
    JudgingAct,
    RaterKind,
    RatingState,
)
from admin.domain.refusals import N_, Refusal
from admin.models import Appeal, Department, Deputy, Employee, Rating, Review
from admin.queries.cases.line import LineFacts, line_facts, line_refusal, unjudged_refusal
from admin.queries.cases.review_facts import BEFORE_COMMITTEE, OPEN_APPEAL
from admin.queries.system.chunks import chunks
from admin.queries.system.paging import Paged, paged

UNSCOPED = {"unscoped": True}
# By role: whose the case is, in whose place they stand there, and the act that waits for them.
PLACES: Mapping[str, tuple[Any, Any, JudgingAct]] = {
    DeputyRole.SUPERIOR: (Review.superior_id, Review.superior_for_id, JudgingAct.SUPERIOR_EVALUATION),
    DeputyRole.HEAD: (Review.head_id, Review.head_for_id, JudgingAct.DEPARTMENT_REVIEW),
}
MOST_NAMED = 20  # cases that stay, by name on the page


def running(today: Any) -> ColumnElement[bool]:
    """Whether an appointment holds on a day: not ended before it, and both people still here."""
    gone = select(Employee.__table__.c.id).where(Employee.__table__.c.status == EmployeeStatus.LEFT)
    here = (Deputy.person_id.not_in(gone), Deputy.deputy_id.not_in(gone))
    return and_(Deputy.first_day <= today, Deputy.last_day >= today, Deputy.ended_on.is_(None), *here)


def overlapping(first: date, last: date) -> ColumnElement[bool]:
    """Whether an appointment that was not ended has a day within these."""
    return and_(Deputy.first_day <= last, Deputy.last_day >= first, Deputy.ended_on.is_(None))


def due(role: str) -> ColumnElement[bool]:
    """Whether a case still waits, or will, for the act of a role: the evaluation or an appeal's answer; the proposal."""
    if role == DeputyRole.HEAD:
        return Review.stage.in_(BEFORE_COMMITTEE)
    signed = exists().where(
        Rating.review_id == Review.id, Rating.kind == RaterKind.SUPERIOR, Rating.state == RatingState.SUBMITTED
    )
    asked = exists().where(
        Appeal.review_id == Review.id,
        Appeal.stage == AppealStage.WITH_SUPERIOR,
        Appeal.addressee == AppealAddressee.SUPERIOR,
    )
    to_evaluate = and_(Review.stage.in_((CaseStage.SELF_ASSESSMENT, CaseStage.RATING)), ~signed)
    return or_(to_evaluate, asked)


def waiting_for(row: Deputy) -> Select[Any]:
    """The cases of whoever is stood in for that are due, and with nobody in their place."""
    whose, place, _act = PLACES[row.role]
    return select(Review).where(whose == row.person_id, place.is_(None), due(row.role)).order_by(Review.id)


def to_give_back(role: str, today: date) -> Select[Any]:
    """The cases that are with a deputy whose time is over."""
    whose, place, _act = PLACES[role]
    same = (Deputy.person_id == place, Deputy.deputy_id == whose, Deputy.role == role)
    holds = exists(select(Deputy.id).where(*same, running(today)).correlate(Review))
    return select(Review).where(place.is_not(None), not_(holds)).order_by(Review.id)


def cannot_go(session: Session, row: Deputy, reviews: Sequence[Review]) -> dict[int, Refusal]:
    """The cases among these that may not go to the deputy, by a limit of either of the two (3.3-c)."""
    facts = line_facts(session, reviews, {row.person_id, row.deputy_id})
    return _refused(row, reviews, facts, _filers(session, [review.id for review in reviews]))


def _refused(
    row: Deputy, reviews: Sequence[Review], facts: LineFacts, filers: Mapping[int, Collection[int]]
) -> dict[int, Refusal]:
    found = {review.id: _why_not(row, review, facts, filers.get(review.id, ())) for review in reviews}
    return {key: refusal for key, refusal in found.items() if refusal is not None}


def _why_not(row: Deputy, review: Review, facts: LineFacts, filers: Collection[int]) -> Refusal | None:
    as_superior = row.role == DeputyRole.SUPERIOR
    superior = row.deputy_id if as_superior else review.superior_id
    head = review.head_id if as_superior else row.deputy_id
    if refusal := line_refusal(review, superior, head, facts):
        return refusal
    both = (row.deputy_id, row.person_id)
    if facts.at_fault[review.id] & set(both) or set(both) & set(filers):
        return Refusal("3.3-e", N_("One of the two takes no part in this case."))
    act = PLACES[row.role][2]
    return unjudged_refusal(review, [(person, act) for person in both], facts)


def _filers(session: Session, keys: Collection[int]) -> dict[int, set[int]]:
    """Who has an open appeal or objection on each case: they answer none."""
    found: dict[int, set[int]] = defaultdict(set)
    for some in chunks(keys):
        query = select(Appeal.review_id, Appeal.filer_id).where(
            Appeal.review_id.in_(some), Appeal.stage.in_(OPEN_APPEAL)
        )
        for key, person in session.execute(query.execution_options(**UNSCOPED)):
            found[key].add(person)
    return found


def holds_role(session: Session, person_id: int, role: str) -> bool:
    """Whether somebody leads people or a department, or has a case of the role before the committee."""
    whose = PLACES[role][0]
    leads = (Employee.superior_id if role == DeputyRole.SUPERIOR else Department.head_id) == person_id
    return bool(session.scalar(select(or_(exists().where(leads), exists().where(whose == person_id, due(role))))))


@dataclass(frozen=True)
class Staying:
    """A case that stays with whoever is stood in for, and why."""

    review: Review
    refusal: Refusal


@dataclass(frozen=True)
class Appointment:
    """A deputy's appointment with what has come of it: how many cases are with them, how many stay, and the first of these."""

    row: Deputy
    state: str  # "running", "coming" or "past"
    given: int = 0
    count_staying: int = 0
    staying: Sequence[Staying] = ()


@dataclass(frozen=True)
class DeputiesPage:
    """Who stands in for whom, now or from a coming day, and who did."""

    now: Paged[Appointment]
    past: Paged[Appointment]
    today: date
    person: Employee | None


def deputies_page(session: Session, today: date, wanted: Mapping[str, int], person_id: int | None) -> DeputiesPage:
    """The page; `person_id` is whom the form proposes to be stood in for, `wanted` which part of either list."""
    people = (joinedload(Deputy.person), joinedload(Deputy.deputy))
    over = or_(Deputy.ended_on.is_not(None), Deputy.last_day < today)
    query = select(Deputy).options(*people)
    first = paged(session, query.where(~over).order_by(Deputy.first_day, Deputy.id), wanted["now"])
    past = paged(session, query.where(over).order_by(Deputy.last_day.desc(), Deputy.id.desc()), wanted["past"])
    return DeputiesPage(
        now=Paged(_appointments(session, first.rows, today), first.part),
        past=Paged([Appointment(row, "past") for row in past.rows], past.part), today=today,
        person=session.get(Employee, person_id) if person_id else None,
    )  # fmt: skip


def _appointments(session: Session, rows: Sequence[Deputy], today: date) -> list[Appointment]:
    """With what is with each and what stays; however many appointments run, in the same number of statements."""
    held = set(session.scalars(select(Deputy.id).where(Deputy.id.in_([row.id for row in rows]), running(today))))
    runs = [row for row in rows if row.id in held]
    given, staying = _given(session, runs), _staying(session, runs)
    return [
        Appointment(row, "running" if row.id in held else "coming" if row.first_day > today else "past",
                    given.get(row.id, 0), len(staying.get(row.id, ())), staying.get(row.id, ())[:MOST_NAMED])
        for row in rows
    ]  # fmt: skip


def _given(session: Session, rows: Sequence[Deputy]) -> dict[int, int]:
    found: dict[tuple[str, int, int], int] = {}
    for role, (whose, place, _act) in PLACES.items():
        people = [row.person_id for row in rows if row.role == role]
        query = select(place, whose, func.count()).where(place.in_(people)).group_by(place, whose)
        found |= {(role, person, deputy): count for person, deputy, count in session.execute(query)}
    return {row.id: found.get((row.role, row.person_id, row.deputy_id), 0) for row in rows}


def _staying(session: Session, rows: Sequence[Deputy]) -> dict[int, list[Staying]]:
    waits: dict[int, list[Review]] = defaultdict(list)
    for role, (whose, place, _act) in PLACES.items():
        mine = {row.person_id: row for row in rows if row.role == role}
        query = select(Review).where(whose.in_(list(mine)), place.is_(None), due(role)).order_by(Review.id)
        for review in session.scalars(query.options(joinedload(Review.employee))):
            waits[mine[getattr(review, f"{role}_id")].id].append(review)
    cases = [review for some in waits.values() for review in some]
    if not cases:
        return {}
    facts = line_facts(session, cases, {key for row in rows for key in (row.person_id, row.deputy_id)})
    filers = _filers(session, [review.id for review in cases])
    found: dict[int, list[Staying]] = {}
    for row in rows:
        refused = _refused(row, waits[row.id], facts, filers)
        found[row.id] = [Staying(each, refused[each.id]) for each in waits[row.id] if each.id in refused]
    return found


def acting_for(session: Session, employee_id: int | None, today: date) -> Sequence[Deputy]:
    """Whom somebody stands in for today, and who stands in for them."""
    if employee_id is None:
        return ()
    return session.scalars(_standing_in(), {"me": employee_id, "today": today}).all()


@cache
def _standing_in() -> Select[Deputy]:
    """The appointments of one person (`me`) that run on a day (`today`); made once, for every home page asks it."""
    me, today = bindparam("me", type_=Integer), bindparam("today", type_=Date)
    mine = or_(Deputy.deputy_id == me, Deputy.person_id == me)
    people = (joinedload(Deputy.person), joinedload(Deputy.deputy))
    query = select(Deputy).where(mine, running(today)).options(*people).order_by(Deputy.last_day, Deputy.id)
    return query.execution_options(**UNSCOPED)


def left_alone(session: Session, people: Collection[int], today: date) -> set[int]:
    """Those of these people who lead somebody or have a case that is due, while nobody stands in for them."""
    found: set[int] = set()
    for some in chunks(people):
        found |= set(session.scalars(select(Employee.id).where(Employee.id.in_(some), alone(today))))
    return found


def alone(today: date) -> ColumnElement[bool]:
    """Whether somebody leads people or has a case that is due, and nobody stands in for them."""
    stands = exists(select(Deputy.id).where(Deputy.person_id == Employee.id, running(today)).correlate(Employee))
    return and_(or_(*(_has_due(role) for role in PLACES), _leads()), ~stands)


def _has_due(role: str) -> ColumnElement[bool]:
    whose = PLACES[role][0]
    return exists(select(Review.id).where(whose == Employee.id, due(role)).correlate(Employee))


def _leads() -> ColumnElement[bool]:
    below = aliased(Employee)
    led = select(below.id).where(below.superior_id == Employee.id, below.status != EmployeeStatus.LEFT)
    return or_(exists(led.correlate(Employee)), exists(select(Department.id).where(Department.head_id == Employee.id)))
