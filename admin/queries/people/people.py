"""Lists for keeping people's files: leaves that run, departments with their paths (1.2, 1.2-b)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from admin.models import Department, Employee, Leave
from admin.queries.imports.imports import department_paths

MOST_LEAVES = 200


def open_leaves(session: Session, today: date) -> Sequence[Leave]:
    """Leaves that run or are still to come, the earliest first, in the reader's scope."""
    query = select(Leave).where(or_(Leave.ends_on.is_(None), Leave.ends_on >= today))
    return session.scalars(
        query.options(joinedload(Leave.employee)).order_by(Leave.starts_on, Leave.id).limit(MOST_LEAVES)
    ).all()


def departments_listed(session: Session) -> list[dict[str, Any]]:
    """Every department by its path, with how many are in service there and who heads it."""
    paths = department_paths(session)
    query = (
        select(Employee.department_id, func.count()).where(Employee.status != "left").group_by(Employee.department_id)
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
