"""Lists for keeping people's files: leaves that run, departments with their paths (1.2, 1.2-b)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from admin.domain.codes import CycleKind, EmployeeStatus
from admin.domain.refusals import Refusal
from admin.domain.workflow.transitions import FINAL_STAGES
from admin.models import ComingMove, Cycle, Department, Employee, Leave, Review
from admin.queries.imports.imports import department_paths
from admin.queries.people.deputies import left_alone
from admin.queries.people.leaves import refusals_of
from admin.queries.system.calendar import company_day
from admin.queries.system.paging import Paged, paged

MOST_OF_A_NUMBER = 40


def leaves_shown(
    session: Session, now: datetime, wanted: int
) -> tuple[Paged[Leave], Mapping[int, Refusal | None], Set[int]]:
    """A part of the leaves that run or are still to come, the earliest first, in the reader's scope; what stands against
    taking each back; and who among them leads or judges somebody without a deputy (3.3-c)."""
    query = select(Leave).where(or_(Leave.ends_on.is_(None), Leave.ends_on >= company_day(now)))
    found = paged(session, query.options(joinedload(Leave.employee)).order_by(Leave.starts_on, Leave.id), wanted)
    away = {leave.employee_id for leave in found.rows}
    return found, refusals_of(session, found.rows, now), left_alone(session, away, company_day(now))


@dataclass(frozen=True)
class PeopleFiles:
    """HR's page of people's files: parts of the leaves that run and of the moves to come, departments with their paths."""

    leaves: Paged[Leave]
    not_taken_back: Mapping[int, Refusal | None]
    left_alone: Set[int]
    coming: Paged[Mapping[str, Any]]
    departments: Sequence[Mapping[str, Any]]
    today: date

    @property
    def places(self) -> list[tuple[Any, str]]:
        """The departments as a form offers them, none chosen first."""
        return [("", "—"), *((each["id"], each["path"]) for each in self.departments)]


def coming_moves(session: Session, wanted: int) -> Paged[ComingMove]:
    """A part of the moves recorded for a coming day, or due and not carried out, the earliest first, in the reader's scope."""
    return paged(session, _coming(), wanted)


def moves_of(session: Session, employee_id: int) -> Sequence[ComingMove]:
    """Those of one employee."""
    return session.scalars(_coming().where(ComingMove.employee_id == employee_id)).all()


def open_cases(session: Session, employees: Collection[int]) -> dict[int, Review]:
    """The running case of each of these employees that the reader may see; one of a rehearsal counts for nothing."""
    newest = (
        select(func.max(Review.id))
        .join(Review.cycle)
        .where(Review.employee_id.in_(employees), Review.stage.not_in(FINAL_STAGES), Cycle.kind != CycleKind.REHEARSAL)
        .group_by(Review.employee_id)
    )
    return {case.employee_id: case for case in session.scalars(select(Review).where(Review.id.in_(newest)))}


def _coming() -> Select[ComingMove]:
    # Whoever has left meanwhile moves no more; the row stays, and is only not waited for (1.2-g).
    query = select(ComingMove).join(ComingMove.employee).where(Employee.status != EmployeeStatus.LEFT)
    return query.order_by(ComingMove.moves_on, ComingMove.id).options(contains_eager(ComingMove.employee))


def departments_listed(session: Session) -> list[dict[str, Any]]:
    """Every department by its path, with how many are in service there and who heads it."""
    paths = department_paths(session)
    query = (
        select(Employee.department_id, func.count())
        .where(Employee.status != EmployeeStatus.LEFT)
        .group_by(Employee.department_id)
    )
    people: dict[int, int] = {row[0]: row[1] for row in session.execute(query)}
    rows = [
        {
            "id": row.id,
            "path": "/".join(paths[row.id]),
            "in_centre": row.in_centre,
            "people": people.get(row.id, 0),
            "head": row.head.name if row.head else None,
        }
        for row in session.scalars(select(Department).options(selectinload(Department.head)))
    ]
    return sorted(rows, key=lambda row: row["path"])


def employee_numbered(session: Session, text: str) -> Employee | None:
    """The employee with this number, in the reader's scope."""
    return session.scalars(select(Employee).where(Employee.number == text.strip()[:MOST_OF_A_NUMBER])).first()


def department_names(session: Session) -> dict[int, str]:
    """Every department's name by its id."""
    return {row.id: row.name for row in session.execute(select(Department.id, Department.name))}


def account_counts(session: Session, people: Collection[int]) -> dict[str, int]:
    """Of these people in service: how many have an account, and how many have none."""
    wanted = set(people)
    # Everybody once and sorted out here: ten thousand numbers would be cut into twenty statements.
    rows = session.execute(select(Employee.id, Employee.user_id).where(Employee.status != EmployeeStatus.LEFT))
    accounts = [user for key, user in rows if key in wanted]
    return {"with": sum(user is not None for user in accounts), "without": accounts.count(None)}
