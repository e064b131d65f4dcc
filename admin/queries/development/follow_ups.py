"""Follow-up after a change of grade: what is due, what was written, and the report of a quarter made from it (6.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from admin.access.actor import Actor
from admin.domain.centre import AFTER, quarter_days, quarter_of
from admin.domain.codes import EmployeeStatus, FollowUpOutcome
from admin.domain.refusals import NotFound
from admin.models import Department, Employee, FollowUp, FollowUpNote, GradeChange
from admin.queries.policy.rules import Rules
from admin.queries.system.chunks import chunks
from admin.queries.system.home_counts import UNSCOPED
from admin.queries.system.paging import Paged, paged
from admin.rulebook.loader import shipped

ALL, WAITING, WRITTEN = "all", "waiting", "written"
FILTERS = (ALL, WAITING, WRITTEN)


def follow_up_days(rules: Rules) -> Mapping[str, int]:
    """After how many days a change is followed up; of a version from before these values the shipped ones."""
    known = rules.parameters
    return {name: int(known[name] if name in known else shipped().value(name, rules.day)) for name in AFTER}


def unwritten() -> tuple[ColumnElement[bool], ...]:
    """The notes that wait, of people who are still there; asked of follow-ups joined to their employees."""
    return ~exists(select(1).where(FollowUpNote.follow_up_id == FollowUp.id)), Employee.status != EmployeeStatus.LEFT


@dataclass(frozen=True)
class FollowUpsPage:
    """The notes of those whom the reader leads or keeps the files of, and about the reader."""

    rows: Paged[FollowUp]
    chosen: str
    looked_for: str
    today: date


@dataclass(frozen=True)
class FollowUpPage:
    """One note with its corrections; `writes`: the reader writes it."""

    row: FollowUp
    names: Mapping[int, str]
    writes: bool
    today: date


@dataclass(frozen=True)
class ReportRow:
    """A department in a quarter: how many notes were due, how many are written, and what the last word of each says."""

    department: str
    due: int
    written: int
    outcomes: Mapping[str, int]

    @property
    def missing(self) -> int:
        """The notes that nobody has written."""
        return self.due - self.written


@dataclass(frozen=True)
class ReportPage:
    """The report of a quarter: a line for each department, the whole, and the notes one by one."""

    year: int
    quarter: int
    first: date
    last: date
    lines: Paged[ReportRow]
    whole: ReportRow
    quarters: Sequence[tuple[int, int]]


def follow_ups_page(session: Session, today: date, chosen: str, looked_for: str, wanted: int) -> FollowUpsPage:
    """The list, in the reader's scope; what waits first, the longest waiting before."""
    query = _listed(chosen, looked_for).order_by(FollowUp.due_on.desc(), FollowUp.id.desc())
    return FollowUpsPage(paged(session, query.options(*_shown()), wanted), chosen, looked_for, today)


def _shown() -> tuple[Any, ...]:
    change = joinedload(FollowUp.grade_change)
    return (
        joinedload(FollowUp.employee).joinedload(Employee.superior),
        joinedload(FollowUp.employee).joinedload(Employee.department),
        change.joinedload(GradeChange.from_grade),
        change.joinedload(GradeChange.to_grade),
        selectinload(FollowUp.notes),
    )


def _listed(chosen: str, looked_for: str) -> Select[FollowUp]:
    query = select(FollowUp).join(Employee, Employee.id == FollowUp.employee_id)
    if chosen == WAITING:
        query = query.where(*unwritten())
    if chosen == WRITTEN:
        query = query.where(exists(select(1).where(FollowUpNote.follow_up_id == FollowUp.id)))
    if looked_for:
        named = (each.icontains(looked_for, autoescape=True) for each in (Employee.number, Employee.name))
        query = query.where(or_(*named))
    return query


def follow_up_page(session: Session, key: int, reader: Actor, today: date) -> FollowUpPage:
    """The page of one. Raises `NotFound`."""
    row = session.scalars(select(FollowUp).where(FollowUp.id == key).options(*_shown())).first()
    if row is None:
        raise NotFound(f"follow-up {key}")
    writers = {each.written_by_id for each in row.notes}
    query = select(Employee.user_id, Employee.name).where(Employee.user_id.in_(writers)).execution_options(**UNSCOPED)
    names = {user: name for user, name in session.execute(query) if user is not None}
    leads = row.employee.superior_id == reader.employee_id and reader.employee_id is not None
    heads = row.employee.superior_id is None and reader.has("head") and row.employee_id != reader.employee_id
    return FollowUpPage(row, names, (leads or heads) and row.employee.status != EmployeeStatus.LEFT, today)


def report_page(session: Session, year: int, quarter: int, today: date, wanted: int) -> ReportPage:
    """The report of one quarter, made from the notes that were due in it."""
    first, last = quarter_days(year, quarter)
    named = select(Department.name).join(Employee, Employee.department_id == Department.id)
    named = named.join(FollowUp, FollowUp.employee_id == Employee.id).where(FollowUp.due_on.between(first, last))
    part = paged(session, select(named.distinct().subquery().c.name).order_by("name"), wanted)
    counted = _counted(session, first, last, list(part.rows))
    lines = [_line(name, counted.get(name, Counter())) for name in part.rows]
    whole = _line("", sum(_counted(session, first, last, None).values(), Counter()))
    return ReportPage(year, quarter, first, last, Paged(lines, part.part), whole, _quarters(session, today))


def _counted(session: Session, first: date, last: date, departments: Sequence[str] | None) -> dict[str, Counter[str]]:
    """By department how many notes were due, and the last word of each, counted by the database."""
    newest = select(func.max(FollowUpNote.id)).where(FollowUpNote.follow_up_id == FollowUp.id).correlate(FollowUp)
    said = select(FollowUpNote.outcome).where(FollowUpNote.id == newest.scalar_subquery()).correlate(FollowUp)
    one = (
        select(Department.name.label("department"), func.coalesce(said.scalar_subquery(), "").label("said"))
        .select_from(FollowUp)
        .join(Employee, Employee.id == FollowUp.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(FollowUp.due_on.between(first, last))
    )
    if departments is not None:
        one = one.where(Department.name.in_(departments))
    each = one.subquery()
    named = each.c.department if departments is not None else func.min("").label("department")
    grouped = [each.c.said] if departments is None else [each.c.department, each.c.said]
    found: dict[str, Counter[str]] = {}
    for department, outcome, count in session.execute(select(named, each.c.said, func.count()).group_by(*grouped)):
        found.setdefault(department, Counter())[outcome] = count
    return found


def _line(department: str, counted: Counter[str]) -> ReportRow:
    outcomes = {code: counted.get(code, 0) for code in FollowUpOutcome.labels()}
    return ReportRow(department, counted.total(), counted.total() - counted.get("", 0), outcomes)


def _quarters(session: Session, today: date) -> list[tuple[int, int]]:
    """The quarters from the first note on, the newest first, three years at most."""
    first = session.scalar(select(func.min(FollowUp.due_on))) or today
    found: list[tuple[int, int]] = []
    at = quarter_of(today)
    while len(found) < 12 and at >= quarter_of(first):
        found.append(at)
        at = (at[0], at[1] - 1) if at[1] > 1 else (at[0] - 1, 4)
    return found or [quarter_of(today)]


def report_notes(session: Session, first: date, last: date) -> Iterator[FollowUp]:
    """The notes that were due between two days, one by one, for a file; in parts, however many there are."""
    keys = session.scalars(
        select(FollowUp.id).where(FollowUp.due_on.between(first, last)).order_by(FollowUp.due_on, FollowUp.id)
    ).all()
    for some in chunks(list(keys)):
        query = select(FollowUp).where(FollowUp.id.in_(some)).options(*_shown())
        yield from session.scalars(query.order_by(FollowUp.due_on, FollowUp.id))


def waiting_for(employee_id: int | None) -> Select[int, date, int]:
    """How many notes a superior has still to write, since when, and the first of them: for the home page."""
    return (
        select(func.count(FollowUp.id), func.min(FollowUp.due_on), func.min(FollowUp.id))
        .join(Employee, Employee.id == FollowUp.employee_id)
        .where(Employee.superior_id == (employee_id or 0), *unwritten())
    )
