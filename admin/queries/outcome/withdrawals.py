"""What taking a document back would do: to each file, to pay, to what hangs on it; and which documents were taken back (1.2-f)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.domain.codes import AppealStage, ChangeStage, TakesBack
from admin.domain.grade_file import Entry, check_entry
from admin.domain.refusals import Refusal
from admin.domain.service import check_leaver_issue
from admin.domain.withdrawing import ChangeOnFile, FileStanding, check_corrected, check_taken_back, check_withdrawn
from admin.models import (
    Appeal,
    Department,
    Employee,
    Grade,
    GradeChange,
    IssuedDocument,
    PayList,
    Reassessment,
)
from admin.models.grades import LIVE_CHANGE
from admin.queries.outcome.file_fit import held_up
from admin.queries.outcome.grade_on import last_entries
from admin.queries.system.chunks import chunks

OPEN_APPEAL = (AppealStage.WITH_SUPERIOR, AppealStage.ANSWERED, AppealStage.WITH_PANEL)
UNSCOPED = {"unscoped": True}


@dataclass(frozen=True)
class WithdrawalAsked:
    """Which document shall be taken back, how, of whom (its grade changes), from which day; `grade` is the one that holds instead."""

    document: IssuedDocument
    kind: str
    changes: Sequence[int]
    effective_on: date
    grade: Grade | None = None


@dataclass(frozen=True)
class TakenBack:
    """One person of it: the grade that is held by the document, the one that holds instead, from when, or why it cannot be.

    `from_the_day`: the document has not taken effect, and never will; otherwise what was held until `since` stays on file.
    """

    change: int
    review: int | None
    employee_id: int
    number: str
    name: str
    department: str
    before: Grade
    after: Grade | None
    since: date
    from_the_day: bool
    refusal: Refusal | None

    @property
    def moves(self) -> bool:
        """Whether the file is changed by it."""
        return self.after is not None and self.after.id != self.before.id


def taken_back(session: Session, asked: WithdrawalAsked) -> list[TakenBack]:
    """Everybody whom it concerns, in the order of department and number."""
    rows = _rows(session, asked.changes)
    people = {row.employee_id: row.number for row in rows}
    last = last_entries(session, people, unscoped=True)
    standing, grades = standings(session, people), {grade.id: grade for grade in session.scalars(select(Grade))}
    waits, chains = held_up(session, people), _chains(session, rows)
    return [
        _one(asked, row, chains[row.id], last.get(row.employee_id), standing[row.employee_id], grades, waits)
        for row in rows
    ]


def _one(
    asked: WithdrawalAsked, row: Any, chain: _Chain, last: Any, standing: FileStanding, grades: Mapping[int, Grade],
    waits: Mapping[int, Refusal],
) -> TakenBack:  # fmt: skip
    now = grades[row.to_grade_id]
    after = grades.get(chain.before or 0) if asked.kind == TakesBack.WITHDRAWAL else asked.grade or now
    moves = after is not None and after.id != now.id
    from_the_day = last is not None and last.since >= asked.effective_on
    since = last.since if from_the_day else asked.effective_on
    held = last.grade.code if last else None
    checks: Iterable[Refusal | None] = (
        check_taken_back(row.number, row.id, standing),
        check_withdrawn(row.number, after.code if after else None)
        if asked.kind == TakesBack.WITHDRAWAL
        else check_corrected(row.number, now.code, asked.grade.code if asked.grade else None, determined=chain.determined),
        # By its grade alone: the day is that of the entry, or a later one.
        check_entry(row.number, now.code, Entry(held, date.min) if held else None, since) if moves else None,
        waits.get(row.employee_id) if moves else None,
        check_leaver_issue(row.left_on, since) if moves else None,
    )  # fmt: skip
    refusal = next((each for each in checks if each is not None), None)
    return TakenBack(
        row.id, row.review_id, row.employee_id, row.number, row.name, row.department, now, after, since, from_the_day, refusal
    )  # fmt: skip


@dataclass(frozen=True)
class _Chain:
    """Through the documents that a change takes back: the grade before it, and whether a case fixed any of it."""

    before: int | None
    determined: bool


def _chains(session: Session, rows: Sequence[Any]) -> dict[int, _Chain]:
    """By change. What only prints something anew leaves the grade before it to the change that it corrects."""
    known = {row.id: row for row in rows}
    missing = {row.reverses_id for row in rows if row.reverses_id is not None}
    while missing:
        found = _links(session, missing)
        known |= {row.id: row for row in found}
        missing = {row.reverses_id for row in found if row.reverses_id is not None} - set(known)

    def chain(row: Any) -> _Chain:
        if row.reverses_id is None:
            return _Chain(row.from_grade_id, row.review_id is not None)
        earlier = chain(known[row.reverses_id])
        before = earlier.before if row.from_grade_id == row.to_grade_id else row.from_grade_id
        return _Chain(before, earlier.determined)

    return {row.id: chain(row) for row in rows}


def _links(session: Session, keys: Collection[int]) -> list[Any]:
    found: list[Any] = []
    change = GradeChange
    columns = (change.id, change.review_id, change.from_grade_id, change.to_grade_id, change.reverses_id)
    for some in chunks(sorted(keys)):
        found += session.execute(select(*columns).where(change.id.in_(some)).execution_options(**UNSCOPED))
    return found


def _rows(session: Session, changes: Sequence[int]) -> list[Any]:
    found: list[Any] = []
    for some in chunks(changes):
        query = (
            select(
                GradeChange.id, GradeChange.review_id, GradeChange.from_grade_id, GradeChange.to_grade_id, GradeChange.employee_id,
                GradeChange.reverses_id, Employee.number, Employee.name, Employee.left_on, Department.name.label("department"),
            )
            .join(Employee, Employee.id == GradeChange.employee_id)
            .join(Department, Department.id == Employee.department_id)
            .where(GradeChange.id.in_(some))
        )  # fmt: skip
        found += session.execute(query.execution_options(**UNSCOPED))
    return sorted(found, key=lambda row: (row.department, row.number))


def standings(session: Session, employees: Collection[int]) -> dict[int, FileStanding]:
    """By employee, which of their changes hold."""
    found: dict[int, list[ChangeOnFile]] = defaultdict(list)
    for some in chunks(sorted(employees)):
        query = (
            select(GradeChange.employee_id, GradeChange.id, IssuedDocument.number, GradeChange.reverses_id)
            .join(IssuedDocument, IssuedDocument.id == GradeChange.document_id)
            .where(GradeChange.employee_id.in_(some), GradeChange.stage == ChangeStage.ISSUED)
        )
        for employee, key, number, reverses in session.execute(query.execution_options(**UNSCOPED)):
            found[employee].append(ChangeOnFile(key, number, reverses))
    return {key: FileStanding(found[key]) for key in employees}


def changes_of(session: Session, document_id: int, numbers: Collection[str] = ()) -> dict[str, int]:
    """The grade changes of a document by employee number; of these employees, or of all."""
    query = (
        select(Employee.number, GradeChange.id)
        .join(Employee, Employee.id == GradeChange.employee_id)
        .where(GradeChange.document_id == document_id)
        .order_by(Employee.number)
    )
    if numbers:
        query = query.where(Employee.number.in_(sorted(numbers)))
    return dict(session.execute(query.execution_options(**UNSCOPED)).all())


def employees_of(session: Session, changes: Sequence[int]) -> set[int]:
    """Whose grades these changes are about."""
    found: set[int] = set()
    for some in chunks(changes):
        query = select(GradeChange.employee_id).where(GradeChange.id.in_(some))
        found |= set(session.scalars(query.execution_options(**UNSCOPED)))
    return found


@dataclass(frozen=True)
class Hanging:
    """What hangs on what a document said: appeals and objections still open, orders to assess again, adjustments under way, pay lists."""

    appeals: Sequence[Appeal]
    orders: Sequence[Reassessment]
    changes: Sequence[GradeChange]
    lists: Sequence[PayList]

    def __bool__(self) -> bool:
        return bool(self.appeals or self.orders or self.changes or self.lists)


def hanging(session: Session, asked: WithdrawalAsked, rows: Sequence[TakenBack]) -> Hanging:
    """The same of these people of a document."""
    cases = [row.review for row in rows if row.review is not None]
    people = [row.employee_id for row in rows]

    def among(table: type[Any], column: Any, keys: Sequence[int], *where: Any) -> list[Any]:
        return [
            each
            for some in chunks(keys)
            for each in session.scalars(
                select(table).where(column.in_(some), *where).order_by(table.id).execution_options(**UNSCOPED)
            )
        ]

    lists = select(PayList).where(PayList.document_id == asked.document.id).order_by(PayList.id)
    return Hanging(
        among(Appeal, Appeal.review_id, cases, Appeal.stage.in_(OPEN_APPEAL)),
        among(Reassessment, Reassessment.review_id, cases, Reassessment.case_id.is_(None)),
        among(GradeChange, GradeChange.employee_id, people, LIVE_CHANGE),
        session.scalars(lists).all(),
    )


@dataclass(frozen=True)
class TakenBy:
    """A document that has taken another back, as far as it did."""

    document: IssuedDocument
    people: int
    of: int

    @property
    def whole(self) -> bool:
        """Whether it concerns everybody whom the earlier one named."""
        return self.people == self.of


def taken_by(session: Session, document_ids: Collection[int]) -> dict[int, list[TakenBy]]:
    """By document, those that took it back or corrected it, with how many of its people they concern."""
    earlier, later = GradeChange.__table__.alias("earlier"), GradeChange.__table__.alias("later")
    counted = (
        select(earlier.c.document_id, later.c.document_id, func.count())
        .select_from(earlier)
        .join(later, later.c.reverses_id == earlier.c.id)
        .where(earlier.c.document_id.in_(document_ids))
        .group_by(earlier.c.document_id, later.c.document_id)
    )
    links = session.execute(counted.execution_options(**UNSCOPED)).all() if document_ids else []
    if not links:
        return {}
    totals = select(GradeChange.document_id, func.count()).where(
        GradeChange.document_id.in_({key for key, *_ in links})
    )
    of = dict(session.execute(totals.group_by(GradeChange.document_id).execution_options(**UNSCOPED)).all())
    query = select(IssuedDocument).where(IssuedDocument.id.in_({by for _, by, _ in links}))
    documents = {row.id: row for row in session.scalars(query.execution_options(**UNSCOPED))}
    found: dict[int, list[TakenBy]] = defaultdict(list)
    for key, by, people in sorted(links):
        found[key].append(TakenBy(documents[by], people, of[key]))
    return found


def taken_by_change(session: Session, changes: Collection[int]) -> dict[int, IssuedDocument]:
    """By grade change, the document that took it back."""
    query = (
        select(GradeChange.reverses_id, IssuedDocument)
        .join(IssuedDocument, IssuedDocument.id == GradeChange.document_id)
        .where(GradeChange.reverses_id.in_(sorted(changes)))
    )
    rows = session.execute(query.execution_options(**UNSCOPED)).all() if changes else []
    return {key: document for key, document in rows if key is not None}
