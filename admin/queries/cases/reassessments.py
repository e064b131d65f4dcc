"""Cases that are to be assessed again, by whom, and what grade their document moves from (6.3.2, 6.3-a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor, acting_as, system_actor
from admin.access.scope import visible
from admin.domain.codes import CaseKind, CaseStage, PartyRole
from admin.domain.power import SECOND
from admin.domain.reassessment import COURSE, DECIDED, SETTLED, Remedy, remedy
from admin.domain.refusals import N_, Invalid
from admin.models import ComplaintCase, ComplaintParty, Employee, Grade, GradeChange, Reassessment, Review
from admin.queries.accounts.actors import acting_in
from admin.queries.cases.judging import acts_on, at_fault
from admin.queries.outcome.grade_on import began_on, last_entries
from admin.queries.system.paging import Paged, paged
from admin.queries.system.recipients import accounts_of

WAITS = Reassessment.case_id.is_(None)
ASKED_AT = {"self_assessment": ("superior", "head"), "rating": ("superior", "head"), "department_review": ("head",)}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Again:
    """How a case is assessed again: the remedy, who judges it no more, and who judges from the stage on; None: to name."""

    remedy: Remedy | None
    out: frozenset[int]
    judges: dict[str, Employee | None]


def again(session: Session, review: Review, today: date) -> Again:
    """The way of a case that is to be assessed again; superior and head stay unless at fault or gone."""
    # The employee may be at fault too, and stays the subject of the case all the same.
    out = frozenset(at_fault(session, [review.id])[review.id] - {review.employee_id})
    acts = {act for person, done in acts_on(session, review.id).items() if person in out for act in done}
    found = remedy(review.stage, acts)
    line = review.line
    asked = ASKED_AT.get(found.stage, ()) if found else ()
    return Again(found, out, {name: _kept(line[name], out, today) for name in asked})


def again_shown(session: Session, review: Review, actor: Actor, today: date) -> Again:
    """The way of a case that the actor has been shown; it rests on acts beyond the actor's own sight."""
    with acting_as(system_actor(actor.via)):
        return again(session, review, today)


@dataclass(frozen=True)
class BeginPage:
    """The page on which HR begins a re-assessment: the case, and its way."""

    review: Review
    way: Again

    @property
    def heard(self) -> bool:
        """Whether an appeal is being heard, which comes first."""
        return self.review.stage == CaseStage.APPEALED

    @property
    def possible(self) -> bool:
        """Whether there is something to assess again now."""
        return self.way.remedy is not None and not self.heard


def begin_page(session: Session, review: Review, reader: Actor, today: date) -> BeginPage:
    """What beginning a re-assessment of this case does, and who judges it."""
    return BeginPage(review, again_shown(session, review, reader, today))


def _kept(person: Employee | None, out: frozenset[int], today: date) -> Employee | None:
    # By the leaving day: whoever leaves later still judges until then (1.2-g).
    gone = person is None or person.id in out or (person.left_on is not None and person.left_on <= today)
    return None if gone else person


def _can_begin(today: date) -> ColumnElement[bool]:
    """An order falls with its employee's leaving and with a case that ends without a result: nothing is left to assess
    (1.2-d)."""
    case = select(1).where(Review.id == Reassessment.review_id, Employee.id == Review.employee_id)
    here = or_(Employee.left_on.is_(None), Employee.left_on > today)
    return exists(case.where(here, Review.stage.in_((*COURSE, *DECIDED, *SETTLED))))


def orders(session: Session, actor: Actor, today: date, wanted: int) -> Paged[Reassessment]:
    """A part of the orders in the reader's scope, waiting ones first, the most urgent at the head."""
    case = joinedload(Reassessment.review)
    options = (case.joinedload(Review.employee), case.joinedload(Review.cycle), joinedload(Reassessment.case))
    query = _seen(actor).where(or_(~WAITS, _can_begin(today))).options(*options)
    return paged(session, query.order_by(~WAITS, Reassessment.due, Reassessment.id), wanted)


def _seen(actor: Actor) -> Select[Any]:
    """The orders in the reader's scope; the cases behind them are known by the order alone, to management too."""
    return select(Reassessment).where(visible(actor, Reassessment)).execution_options(unscoped=True)


def waiting_order(session: Session, actor: Actor, review_id: int) -> Reassessment | None:
    """The order that waits on a case, in the reader's scope."""
    return session.scalars(_seen(actor).where(Reassessment.review_id == review_id, WAITS)).first()


def orders_waiting(session: Session, actor: Actor, today: date) -> tuple[int, datetime | None]:
    """How many orders in the reader's scope wait, and by when the first is due."""
    query = select(func.count(Reassessment.id), func.min(Reassessment.due)).where(WAITS, _can_begin(today))
    query = query.where(visible(actor, Reassessment)).execution_options(unscoped=True)
    count, due = session.execute(query).one()
    return count, due


def orders_without_anyone(session: Session, reader: Actor, today: date) -> int:
    """How many orders wait that nobody of HR or management may begin: another person has to be given the office (6.3.2).

    Told to auditors, who see every order unless they have a stake in it.
    """
    if not reader.has("auditor"):
        return 0
    waiting = session.scalars(_seen(reader).where(WAITS, _can_begin(today))).all()
    return len(without_beginner(session, waiting, today))


def without_beginner(session: Session, orders: Sequence[Reassessment], today: date) -> list[Reassessment]:
    """Those of these orders that nobody may begin: of HR, or of management where it is theirs, all have a stake or are gone."""
    held = {office: acting_in(session, office, today) for office in SECOND} if orders else {}
    able = lambda order: held["hr"] | (held["management"] if order.to_management else set())  # noqa: E731
    return [order for order in orders if not able(order) - out_of_order(session, order)]


def out_of_order(session: Session, order: Reassessment) -> set[int]:
    """The accounts of those who are at fault in the case of an order or have a stake: they do not find it."""
    parties = select(ComplaintParty.employee_id).join(
        ComplaintCase, ComplaintCase.complaint_id == ComplaintParty.complaint_id
    )
    out = (
        ComplaintCase.review_id == order.review_id,
        ComplaintParty.role.in_((PartyRole.ACCUSED, PartyRole.BARRED)),
    )
    people = session.scalars(parties.where(*out).execution_options(unscoped=True)).all()
    return set(accounts_of(session, people).values())


def employees_by_number(session: Session, given: Mapping[str, str]) -> dict[str, int | None]:
    """The ids behind employee numbers, each None where its field is empty; raises `Invalid` for an unknown one."""
    query = select(Employee.number, Employee.id).where(Employee.number.in_(set(given.values())))
    known = dict(session.execute(query.execution_options(unscoped=True)).all())
    if unknown := [name for name, number in given.items() if number and number not in known]:
        raise Invalid({name: N_("There is no employee with this number.") for name in unknown})
    return {name: known.get(number) for name, number in given.items()}


@dataclass(frozen=True)
class Beside:
    """What stands beside a case in the reader's scope: the one it assesses again, the one that assesses it, a waiting order."""

    earlier: Review | None = None
    later: Review | None = None
    order: Reassessment | None = None


def beside(session: Session, review: Review, actor: Actor) -> Beside:
    """The links between a case and its re-assessment that this reader may follow."""
    cases = select(Review).options(joinedload(Review.cycle))
    earlier = cases.where(Review.id == review.reassesses_id) if review.reassesses_id is not None else None
    later = cases.where(Review.reassesses_id == review.id) if review.stage in SETTLED else None
    return Beside(
        session.scalars(earlier).first() if earlier is not None else None,
        session.scalars(later).first() if later is not None else None,
        waiting_order(session, actor, review.id) if actor.has("hr", "auditor") else None,
    )


def orders_on(session: Session, review_ids: Sequence[int]) -> Sequence[Reassessment]:
    """The orders on these cases, for whoever reads the finding that led to them."""
    query = select(Reassessment).where(Reassessment.review_id.in_(review_ids)).order_by(Reassessment.id)
    people = joinedload(Reassessment.review).joinedload(Review.employee)
    options = query.options(people, joinedload(Reassessment.case)).execution_options(unscoped=True)
    return session.scalars(options).all()


def disputed_change(session: Session, review_id: int) -> GradeChange | None:
    """What the document of an issued case changed in the file, or confirmed."""
    query = select(GradeChange).where(GradeChange.review_id == review_id, GradeChange.document_id.is_not(None))
    return session.scalars(query.order_by(GradeChange.id.desc())).first()


def last_day_before(session: Session, review: Review) -> date:
    """The last day of the period assessed on which the result of an issued case was not yet in the file."""
    change = disputed_change(session, review.id)
    since = began_on(session, change.id) if change else None
    return min(review.cycle.period_to, since - DAY) if since else review.cycle.period_to


def grades_before(session: Session, cases: Sequence[Review]) -> dict[int, Grade | None]:
    """From which grade each case's result moves: its snapshot's, or, assessed again, the one now in the file (6.3-a)."""
    anew = [case.employee_id for case in cases if from_the_file(case)]
    last = last_entries(session, anew, unscoped=True) if anew else {}
    held = {key: entry.grade for key, entry in last.items()}
    return {case.id: held.get(case.employee_id) if from_the_file(case) else case.present_grade for case in cases}


def from_the_file(case: Review) -> bool:
    """Whether a case's result moves from the grade that the file holds by then: of a re-assessment, or of what was served."""
    return case.reassesses_id is not None or case.kind == CaseKind.SERVED
