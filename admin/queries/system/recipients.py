"""Which accounts the workflow table means by "tells": relations of a record turned into account numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from admin.domain.codes import VOTERS, PartyRole, RaterKind, RatingState
from admin.models import CommitteeMember, Cycle, Employee, Meeting, Rating, Review
from admin.queries.accounts.actors import acting_in
from admin.queries.cycles.rehearsed import REHEARSED
from admin.queries.system.chunks import chunks

CYCLES, CASES, MEETINGS = Cycle.__table__, Review.__table__, Meeting.__table__
OF_A_CYCLE = (
    ("review", CASES, CASES.c.cycle_id),
    ("meeting", MEETINGS, MEETINGS.c.cycle_id),
    ("cycle", CYCLES, CYCLES.c.id),
)
OFFICES = {"chair": ("chair",), "secretary": ("secretary",), "committee_member": ("member", "alternate")}
ACCOUNT_RELATIONS = ("hr", "management", "complaint_officer", "auditor", "admin")
IN_THE_LINE = {"subject": "employee_id", "superior": "superior_id", "head": "head_id"}
BODY = frozenset(OFFICES)


def told_of(
    session: Session, process: str, records: Sequence[Any], relations: Sequence[str], *, today: date
) -> dict[int, list[int]]:
    """Who is told of one step of these records of a process: each account with the records it is told of, in their order.

    Relations are those of the workflow table; how many records there are changes nothing in how often the database is asked.
    """
    people: dict[int, set[int]] = defaultdict(set)  # by record, the employees
    users: dict[int, set[int]] = defaultdict(set)  # by record, accounts that hold a role
    for relation in {name for record in records for name in _for(process, record, relations)}:
        mine = [record for record in records if relation in _for(process, record, relations)]
        if relation in ACCOUNT_RELATIONS:
            found = acting_in(session, relation, today)
            for record in mine:
                users[record.id] |= found
        elif relation == "recorder":
            for record in mine:
                users[record.id].add(record.recorded_by_id)
        elif relation in ("panel_member", "panel_chair") or relation in OFFICES:
            found = _seated(session, relation, today)
            for record in mine:
                people[record.id] |= found
        else:
            for key, named in _named(session, process, mine, relation).items():
                people[key] |= named
    # Once for everybody named: opening a cycle tells ten thousand people at once.
    accounts = accounts_of(session, {person for named in people.values() for person in named})
    out = {record.id: _kept_out(session, record) for record in records if process == "complaint"}
    told: dict[int, list[int]] = defaultdict(list)
    for record in records:
        own = {accounts[person] for person in people[record.id] if person in accounts}
        # Taken out at the very end: somebody accused may hold the office that would be told (6.3.1).
        for user in sorted((own | users[record.id]) - out.get(record.id, set())):
            told[user].append(record.id)
    return dict(told)


def _for(process: str, record: Any, relations: Sequence[str]) -> Sequence[str]:
    """Whom a row means at this record: a complaint about the committee is management's instead (6.3.2)."""
    if process == "complaint" and record.to_management and BODY & set(relations):
        return [*(name for name in relations if name not in BODY), "management"]
    return relations


def _named(session: Session, process: str, records: Sequence[Any], relation: str) -> dict[int, set[int]]:
    """The employees whom the records themselves name by a relation: those in the line of a case, a filer, an officer."""
    cases = {record.id: record if process == "review" else getattr(record, "review", None) for record in records}
    if relation == "peer":
        return _asked(session, {case.id: key for key, case in cases.items() if case is not None})
    if relation == "filer":
        return {record.id: {record.filer_id} for record in records}
    if relation == "officer":
        return {
            row.id: {party.employee_id for party in row.parties if party.role == PartyRole.OFFICER} for row in records
        }
    if relation == "voter":
        return {row.id: {party.employee_id for party in row.parties if party.role in VOTERS} for row in records}
    column = IN_THE_LINE[relation]
    found = {record.id: getattr(cases[record.id] or record, column, None) for record in records}
    return {key: {person} for key, person in found.items() if person is not None}


def _asked(session: Session, records: dict[int, int]) -> dict[int, set[int]]:
    """The colleagues who have still to rate, by record; `records` maps each case to its record."""
    found: dict[int, set[int]] = defaultdict(set)
    for some in chunks(list(records)):
        query = select(Rating.review_id, Rating.rater_id).where(
            Rating.review_id.in_(some),
            Rating.kind == RaterKind.PEER,
            Rating.state.in_((RatingState.ASKED, RatingState.DRAFT)),
        )
        for case, rater in session.execute(query.execution_options(unscoped=True)):
            found[records[case]].add(rater)
    return found


def _kept_out(session: Session, complaint: Any) -> set[int]:
    """The accounts that learn nothing of a complaint: of the accused and of those with a stake (6.3.1)."""
    people = {party.employee_id for party in complaint.parties if party.role in (PartyRole.ACCUSED, PartyRole.BARRED)}
    return set(accounts_of(session, people).values())


def accounts_of(session: Session, employees: Iterable[int]) -> dict[int, int]:
    """The account of each of these employees, of those who have one."""
    found: dict[int, int] = {}
    for some in chunks(sorted(employees)):
        query = select(Employee.id, Employee.user_id).where(Employee.id.in_(some), Employee.user_id.is_not(None))
        rows = session.execute(query.execution_options(unscoped=True))
        found |= {person: user for person, user in rows if user is not None}
    return found


def users_told(
    session: Session, relations: Iterable[str], *, review: Review | None = None, today: date, people: Iterable[int] = ()
) -> set[int]:
    """Accounts of these relations; `people` are employee ids already known (a filer, an officer)."""
    employees = set(people)
    users: set[int] = set()
    for relation in relations:
        if relation in ACCOUNT_RELATIONS:
            users |= acting_in(session, relation, today)
        elif relation in ("panel_member", "panel_chair") or relation in OFFICES:
            employees |= _seated(session, relation, today)
        elif review is not None:
            employees |= _of_review(session, relation, review)
    return users | set(accounts_of(session, employees).values())


def _seated(session: Session, relation: str, today: date) -> set[int]:
    seat = CommitteeMember
    query = select(seat.employee_id).where(seat.term_from <= today, or_(seat.term_to.is_(None), seat.term_to >= today))
    if relation in OFFICES:
        query = query.where(seat.office.in_(OFFICES[relation]), seat.on_panel.is_(False))
    else:
        query = query.where(seat.panel_chair if relation == "panel_chair" else seat.on_panel)
    return set(session.scalars(query))


def _of_review(session: Session, relation: str, review: Review) -> set[int]:
    if relation == "peer":
        rows = select(Rating.rater_id).where(
            Rating.review_id == review.id,
            Rating.kind == RaterKind.PEER,
            Rating.state.in_((RatingState.ASKED, RatingState.DRAFT)),
        )
        return set(session.scalars(rows))
    key = getattr(review, IN_THE_LINE[relation]) if relation in IN_THE_LINE else None
    return {key} if key is not None else set()


def rehearsed(session: Session, records: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of the records, as (process, number), that belong to a rehearsal (1.2-e)."""
    found: set[tuple[str, int]] = set()
    for process, table, column in OF_A_CYCLE:
        for some in chunks(sorted({key for each, key in records if each == process})):
            query = select(table.c.id).where(table.c.id.in_(some), column.in_(REHEARSED))
            found |= {(process, key) for key in session.scalars(query)}
    return found
