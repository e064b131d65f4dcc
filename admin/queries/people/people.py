"""Lists for keeping people's files: leaves that run, departments with their paths (1.2, 1.2-b)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from admin.domain.codes import EmployeeStatus
from admin.domain.refusals import Refusal
from admin.models import ComingMove, Department, Employee, Leave
from admin.queries.imports.imports import department_paths
from admin.queries.people.leaves import refusals_of
from admin.queries.system.calendar import company_day

MOST_LEAVES = 200
MOST_OF_A_NUMBER = 40


def leaves_shown(session: Session, now: datetime) -> tuple[Sequence[Leave], Mapping[int, Refusal | None]]:
    """Leaves that run or are still to come, the earliest first, in the reader's scope; what stands against taking each back."""
    query = select(Leave).where(or_(Leave.ends_on.is_(None), Leave.ends_on >= company_day(now)))
    query = query.options(joinedload(Leave.employee)).order_by(Leave.starts_on, Leave.id).limit(MOST_LEAVES)
    found = session.scalars(query).all()
    return found, refusals_of(session, found, now)


@dataclass(frozen=True)
class PeopleFiles:
    """HR's page of people's files: leaves that run, moves to come as rows of words, departments with their paths."""

    leaves: Sequence[Leave]
    not_taken_back: Mapping[int, Refusal | None]
    coming: Sequence[Mapping[str, Any]]
    departments: Sequence[Mapping[str, Any]]
    today: date

    @property
    def places(self) -> list[tuple[Any, str]]:
        """The departments as a form offers them, none chosen first."""
        return [("", "—"), *((each["id"], each["path"]) for each in self.departments)]


def coming_moves(session: Session) -> Sequence[ComingMove]:
    """Moves recorded for a coming day, or due and not carried out, the earliest first, in the reader's scope."""
    # Whoever has left meanwhile moves no more; the row stays, and is only not waited for (1.2-g).
    query = select(ComingMove).join(ComingMove.employee).where(Employee.status != EmployeeStatus.LEFT)
    query = query.order_by(ComingMove.moves_on, ComingMove.id).options(contains_eager(ComingMove.employee))
    return session.scalars(query).all()


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
