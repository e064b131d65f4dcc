"""What hangs on an employee: the work of whoever has left or is leaving, named to HR (1.2-g).

Everything is read in the reader's scope: who may not see a complaint does not learn here that somebody investigates it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from admin.access.actor import Actor
from admin.domain.codes import (
    AppealAddressee,
    AppealStage,
    CaseStage,
    ComplaintStage,
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
    Cycle,
    Department,
    Employee,
    Meeting,
    Rating,
    Review,
    ReviewerAppointment,
)
from admin.queries.cases.raters import OPEN_RATING
from admin.queries.cases.review_facts import BEFORE_COMMITTEE, why_not_corrected
from admin.queries.system.chunks import chunks
from admin.queries.system.orders import least_first
from admin.queries.system.paging import Paged, part_of

Query = Select[int, int, str, str]
Wanted = Callable[[str], int]  # which part of a kind is asked for
CASES = ("cases_as_superior", "cases_as_head")


@dataclass(frozen=True)
class Item:
    """One thing that hangs on somebody: the record that its link leads to, and what it is called."""

    key: int
    number: str
    name: str


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

    def offered(self, *kinds: str) -> dict[str, list[Item]]:
        """What of the part that is shown of these kinds can be handed over: what would be refused to this reader is left out."""
        found = {
            kind: [item for item in self.work[kind].rows if self._goes(kind, item)]
            for kind in kinds
            if kind in self.work
        }
        return {kind: items for kind, items in found.items() if items}

    def _goes(self, kind: str, item: Item) -> bool:
        return kind not in CASES or item.key in self.handed_over


def open_work_page(session: Session, key: int, wanted: Wanted, reader: Actor, today: date) -> OpenWorkPage:
    """What hangs on one person, of each kind the part that is asked for; raises `NotFound` where the reader does not see them."""
    person = session.scalars(select(Employee).where(Employee.id == key)).first()
    if person is None:
        raise NotFound(f"Employee {key}")
    work = {}
    for kind, count in _counts(session, person.id, today).items():
        part = part_of(count, wanted(kind))
        shown = _ordered(_kinds(today)[kind], person.id).offset(part.start).limit(part.end - part.start)
        work[kind] = Paged([Item(*row[1:]) for row in session.execute(shown)], part)
    # All of them at once: looked up one by one, a head's cases would be a hundred statements.
    cases = {item.key for kind in CASES if kind in work for item in work[kind].rows}
    return OpenWorkPage(person, work, _may_go(session, cases, reader))


def _may_go(session: Session, cases: Collection[int], reader: Actor) -> set[int]:
    rows = (row for some in chunks(cases) for row in session.scalars(select(Review).where(Review.id.in_(some))))
    return {row.id for row in rows if why_not_corrected(row, reader) is None}


def all_handed_over(session: Session, key: int, kind: str, reader: Actor, today: date) -> list[int]:
    """Everything of a kind that hangs on somebody and that the reader may hand over, by number."""
    query = _kinds(today).get(kind)
    keys = [row[1] for row in session.execute(_ordered(query, key))] if query is not None else []
    return sorted(_may_go(session, keys, reader)) if kind in CASES else keys


def _counts(session: Session, employee_id: int, today: date) -> dict[str, int]:
    """How many things of each kind hang on an employee; kinds of which there is nothing are left out."""
    parts = [
        query.where(query.selected_columns[0] == employee_id).with_only_columns(literal(kind), func.count())
        for kind, query in _kinds(today).items()
    ]
    return {kind: count for kind, count in session.execute(union_all(*parts)) if count}


def _ordered(query: Query, employee_id: int) -> Query:
    holder, key, number, _name = query.selected_columns
    return query.where(holder == employee_id).order_by(number, key)


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
        "people": _four(Employee.superior_id, Employee.id, Employee.number, Employee.name).where(
            Employee.status != EmployeeStatus.LEFT
        ),
        "moves": _four(ComingMove.superior_id, Employee.id, Employee.number, Employee.name)
        .join(Employee, Employee.id == ComingMove.employee_id)
        .where(Employee.status != EmployeeStatus.LEFT),
        "departments": _four(Department.head_id, Department.id, Department.code, Department.name),
        "ratings": _ratings(),
        "appeals": _appeals(),
        "appointments": _appointments(),
        "seats": _four(
            CommitteeMember.employee_id, CommitteeMember.id, CommitteeMember.office, CommitteeMember.constituency
        ).where(_sits(today)),
        "meetings": _meetings(today),
        "complaints": _complaints(),
    }


def _cases(holder: Any) -> Query:
    subject = aliased(Employee)
    query = _four(holder, Review.id, subject.number, subject.name).select_from(Review)
    return query.join(subject, subject.id == Review.employee_id)


def _ratings() -> Query:
    """What colleagues were asked to rate: by the cycle alone, since nobody learns who rates whom (6.3-d)."""
    # By the table: HR sees no colleague's rating, and is told how many hang on whoever leaves.
    year, given = cast(Cycle.year, String), Rating.__table__.c
    query = _four(given.rater_id, Cycle.id, year, year).select_from(Rating.__table__)
    query = query.join(Review, Review.id == given.review_id).join(Cycle, Cycle.id == Review.cycle_id)
    open_ = (given.kind == RaterKind.PEER, given.state.in_(OPEN_RATING), Review.stage == CaseStage.RATING)
    return query.where(*open_)


def _appeals() -> Query:
    """Appeals that wait for the answer of the superior (3.3.5)."""
    filer = aliased(Employee)
    whose = func.coalesce(Review.superior_for_id, Review.superior_id)
    query = _four(whose, Appeal.id, Appeal.number, filer.name).select_from(Appeal)
    query = query.join(Review, Review.id == Appeal.review_id).join(filer, filer.id == Appeal.filer_id)
    return query.where(Appeal.stage == AppealStage.WITH_SUPERIOR, Appeal.addressee == AppealAddressee.SUPERIOR)


def _appointments() -> Query:
    """Appointments as reviewer in a cycle that is still to open: its cases will go to them (3.3-f)."""
    subject = aliased(Employee)
    query = _four(ReviewerAppointment.reviewer_id, Cycle.id, subject.number, subject.name)
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
        _four(CommitteeMember.employee_id, Meeting.id, Meeting.number, CommitteeMember.office)
        .join(Meeting, or_(Meeting.stage.in_((MeetingStage.PLANNED, MeetingStage.OPEN)), unsigned))
        .where(CommitteeMember.office.in_((Office.CHAIR, Office.SECRETARY)), _sits(today))
    )


def _complaints() -> Query:
    """Complaints that they investigate (6.3.2); the parties are another name, because the reader's scope asks for them too."""
    officer = ComplaintParty.__table__.alias("officer")
    query = _four(officer.c.employee_id, Complaint.id, Complaint.number, Complaint.number).select_from(Complaint)
    query = query.join(officer, and_(officer.c.complaint_id == Complaint.id, officer.c.role == PartyRole.OFFICER))
    return query.where(Complaint.stage != ComplaintStage.CLOSED)


def _four(*columns: Any) -> Query:
    """Holder, number of the record, short name, long name."""
    return select(*columns)
