"""Which grade somebody holds on a day: the one answer, for every page, rule and document (policy 3.3.6, 1.2-f).

What stands in the file and begins later is not held yet: it is told as "from" its day. Nothing else reads the entries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.models import Grade, GradeChange, GradeInterval
from admin.queries.system.chunks import chunks


@dataclass(frozen=True)
class Held:
    """A grade that somebody holds from `since` up to, not including, `until`; None while no document ends it.

    `kind` is the kind of change that began it.
    """

    employee_id: int
    grade: Grade
    since: date
    until: date | None
    change_id: int
    kind: str


@dataclass(frozen=True)
class HeldGrades:
    """What one person holds today, and what the file holds from a later day."""

    held: Held | None
    to_come: Held | None


def standing_of(session: Session, employee_id: int | None, today: date, *, unscoped: bool = False) -> HeldGrades:
    """Where one person stands; nowhere without an employee."""
    if employee_id is None:
        return HeldGrades(None, None)
    return standings_of(session, [employee_id], today, unscoped=unscoped)[employee_id]


def standings_of(
    session: Session, employees: Collection[int], today: date, *, unscoped: bool = False
) -> dict[int, HeldGrades]:
    """Where each of these people stands, in one statement, and in the reader's scope unless `unscoped`."""
    held: dict[int, Held] = {}
    coming: dict[int, Held] = {}
    # One statement for both: lists are long, and what is held and what is coming are neighbours in the file.
    not_over = or_(GradeInterval.valid_to.is_(None), GradeInterval.valid_to > today)
    for each in _read(session, employees, not_over, unscoped=unscoped):
        (held if each.since <= today else coming).setdefault(each.employee_id, each)
    return {key: HeldGrades(held.get(key), coming.get(key)) for key in employees}


def grade_on(
    session: Session, employees: Collection[int] | None, day: date, *, unscoped: bool = False
) -> dict[int, Held]:
    """Who of these employees (None: of all) holds which grade on a day; who holds none is left out."""
    return {each.employee_id: each for each in _read(session, employees, *_runs_on(day), unscoped=unscoped)}


def _runs_on(day: Any) -> tuple[Any, Any]:
    # Half-open: on the day a document takes effect the new grade is held, not both.
    return GradeInterval.valid_from <= day, or_(GradeInterval.valid_to.is_(None), GradeInterval.valid_to > day)


def grade_id_on(employee: Any, day: Any) -> Any:
    """The grade (its id) that is held on a day, as a part of a statement; `employee` is the column that says whose."""
    return select(GradeInterval.grade_id).where(GradeInterval.employee_id == employee, *_runs_on(day)).scalar_subquery()


def grades_to_come(
    session: Session, employees: Collection[int] | None, day: date, *, unscoped: bool = False
) -> dict[int, Held]:
    """What the files hold already and begins only after a day; the first for each employee."""
    found: dict[int, Held] = {}
    for each in _read(session, employees, GradeInterval.valid_from > day, unscoped=unscoped):
        # Rows come in the order of time: the first one to come is the next.
        found.setdefault(each.employee_id, each)
    return found


def last_entries(session: Session, employees: Collection[int] | None, *, unscoped: bool = False) -> dict[int, Held]:
    """The last entry of each file, begun or not: from it the next document moves. No answer to who holds what."""
    return {
        each.employee_id: each
        for each in _read(session, employees, GradeInterval.valid_to.is_(None), unscoped=unscoped)
    }


def last_grade_id(employee: Any) -> Any:
    """The grade (its id) of the last entry of a file, as a part of a statement; `employee` is the column that says whose."""
    last = select(GradeInterval.grade_id).where(GradeInterval.employee_id == employee, GradeInterval.valid_to.is_(None))
    return last.scalar_subquery()


def entries_until(session: Session, employees: Collection[int], day: date) -> dict[int, list[Held]]:
    """Every entry of these files that begins on a day or before, in the order of time."""
    found: dict[int, list[Held]] = defaultdict(list)
    for each in _read(session, employees, GradeInterval.valid_from <= day):
        found[each.employee_id].append(each)
    return found


def _read(session: Session, employees: Collection[int] | None, *where: Any, unscoped: bool = False) -> Iterator[Held]:
    row = GradeInterval
    query = (
        select(row.employee_id, Grade, row.valid_from, row.valid_to, row.started_by_id, GradeChange.kind)
        .select_from(row)
        .join(Grade, Grade.id == row.grade_id)
        .join(GradeChange, GradeChange.id == row.started_by_id)
        .where(*where)
        .order_by(row.employee_id, row.valid_from)
    )
    if unscoped:
        query = query.execution_options(unscoped=True)
    several = (
        # Everybody is no list: naming ten thousand would take twenty statements for the same rows.
        [query] if employees is None else [query.where(row.employee_id.in_(some)) for some in chunks(sorted(employees))]
    )
    for part in several:
        for found in session.execute(part):
            yield Held(*found)


def grade_file_of(session: Session, employee_id: int) -> Sequence[GradeInterval]:
    """Everything that one person's file holds, latest first, with the changes and documents that began and ended it."""
    began = joinedload(GradeInterval.started_by).joinedload(GradeChange.document)
    ended = joinedload(GradeInterval.ended_by).joinedload(GradeChange.document)
    query = select(GradeInterval).where(GradeInterval.employee_id == employee_id)
    query = query.order_by(GradeInterval.valid_from.desc()).options(joinedload(GradeInterval.grade), began, ended)
    return session.scalars(query).all()


def began_on(session: Session, change_id: int) -> date | None:
    """The day from which the entry holds that a change began; None where it began none."""
    return session.scalar(select(GradeInterval.valid_from).where(GradeInterval.started_by_id == change_id))


def entries_counted() -> Any:
    """How many entries all files hold together, as a part of a statement."""
    return select(func.count(GradeInterval.id)).scalar_subquery()
