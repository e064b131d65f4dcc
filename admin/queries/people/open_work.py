"""What hangs on an employee: the work of whoever has left or is leaving, named to HR (1.2-g).

Everything is read in the reader's scope: who may not see a complaint does not learn here that somebody investigates it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from admin.access.actor import Actor
from admin.domain.codes import (
    AppealAddressee,
    AppealStage,
    CaseStage,
    ComplaintStage,
    ConfirmationStage,
    CycleStage,
    EmployeeStatus,
    MeetingStage,
    Office,
    PartyRole,
    RaterKind,
)
from admin.domain.refusals import NotFound
from admin.models import (
    Appeal,
    ComingMove,
    CommitteeMember,
    Complaint,
    ComplaintParty,
    Confirmation,
    Cycle,
    Department,
    Deputy,
    Employee,
    Meeting,
    Rating,
    Review,
    ReviewerAppointment,
)
from admin.queries.cases.predecessors import statements_owed
from admin.queries.cases.raters import OPEN_RATING, colleagues_have_time
from admin.queries.cases.review_facts import BEFORE_COMMITTEE, why_not_corrected
from admin.queries.people.deputies import alone
from admin.queries.system.calendar import company_day, day_begins
from admin.queries.system.chunks import chunks
from admin.queries.system.orders import least_first
from admin.queries.system.paging import Paged, paged, part_of

Query = Select[int, int, str, str, int]
Wanted = Callable[[str], int]  # which part of a kind is asked for
CASES = ("cases_as_superior", "cases_as_head")


@dataclass(frozen=True)
class Item:
    """One thing that hangs on somebody: the record that its link leads to, what it is called, and its own row's number.

    A rating's own row is nobody's to learn (6.3-d): it has its cycle's number.
    """

    key: int
    number: str
    name: str
    own: int


@dataclass(frozen=True)
class Leaver:
    """Somebody who has left or is leaving, with how many things hang on them."""

    id: int
    number: str
    name: str
    left_on: date | None
    count: int


@dataclass(frozen=True)
class OpenWorkPage:
    """Everything that hangs on one person by its kind, and the cases among it that the reader may hand over."""

    person: Employee
    work: Mapping[str, Paged[Item]]
    handed_over: Set[int]
    statements: Sequence[Review]

    def goes(self, kind: str, item: Item) -> bool:
        """Whether the reader may hand it over: their own case is another's to give."""
        return kind not in CASES or item.key in self.handed_over


def open_work_page(session: Session, key: int, wanted: Wanted, reader: Actor, now: datetime) -> OpenWorkPage:
    """What hangs on one person, of each kind the part that is asked for; raises `NotFound` where the reader does not see them."""
    person = session.scalars(select(Employee).where(Employee.id == key)).first()
    if person is None:
        raise NotFound(f"Employee {key}")
    work, today = {}, company_day(now)
    for kind, count in _counts(session, person.id, today).items():
        part = part_of(count, wanted(kind))
        shown = _ordered(_kinds(today)[kind], person.id).offset(part.start).limit(part.end - part.start)
        work[kind] = Paged([Item(*row[1:]) for row in session.execute(shown)], part)
    # All of them at once: looked up one by one, a head's cases would be a hundred statements.
    cases = {item.key for kind in CASES if kind in work for item in work[kind].rows}
    return OpenWorkPage(person, work, _may_go(session, cases, reader), statements_owed(session, person.id, now))


def _may_go(session: Session, cases: Collection[int], reader: Actor) -> set[int]:
    rows = (row for some in chunks(cases) for row in session.scalars(select(Review).where(Review.id.in_(some))))
    return {row.id for row in rows if why_not_corrected(row, reader) is None}


def all_handed_over(session: Session, key: int, kind: str, reader: Actor, today: date) -> list[int]:
    """Everything of a kind that hangs on somebody and that the reader may hand over, by number."""
    query = _kinds(today).get(kind)
    keys = [row[-1] for row in session.execute(_ordered(query, key))] if query is not None else []
    return sorted(_may_go(session, keys, reader)) if kind in CASES else keys


def _counts(session: Session, employee_id: int, today: date) -> dict[str, int]:
    """How many things of each kind hang on an employee; kinds of which there is nothing are left out."""
    parts = [
        query.where(query.selected_columns[0] == employee_id).with_only_columns(literal(kind), func.count())
        for kind, query in _kinds(today).items()
    ]
    return {kind: count for kind, count in session.execute(union_all(*parts)) if count}


def _ordered(query: Query, employee_id: int) -> Query:
    holder, _key, number, _name, own = query.selected_columns
    return query.where(holder == employee_id).order_by(number, own)


def open_work(session: Session, employee_id: int, today: date) -> dict[str, list[Item]]:
    """Everything that hangs on an employee, by its kind; kinds of which there is nothing are left out."""
    found = {}
    for kind, query in _kinds(today).items():
        if items := [Item(*row[1:]) for row in session.execute(_ordered(query, employee_id))]:
            found[kind] = items
    return found


def leavers(session: Session, today: date) -> Sequence[Leaver]:
    """Whoever has left or is leaving with open work, the earliest first."""
    gone = or_(Employee.status == EmployeeStatus.LEFT, Employee.left_on.is_not(None))
    ids = select(Employee.id).where(gone)
    parts = [
        query.where(query.selected_columns[0].in_(ids)).with_only_columns(query.selected_columns[0].label("holder"))
        for query in _kinds(today).values()
    ]
    # UNION ALL and not UNION: two things of one kind are two things, and are counted.
    hanging = union_all(*parts).subquery()
    query = (
        select(Employee.id, Employee.number, Employee.name, Employee.left_on, func.count())
        .join(hanging, hanging.c.holder == Employee.id)
        .group_by(Employee.id, Employee.number, Employee.name, Employee.left_on)
        .order_by(least_first(Employee.left_on), Employee.number)
    )
    return [Leaver(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class Waiting:
    """Everybody on whom something hangs though they are no longer there for it: who leaves, who is away, who led before."""

    leavers: Sequence[Leaver]
    away: Paged[Employee]
    before: Paged[Any]  # rows of (superior of the cases, how many)


def waiting(session: Session, wanted: Wanted, today: date) -> Waiting:
    """Whose open work HR looks after (1.2-g, 3.3-f): leavers, people on leave without a deputy, superiors of before."""
    away = select(Employee).where(Employee.status == EmployeeStatus.ON_LEAVE, alone(today)).order_by(Employee.number)
    return Waiting(leavers(session, today), paged(session, away, wanted("away")), _of_before(session, wanted("before")))


def _of_before(session: Session, wanted: int) -> Paged[Any]:
    """Superiors whose cases' people have another superior by now: the cases stay with them unless HR hands them over (3.3-f)."""
    holder, lead = func.coalesce(Review.superior_for_id, Review.superior_id), aliased(Employee)
    subject = aliased(Employee)
    query = (
        select(lead.id, lead.number, lead.name, func.count(Review.id).label("count"))
        .select_from(Review)
        .join(subject, subject.id == Review.employee_id)
        .join(lead, lead.id == holder)
        .where(Review.stage.in_((CaseStage.SELF_ASSESSMENT, CaseStage.RATING)), subject.superior_id != holder)
        .group_by(lead.id, lead.number, lead.name)
    )
    found = query.subquery()
    return paged(session, select(found).order_by(found.c.number), wanted)


def leaver_cases() -> Any:
    """How many open cases wait for somebody who has left or is leaving, as a scalar for HR's home."""
    gone = select(Employee.id).where(or_(Employee.status == EmployeeStatus.LEFT, Employee.left_on.is_not(None)))
    line = (
        func.coalesce(Review.superior_for_id, Review.superior_id),
        func.coalesce(Review.head_for_id, Review.head_id),
    )
    theirs = or_(*(each.in_(gone) for each in line))
    return select(func.count(Review.id)).where(Review.stage.in_(BEFORE_COMMITTEE), theirs).scalar_subquery()


def leavers_counted(today: date) -> Any:
    """How many have left or are leaving with open work, as a scalar for HR's home; complaints, which HR may not see, are left out."""
    # That somebody investigates is not HR's to know, not even as one more in a number (6.3.1).
    kinds = [query for kind, query in _kinds(today).items() if kind != "complaints"]
    held = union_all(
        *(query.with_only_columns(query.selected_columns[0].label("holder")) for query in kinds)
    ).subquery()
    gone = or_(Employee.status == EmployeeStatus.LEFT, Employee.left_on.is_not(None))
    return select(func.count(Employee.id)).where(gone, Employee.id.in_(select(held.c.holder))).scalar_subquery()


def _kinds(today: date) -> dict[str, Query]:
    return {
        # Once the committee has a case, what its superior and head signed stands: nothing of it waits for them.
        # Theirs, also while a deputy stands in: what a deputy holds goes back by itself (3.3-c).
        "cases_as_superior": _cases(func.coalesce(Review.superior_for_id, Review.superior_id)).where(
            Review.stage.in_(BEFORE_COMMITTEE)
        ),
        "cases_as_head": _cases(func.coalesce(Review.head_for_id, Review.head_id)).where(
            Review.stage.in_(BEFORE_COMMITTEE)
        ),
        "people": _five(Employee.superior_id, Employee.id, Employee.number, Employee.name).where(
            Employee.status != EmployeeStatus.LEFT
        ),
        "moves": _five(ComingMove.superior_id, Employee.id, Employee.number, Employee.name, ComingMove.id)
        .join(Employee, Employee.id == ComingMove.employee_id)
        .where(Employee.status != EmployeeStatus.LEFT),
        "departments": _five(Department.head_id, Department.id, Department.code, Department.name),
        "ratings": _ratings(today),
        "appeals": _appeals(),
        "appointments": _appointments(),
        "seats": _five(
            CommitteeMember.employee_id, CommitteeMember.id, CommitteeMember.office, CommitteeMember.constituency
        ).where(_sits(today)),
        "meetings": _meetings(today),
        "complaints": _complaints(),
        "deputies": _deputies(today),
        "proposals": _proposals(),
    }


def _cases(holder: Any) -> Query:
    subject = aliased(Employee)
    query = _five(holder, Review.id, subject.number, subject.name).select_from(Review)
    return query.join(subject, subject.id == Review.employee_id)


def _ratings(today: date) -> Query:
    """What colleagues were asked to rate: by the cycle alone, since nobody learns who rates whom (6.3-d)."""
    # By the table: HR sees no colleague's rating, and is told how many hang on whoever leaves.
    year, given = cast(Cycle.year, String), Rating.__table__.c
    query = _five(given.rater_id, Cycle.id, year, year).select_from(Rating.__table__)
    query = query.join(Review, Review.id == given.review_id).join(Cycle, Cycle.id == Review.cycle_id)
    return query.where(*_open_rating(given, today))


def _open_rating(given: Any, today: date) -> tuple[Any, ...]:
    """Whether a colleague has still to rate, or will have when the self-assessment is in, and has still the time (3.3-a)."""
    has_time = colleagues_have_time(day_begins(today))  # deadlines end with a day: of today's there is still time
    asked = (given.kind == RaterKind.PEER, given.state.in_(OPEN_RATING), has_time)
    return (*asked, Review.stage.in_((CaseStage.SELF_ASSESSMENT, CaseStage.RATING)))


def open_ratings(person_id: int, today: date) -> Select[int, int]:
    """The cases that somebody has still to rate as a colleague, each with the rating: for nobody to read."""
    given = Rating.__table__.c
    query = select(Review.id, given.id).select_from(Rating.__table__).join(Review, Review.id == given.review_id)
    query = query.join(Cycle, Cycle.id == Review.cycle_id)
    return query.where(given.rater_id == person_id, *_open_rating(given, today)).order_by(Review.id)


def _appeals() -> Query:
    """Appeals that wait for the answer of the superior (3.3.5)."""
    filer = aliased(Employee)
    whose = func.coalesce(Review.superior_for_id, Review.superior_id)
    query = _five(whose, Appeal.id, Appeal.number, filer.name).select_from(Appeal)
    query = query.join(Review, Review.id == Appeal.review_id).join(filer, filer.id == Appeal.filer_id)
    return query.where(Appeal.stage == AppealStage.WITH_SUPERIOR, Appeal.addressee == AppealAddressee.SUPERIOR)


def _appointments() -> Query:
    """Appointments as reviewer in a cycle that is still to open: its cases will go to them (3.3-f)."""
    subject = aliased(Employee)
    query = _five(ReviewerAppointment.reviewer_id, Cycle.id, subject.number, subject.name, ReviewerAppointment.id)
    query = query.select_from(ReviewerAppointment).join(Cycle, Cycle.id == ReviewerAppointment.cycle_id)
    return query.join(subject, subject.id == ReviewerAppointment.employee_id).where(Cycle.stage == CycleStage.PLANNED)


def _sits(today: date) -> Any:
    return or_(CommitteeMember.term_to.is_(None), CommitteeMember.term_to >= today)


def _meetings(today: date) -> Query:
    """Meetings that their chair or secretary still has to hold or to sign."""
    unsigned = and_(
        Meeting.stage == MeetingStage.CLOSED,
        or_(
            and_(CommitteeMember.office == Office.CHAIR, Meeting.chair_signed_at.is_(None)),
            and_(CommitteeMember.office == Office.SECRETARY, Meeting.secretary_signed_at.is_(None)),
        ),
    )
    return (
        _five(CommitteeMember.employee_id, Meeting.id, Meeting.number, CommitteeMember.office)
        .join(Meeting, or_(Meeting.stage.in_((MeetingStage.PLANNED, MeetingStage.OPEN)), unsigned))
        .where(CommitteeMember.office.in_((Office.CHAIR, Office.SECRETARY)), _sits(today))
    )


def _complaints() -> Query:
    """Complaints that they investigate (6.3.2); the parties are another name, because the reader's scope asks for them too."""
    officer = ComplaintParty.__table__.alias("officer")
    query = _five(officer.c.employee_id, Complaint.id, Complaint.number, Complaint.number).select_from(Complaint)
    query = query.join(officer, and_(officer.c.complaint_id == Complaint.id, officer.c.role == PartyRole.OFFICER))
    return query.where(Complaint.stage != ComplaintStage.CLOSED)


def _deputies(today: date) -> Query:
    """Appointments in which they stand in for another person, today or from a coming day (3.3-c)."""
    person = aliased(Employee)
    query = _five(Deputy.deputy_id, Deputy.id, person.number, person.name)
    query = query.select_from(Deputy).join(person, person.id == Deputy.person_id)
    return query.where(Deputy.last_day >= today, Deputy.ended_on.is_(None))


def _proposals() -> Query:
    """What they proposed as HR and a second person has not confirmed: of somebody who acts no more nobody can (6.1-a)."""
    named = (cast(Confirmation.id, String).label("said"), func.coalesce(Confirmation.act, "").label("act"))
    query = _five(Employee.id, Confirmation.id, *named)
    query = query.select_from(Confirmation).join(Employee, Employee.user_id == Confirmation.recorded_by_id)
    return query.where(Confirmation.stage == ConfirmationStage.PROPOSED)


def _five(holder: Any, key: Any, number: Any, name: Any, own: Any = None) -> Query:
    """Holder, number of the record, short name, long name, and the number of the row that says so."""
    return select(holder, key, number, name, (key if own is None else own).label("own"))
