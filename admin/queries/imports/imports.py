"""What the portal knows already, as the imports compare with it; lists of imports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, undefer

from admin.domain.codes import (
    CaseKind,
    CaseStage,
    ChangeKind,
    ChangeStage,
    CycleKind,
    CycleStage,
    ImportKind,
    ImportState,
)
from admin.domain.workflow.transitions import FINAL_STAGES
from admin.models import (
    AnnualRating,
    ContactLogin,
    Cycle,
    Department,
    Employee,
    GradeChange,
    Import,
    ImportProfile,
    Metric,
    Review,
    ReviewScore,
)
from admin.queries.policy.rules import ByDay, grades_of, rules_on
from admin.queries.system.chunks import chunks
from admin.queries.system.orders import least_first
from admin.queries.system.paging import Paged, Part, paged

KEPT_MAPPINGS = 10  # of the newest imports, among which one with the same columns is looked for
EMPLOYEE_COLUMNS = (
    "id", "number", "name", "department_id", "post", "queue", "hired_on", "joined_centre_on", "left_on", "status", "superior_id",
    "email", "is_management", "user_id",
)  # fmt: skip


def employees_known(session: Session) -> dict[str, Row[Any]]:
    """Every employee's own columns, by number."""
    table = Employee.__table__
    return {row.number: row for row in session.execute(select(*(table.c[name] for name in EMPLOYEE_COLUMNS)))}


def employee_ids(session: Session, numbers: Collection[str]) -> dict[str, int]:
    """Employee number → id, for those of these numbers that there are."""
    table = Employee.__table__
    found: dict[str, int] = {}
    for some in chunks(sorted(numbers)):
        found.update(session.execute(select(table.c.number, table.c.id).where(table.c.number.in_(some))).all())
    return found


def department_paths(session: Session) -> dict[int, tuple[str, ...]]:
    """Every department's path of names from the root, by id."""
    table = Department.__table__
    rows = {row.id: row for row in session.execute(select(table.c.id, table.c.name, table.c.parent_id))}
    paths: dict[int, tuple[str, ...]] = {}

    def path(key: int) -> tuple[str, ...]:
        # Each department once: asked anew for every child, a deep tree would be walked over and over.
        if key not in paths:
            above = rows[key].parent_id
            paths[key] = (*(path(above) if above is not None else ()), rows[key].name)
        return paths[key]

    return {key: path(key) for key in rows}


def ladder_names(session: Session, today: date) -> list[tuple[str, list[str]]]:
    """Each grade of the ladder in force with its names in all languages, lowest first (1.2-c, 6.1-c)."""
    rows = grades_of(session, rules_on(session, today, ByDay.TAKEN_OVER))
    return [(row.code, [row.name_zh_hant, row.name_zh_hans, row.name_en]) for row in rows]


def days_passed_on(session: Session) -> dict[str, list[date]]:
    """By name in the contact logs, the days on which it passed to another employee, the earliest first."""
    found: dict[str, list[date]] = defaultdict(list)
    owner: dict[str, int] = {}
    table = ContactLogin.__table__
    query = select(table.c.login, table.c.employee_id, table.c.valid_from).order_by(table.c.valid_from, table.c.id)
    for login, employee, since in session.execute(query):
        if owner.setdefault(login, employee) != employee:
            found[login].append(since)
        owner[login] = employee
    return dict(found)


def logins_by_name(session: Session, logins: Collection[str]) -> dict[str, list[Any]]:
    """The dated owners of these logins: employee_id, number, name, valid_from, valid_to; earliest first."""
    found: dict[str, list[Any]] = defaultdict(list)
    table, people = ContactLogin.__table__, Employee.__table__
    columns = (
        table.c.id,
        table.c.login,
        table.c.employee_id,
        table.c.valid_from,
        table.c.valid_to,
        people.c.number,
        people.c.name,
    )
    for some in chunks(sorted(logins)):
        query = select(*columns).join(people, people.c.id == table.c.employee_id).where(table.c.login.in_(some))
        for row in session.execute(query.order_by(table.c.valid_from, table.c.id)):
            found[row.login].append(row)
    return found


def metrics_of(session: Session, months: Collection[date], codes: Collection[str]) -> dict[tuple[Any, ...], Row[Any]]:
    """Figures of these months and codes, by (employee, month, queue, code)."""
    table, found = Metric.__table__, {}
    for month in months:
        query = select(table).where(table.c.month == month, table.c.code.in_(list(codes)))
        for row in session.execute(query):
            found[(row.employee_id, row.month, row.queue, row.code)] = row
    return found


def reports_of(session: Session, keys: Collection[int]) -> dict[int, dict[str, Any]]:
    """The reports of these imports, whoever asks."""
    query = select(Import.id, Import.report).execution_options(unscoped=True)
    return {
        row.id: row.report for some in chunks(sorted(keys)) for row in session.execute(query.where(Import.id.in_(some)))
    }


def figures_by_number(
    session: Session, months: Collection[date], codes: Collection[str]
) -> dict[tuple[str, date, str, str], float]:
    """Figures of these months and codes, by (employee number, month, queue, code)."""
    table, people = Metric.__table__, Employee.__table__
    found: dict[tuple[str, date, str, str], float] = {}
    columns = (people.c.number, table.c.month, table.c.queue, table.c.code, table.c.value)
    for month in sorted(months):
        query = select(*columns).join(people, people.c.id == table.c.employee_id)
        for row in session.execute(query.where(table.c.month == month, table.c.code.in_(sorted(codes)))):
            found[(row.number, row.month, row.queue, row.code)] = float(row.value)
    return found


def ratings_of(session: Session, years: Collection[int]) -> dict[tuple[int, int], Row[Any]]:
    """Annual ratings of these years, by (employee, year)."""
    table = AnnualRating.__table__
    rows = session.execute(select(table).where(table.c.year.in_(list(years))))
    return {(row.employee_id, row.year): row for row in rows}


def takeovers_waiting(session: Session, employees: Collection[int]) -> dict[int, Row[Any]]:
    """Takeovers proposed and not decided yet, by employee."""
    table, found = GradeChange.__table__, {}
    for some in chunks(sorted(employees)):
        query = select(table).where(
            table.c.employee_id.in_(some), table.c.kind == ChangeKind.TAKEOVER, table.c.stage == ChangeStage.PROPOSED
        )
        found.update({row.employee_id: row for row in session.execute(query)})
    return found


def frozen_periods(session: Session, now: datetime) -> list[tuple[Cycle, set[int]]]:
    """Open cycles past their self-assessment deadline, with the employees whose figures they froze (3.2-a)."""
    found = []
    for cycle in session.scalars(select(Cycle).where(*_frozen(now))):
        scored = select(Review.employee_id).where(Review.cycle_id == cycle.id, *_scored())
        found.append((cycle, set(session.scalars(scored))))
    return found


def frozen_cases(session: Session, people: Collection[int], now: datetime) -> dict[int, list[Any]]:
    """The cases of these people whose figures stand still: id, year and the last day of the period, by employee (3.2-a)."""
    found: dict[int, list[Any]] = defaultdict(list)
    query = select(Review.employee_id, Review.id, Cycle.year, Cycle.period_to).join(Cycle, Cycle.id == Review.cycle_id)
    query = query.where(*_frozen(now), *_scored()).order_by(Review.id).execution_options(unscoped=True)
    for some in chunks(sorted(people)):
        for row in session.execute(query.where(Review.employee_id.in_(some))):
            found[row.employee_id].append(row)
    return found


def running_cases(session: Session, people: Collection[int], closed: Collection[int] = ()) -> dict[int, list[Any]]:
    """The cases of these people that are not at their end, by employee, as `frozen_cases` gives them; of a rehearsal none.

    `closed` are such as were closed a moment ago, by what is only tried.
    """
    found: dict[int, list[Any]] = defaultdict(list)
    query = select(Review.employee_id, Review.id, Cycle.year, Cycle.period_to).join(Cycle, Cycle.id == Review.cycle_id)
    query = query.where(Cycle.kind != CycleKind.REHEARSAL).order_by(Review.id).execution_options(unscoped=True)
    runs, keys = Review.stage.not_in(FINAL_STAGES), sorted(people)
    reads = [and_(runs, Review.employee_id.in_(some)) for some in chunks(keys)]
    reads += [Review.id.in_(some) for some in chunks(sorted(closed))]
    for each in reads:
        for row in session.execute(query.where(each)):
            found[row.employee_id].append(row)
    return found


def cases_run(session: Session) -> bool:
    """Whether any cycle is open, so that its cases rest on people's files (6.1-a)."""
    here = (Cycle.stage == CycleStage.OPEN, Cycle.kind != CycleKind.REHEARSAL)
    return session.scalar(select(Cycle.id).where(*here).limit(1)) is not None


def _frozen(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The cycle is open and its figures stand still."""
    # From the deadline on, though the lock itself is timed work and may come minutes later (3.2-a).
    over = or_(Cycle.self_assessment_due <= now, Cycle.metrics_frozen_at.is_not(None))
    return Cycle.stage == CycleStage.OPEN, Cycle.kind != CycleKind.REHEARSAL, over


def _scored() -> tuple[ColumnElement[bool], ...]:
    """The case is one that is scored."""
    # Put on a ground, it begins with the department; it is scored where it has gone back to the ratings.
    put = or_(Review.kind != CaseKind.DEMOTION, exists().where(ReviewScore.review_id == Review.id))
    return put, Review.stage.not_in((CaseStage.LEFT, CaseStage.CANCELLED, CaseStage.OUTSIDE, CaseStage.UNCHANGED))


def imports_list(session: Session, kind: str, state: str, page: int) -> Paged[Import]:
    """One part of the imports, newest first."""
    query = select(Import).order_by(Import.id.desc())
    if kind:
        query = query.where(Import.kind == kind)
    if state:
        query = query.where(Import.state == state)
    return paged(session, query, page)


def import_with_undo(session: Session, key: int) -> Import | None:
    """An import with what its undoing needs, in the reader's scope."""
    return session.scalars(select(Import).where(Import.id == key).options(undefer(Import.undo))).first()


def metrics_imports(session: Session) -> Sequence[tuple[int, dict[str, Any]]]:
    """The applied imports of figures with how they were read."""
    query = select(Import.id, Import.mapping).where(
        Import.kind == ImportKind.METRICS, Import.state == ImportState.APPLIED
    )
    return [(key, mapping) for key, mapping in session.execute(query.order_by(Import.id))]


def last_mappings(session: Session, kind: str) -> Sequence[tuple[dict[str, Any], dict[str, Any] | None]]:
    """How the newest imports of a kind were read, the newest first: those that were checked or applied, each with its file's outline."""
    query = select(Import.mapping, Import.report["file"]).where(
        Import.kind == kind, Import.state.in_((ImportState.CHECKED, ImportState.APPLIED))
    )
    return [(mapping, file) for mapping, file in session.execute(query.order_by(Import.id.desc()).limit(KEPT_MAPPINGS))]


def profiles_of(session: Session, kind: str) -> Sequence[ImportProfile]:
    """Mappings kept for a kind of import, by name."""
    return session.scalars(select(ImportProfile).where(ImportProfile.kind == kind).order_by(ImportProfile.name)).all()


def first_login_day(session: Session) -> date | None:
    """From which day on any name of the contact logs belongs to somebody."""
    return session.scalar(select(func.min(ContactLogin.valid_from)))


@dataclass(frozen=True)
class TakeoverBatch:
    """Grades that wait to be taken over together: how many, since when, and those of them on one part of the list."""

    name: str
    count: int
    proposed_at: datetime | None
    rows: Sequence[GradeChange]


@dataclass(frozen=True)
class Takeovers:
    """One part of the grades that wait to be taken over, by their batches (1.2-c)."""

    batches: Sequence[TakeoverBatch]
    part: Part


def takeovers_of(batch: str, stage: str) -> tuple[ColumnElement[bool], ...]:
    """The grades of one batch at one stage of their approval, as conditions."""
    return GradeChange.batch == batch, GradeChange.kind == ChangeKind.TAKEOVER, GradeChange.stage == stage


def takeovers_listed(session: Session, wanted: int) -> Takeovers:
    """A part of the grades that wait to be taken over, batch by batch, in the reader's scope (1.2-c)."""
    query = select(GradeChange).where(
        GradeChange.kind == ChangeKind.TAKEOVER, GradeChange.stage == ChangeStage.PROPOSED
    )
    beside = joinedload(GradeChange.employee), joinedload(GradeChange.to_grade)
    found = paged(session, query.options(*beside).order_by(least_first(GradeChange.batch), GradeChange.id), wanted)
    shown = {batch: list(rows) for batch, rows in groupby(found.rows, key=lambda row: row.batch or "")}
    name = func.coalesce(GradeChange.batch, "")
    figures = query.with_only_columns(name, func.count(), func.min(GradeChange.proposed_at))
    figures = figures.where(name.in_(shown)).group_by(name)
    known = {batch: (count, since) for batch, count, since in session.execute(figures)}
    return Takeovers([TakeoverBatch(batch, *known[batch], rows) for batch, rows in shown.items()], found.part)


_WAITS = (GradeChange.kind == ChangeKind.TAKEOVER, GradeChange.stage == ChangeStage.PROPOSED)


def batch_waits(session: Session, batch: str) -> bool:
    """Whether any grade of a batch waits to be taken over, in the reader's scope."""
    return session.scalar(select(GradeChange.id).where(*_WAITS, GradeChange.batch == batch).limit(1)) is not None


def takeovers_ticked(session: Session, batch: str, keys: Sequence[int]) -> Sequence[GradeChange]:
    """Of the grades of a batch that wait to be taken over those named, in the reader's scope."""
    query = select(GradeChange).where(*_WAITS, GradeChange.batch == batch, GradeChange.id.in_(keys))
    beside = joinedload(GradeChange.employee), joinedload(GradeChange.to_grade)
    return session.scalars(query.options(*beside).order_by(GradeChange.id)).all()


def imports_named(session: Session, keys: Sequence[int]) -> dict[int, str]:
    """Imports by their files."""
    query = select(Import.id, Import.filename).where(Import.id.in_(keys)).execution_options(unscoped=True)
    return {row.id: row.filename for row in session.execute(query)}
