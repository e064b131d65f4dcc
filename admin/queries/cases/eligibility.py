"""What is on file about a person, as the rules of promotion and demotion ask for it (4.1.1, 4.2.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from admin.domain.codes import ChangeKind, PerformanceRating, RecordKind, RecordStage
from admin.domain.eligibility import Assessment, EligibilityFacts, Record
from admin.domain.service import is_leave_year
from admin.models import AnnualRating, Employee, EmployeeRecord, Leave
from admin.queries.outcome.grade_on import Held, entries_until

RECORDS = {
    "contribution": "contributions", "certificate": "certificates", "breach": "breaches",
    "training": "trainings", "post_change": "post_changes",
}  # fmt: skip
ADEQUATE_POINTS = 60


@dataclass(frozen=True)
class PersonsFile:
    """One person's entries and records as a page has read them once, for all that it makes of them."""

    entries: Sequence[Held]
    records: Sequence[EmployeeRecord]

    @property
    def last_entry(self) -> Held | None:
        """The entry that no document ends yet, begun or not."""
        return next((each for each in self.entries if each.until is None), None)


def persons_file(session: Session, employee_id: int) -> PersonsFile:
    """Every entry of the grade file in the order of time, and every record in the order of its days."""
    entries = entries_until(session, [employee_id], date.max).get(employee_id, [])
    return PersonsFile(entries, list(session.scalars(_records_of([employee_id], EmployeeRecord))))


@dataclass
class _File:
    grade: str | None = None
    since: date | None = None
    ratings: dict[int, PerformanceRating] = field(default_factory=dict)
    leave_days: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    records: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    assessments: list[Assessment] = field(default_factory=list)


def eligibility_facts(
    session: Session,
    employees: Sequence[int],
    *,
    year: int,
    as_of: date,
    not_self_assessed: Iterable[int] = (),
    with_what_is_to_come: bool = False,
    read: Mapping[int, PersonsFile] | None = None,
) -> dict[int, EligibilityFacts]:
    """For each employee's id what is on file on a day, for the cycle of `year`; a few statements for all.

    `with_what_is_to_come`: for a case, which is assessed from the last grade of the file: also where that begins after
    the day, time in it has not begun and what came before it is spent (4.3-b). `read` are files that were read already.
    """
    files: dict[int, _File] = defaultdict(_File)
    until = date.max if with_what_is_to_come else as_of
    _load_grades(session, employees, until, files) if read is None else _grades_in(read, until, files)
    rated = select(AnnualRating.employee_id, AnnualRating.year, AnnualRating.rating)
    for employee, of_year, rating in session.execute(rated.where(AnnualRating.employee_id.in_(employees))):
        files[employee].ratings[of_year] = PerformanceRating(rating)
    hired = _load_service(session, employees, as_of, files)
    if read is None:
        told = ("employee_id", "kind", "happened_on", "stage", "points", "title")
        columns = (getattr(EmployeeRecord, name) for name in told)
        _load_records(session.execute(_records_of(employees, *columns)), files)
    else:
        _load_records(chain.from_iterable(each.records for each in read.values()), files)
    # A case says who did not hand the form in; without one there was no form to hand in.
    missing = set(not_self_assessed)
    return {key: _facts(files[key], hired[key], year, as_of, key not in missing) for key in employees}


def _facts(found: _File, hired: date, year: int, as_of: date, self_assessed: bool) -> EligibilityFacts:
    leave = frozenset(y for y, days in found.leave_days.items() if is_leave_year(hired, days, y))
    lists: Mapping[str, tuple[Record, ...]] = {name: tuple(found.records[kind]) for kind, name in RECORDS.items()}
    return EligibilityFacts(
        year=year, as_of=as_of, grade=found.grade, grade_since=found.since, ratings=found.ratings, leave_years=leave,
        assessments=tuple(found.assessments), self_assessed=self_assessed, **lists,
    )  # fmt: skip


def _load_grades(session: Session, employees: Sequence[int], as_of: date, files: dict[int, _File]) -> None:
    """The grade held on the day, and since when it has been held without a break."""
    for employee, entries in entries_until(session, employees, as_of).items():
        files[employee].grade, files[employee].since = _unbroken(entries)


def _grades_in(read: Mapping[int, PersonsFile], until: date, files: dict[int, _File]) -> None:
    for employee, file in read.items():
        if entries := [each for each in file.entries if each.since <= until]:
            files[employee].grade, files[employee].since = _unbroken(entries)


def held_since(session: Session, employees: Sequence[int], day: date) -> dict[int, date]:
    """Since when each of these employees has held, without a break, the grade that they hold on a day (4.1.1)."""
    return {key: _unbroken(entries)[1] for key, entries in entries_until(session, employees, day).items()}


GIVE_BACK = (ChangeKind.REASSESSMENT, ChangeKind.WITHDRAWAL, ChangeKind.CORRECTION)


def _unbroken(entries: Sequence[Held]) -> tuple[str, date]:
    """The last grade of these entries and the day on which holding it began.

    A grade that a re-assessment or a withdrawal gives back counts as held all the time: the result in between is superseded,
    or taken back (6.3-a, 1.2-f).
    """
    held: list[tuple[str, date]] = []
    for each in entries:
        code = each.grade.code
        # Only the entry just before: a grade that came back by an ordinary promotion begins anew.
        if each.kind in GIVE_BACK and [grade for grade, _since in held[-2:-1]] == [code]:
            held.pop()
        elif not held or held[-1][0] != code:
            held.append((code, each.since))
    return held[-1]


def _count_leave(days: dict[int, int], start: date, end: date) -> None:
    year = start.year
    while year <= end.year:
        first, last = max(start, date(year, 1, 1)), min(end, date(year, 12, 31))
        days[year] += (last - first + timedelta(days=1)).days
        year += 1


def _load_service(session: Session, employees: Sequence[int], as_of: date, files: dict[int, _File]) -> dict[int, date]:
    """Count everybody's leave; returns who was hired when, from the same statement."""
    query = select(Employee.id, Employee.hired_on, Leave.starts_on, Leave.ends_on)
    # Joined by the statement itself, so that the reader's scope limits the leaves and not the people.
    query = query.outerjoin(Leave, Leave.employee_id == Employee.id)
    hired = {}
    for employee, hired_on, starts, ends in session.execute(query.where(Employee.id.in_(employees))):
        hired[employee] = hired_on
        if starts is not None:
            # A leave that is still open is counted as far as the file is read.
            _count_leave(files[employee].leave_days, starts, ends or as_of)
    return hired


def _records_of(employees: Sequence[int], *told: Any) -> Select[Any]:
    # By the day, then by number: references are printed, and must not change places between two readings.
    query = select(*told).where(EmployeeRecord.employee_id.in_(employees))
    return query.order_by(EmployeeRecord.happened_on, EmployeeRecord.id)


def _load_records(rows: Iterable[Any], files: dict[int, _File]) -> None:
    for row in rows:
        approved = row.stage == RecordStage.APPROVED
        if row.kind == RecordKind.ASSESSMENT:
            # An assessment has points and no word; sixty of a hundred is where it passes.
            adequate = (row.points or 0) >= ADEQUATE_POINTS
            files[row.employee_id].assessments.append(Assessment(row.happened_on, approved, adequate, row.title))
        elif row.kind in RECORDS:
            spent = _spent(files[row.employee_id].since, row)
            files[row.employee_id].records[row.kind].append(Record(row.happened_on, approved, row.title, spent))


def _spent(since: date | None, row: Any) -> bool:
    """A contribution or certificate from before the present grade began has had its effect."""
    return (
        row.kind in (RecordKind.CONTRIBUTION, RecordKind.CERTIFICATE, RecordKind.BREACH)
        and since is not None
        and row.happened_on < since
    )
