"""The grade file: everything that is on file about one person, in the order of time (policy 3.3.6, 5.1, 6.1).

Read in the reader's scope: who does not see the person finds nothing (404). What only some may see (pay bands, the
marks of the committee) is asked for by role here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.access.amounts import sees_amounts
from admin.access.scope import visible
from admin.domain.codes import CaseStage, ChangeStage
from admin.domain.pay import Band
from admin.domain.refusals import NotFound
from admin.models import (
    AnnualRating,
    Appeal,
    ContactLogin,
    Department,
    Determination,
    Employee,
    EmployeeChange,
    EmployeeRecord,
    GradeChange,
    Honour,
    Leave,
    PredecessorStatement,
    Review,
)
from admin.queries.cycles.rehearsed import REHEARSED
from admin.queries.outcome.grade_on import HeldGrades, grade_file_of, standing_of
from admin.queries.outcome.pay import band_of

SETTLED = ("issued", "unchanged", "outside", "left")


@dataclass
class GradeFile:
    """One person's file on the day it is `seen_on`. `pay` is None for readers who may not see amounts."""

    employee: Employee
    standing: HeldGrades
    intervals: Sequence[Any] = ()
    waiting: Sequence[GradeChange] = ()
    taken: Sequence[GradeChange] = ()  # by documents that withdraw or correct earlier ones
    reviews: Sequence[Review] = ()
    determinations: Mapping[int, Sequence[Determination]] = field(default_factory=dict)
    documents: Sequence[GradeChange] = ()
    appeals: Sequence[Appeal] = ()
    honours: Sequence[Honour] = ()
    records: Sequence[EmployeeRecord] = ()
    ratings: Sequence[AnnualRating] = ()
    leaves: Sequence[Leave] = ()
    logins: Sequence[ContactLogin] = ()
    changes: Sequence[dict[str, Any]] = ()
    statements: Sequence[PredecessorStatement] = ()
    pay: Band | None = None
    sees_pay: bool = False
    seen_on: date = date.min


def grade_file(session: Session, number: str, actor: Actor, today: date) -> GradeFile:
    """The file of the employee with this number. Raises `NotFound` for one whom the reader does not see."""
    reader = replace(actor, roles=actor.roles - {"admin"})  # who keeps accounts has no business in grade files
    query = select(Employee).where(Employee.number == number, visible(reader, Employee))
    employee = session.scalars(query.options(joinedload(Employee.department))).first()
    if employee is None:
        raise NotFound(f"employee {number}")
    key = employee.id
    found = GradeFile(employee, standing_of(session, key, today), seen_on=today)
    found.intervals = grade_file_of(session, key)
    found.waiting = _rows(session, GradeChange, key, GradeChange.stage == ChangeStage.PROPOSED)
    found.taken = _rows(session, GradeChange, key, GradeChange.reverses_id.is_not(None))
    found.reviews = _reviews(session, key)
    found.determinations = _determinations(session, found.reviews, actor)
    found.documents = _documents(session, key)
    found.appeals = _appeals(session, found.reviews, key)
    found.honours = _rows(session, Honour, key)
    found.records = sorted(_rows(session, EmployeeRecord, key), key=lambda row: (row.happened_on, row.id), reverse=True)
    found.ratings = sorted(_rows(session, AnnualRating, key), key=lambda row: row.year, reverse=True)
    found.leaves = sorted(_rows(session, Leave, key), key=lambda row: row.starts_on, reverse=True)
    found.logins = _rows(session, ContactLogin, key)
    found.changes = _changes(session, key)
    found.statements = _in_their_name(session, key) if actor.employee_id == key else []
    found.sees_pay = sees_amounts(actor, key)
    held = found.standing.held
    found.pay = band_of(session, actor, key, held.grade.code if held else None, today)
    return found


def _rows(session: Session, table: type[Any], employee_id: int, *conditions: Any) -> list[Any]:
    return list(session.scalars(select(table).where(table.employee_id == employee_id, *conditions).order_by(table.id)))


def _in_their_name(session: Session, employee_id: int) -> list[PredecessorStatement]:
    """What HR wrote down as said by the person, as others' former superior (3.3-f)."""
    query = select(PredecessorStatement).where(PredecessorStatement.author_id == employee_id)
    query = query.options(joinedload(PredecessorStatement.review).joinedload(Review.employee))
    return list(session.scalars(query.order_by(PredecessorStatement.id.desc()).execution_options(unscoped=True)))


def _reviews(session: Session, employee_id: int) -> Sequence[Review]:
    """The person's cases; those of a rehearsal are no part of the file (1.2-e)."""
    query = select(Review).where(Review.employee_id == employee_id, Review.cycle_id.not_in(REHEARSED))
    query = query.order_by(Review.id.desc())
    query = query.options(
        joinedload(Review.cycle), joinedload(Review.present_grade), joinedload(Review.determined_grade)
    )
    return session.scalars(query).unique().all()


def _documents(session: Session, employee_id: int) -> list[GradeChange]:
    """What formal documents said of the person; grades taken over were issued by none."""
    query = select(GradeChange).where(GradeChange.employee_id == employee_id, GradeChange.document_id.is_not(None))
    return list(
        session.scalars(
            query.order_by(GradeChange.id).options(joinedload(GradeChange.document), joinedload(GradeChange.to_grade))
        )
    )


def _appeals(session: Session, reviews: Sequence[Review], employee_id: int) -> list[Appeal]:
    """The person's own appeals; who objected is the panel's and HR's to know (3.3.5-b)."""
    mine = (Appeal.review_id.in_([row.id for row in reviews]), Appeal.filer_id == employee_id)
    return list(session.scalars(select(Appeal).where(*mine).order_by(Appeal.id))) if reviews else []


def _determinations(session: Session, reviews: Sequence[Review], actor: Actor) -> dict[int, list[Determination]]:
    """Each case's determinations; to the person themselves only of cases that are on notice or beyond."""
    shown = [
        row.id
        for row in reviews
        # A superior reads the file as the person does: what is determined is nobody's before the notice (3.3.5).
        if actor.has("hr", "auditor") or row.stage in (*SETTLED, CaseStage.ON_NOTICE, CaseStage.APPEALED)
    ]
    if not shown:
        return {}
    found: dict[int, list[Determination]] = {}
    query = select(Determination).where(Determination.review_id.in_(shown)).order_by(Determination.seq)
    for row in session.scalars(query.options(joinedload(Determination.grade))):
        found.setdefault(row.review_id, []).append(row)
    return found


def _changes(session: Session, employee_id: int) -> list[dict[str, Any]]:
    """Dated changes with names in the place of ids, newest first."""
    rows = _rows(session, EmployeeChange, employee_id)
    departments = _names(session, Department, Department.name, rows, "department_id")
    people = _names(session, Employee, Employee.name, rows, "superior_id")
    names = {"department_id": departments, "superior_id": people}

    def shown(row: EmployeeChange, value: str | None) -> str | None:
        return names[row.field].get(value or "", value) if row.field in names else value

    changes = [
        {"when": row.effective_on, "field": row.field, "old": shown(row, row.old), "new": shown(row, row.new)}
        for row in rows
    ]
    return sorted(changes, key=lambda change: change["when"], reverse=True)


def _names(
    session: Session, table: type[Any], column: Any, rows: Sequence[EmployeeChange], field_name: str
) -> dict[str, str]:
    keys = {
        value for row in rows if row.field == field_name for value in (row.old, row.new) if value and value.isdigit()
    }
    if not keys:
        return {}
    # Only the names of whom the file names already: superiors past and present are part of one's own file.
    query = select(table.id, column).where(table.id.in_([int(key) for key in keys])).execution_options(unscoped=True)
    return {str(key): name for key, name in session.execute(query)}


def number_of(session: Session, employee_id: int | None) -> str | None:
    """The employee number behind an actor."""
    return session.scalar(select(Employee.number).where(Employee.id == employee_id)) if employee_id else None
