"""What rests on the people whom an import changes: their cases, those that they judge, their accounts and offices."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from admin.domain.codes import CycleKind
from admin.domain.workflow.transitions import FINAL_STAGES
from admin.models import Cycle, Employee, Review
from admin.models.accounts import Role, User, assoc_user_role
from admin.queries.system.chunks import chunks

UNDETERMINED = ("self_assessment", "rating", "department_review", "committee")


def cases_of_others_under(session: Session, people: Collection[int]) -> int:
    """Undetermined cases of others that one of these people judges."""
    gone = frozenset(people)
    others = Review.employee_id.not_in(gone) if len(gone) < 500 else Review.id.is_not(None)
    judged = lambda some: or_(Review.superior_id.in_(some), Review.head_id.in_(some))  # noqa: E731
    return _cases(session, people, judged, Review.stage.in_(UNDETERMINED), others)


def cases_under_another(session: Session, people: Collection[int]) -> int:
    """Undetermined cases of these people, which were opened with a superior of their own."""
    here = (Review.stage.in_(UNDETERMINED), Review.superior_id.is_not(None))
    return _cases(session, people, lambda some: Review.employee_id.in_(some), *here)


def cases_under(session: Session, people: Collection[int]) -> int:
    """Undetermined cases of these people, which close when they leave (1.2-d)."""
    return _cases(session, people, lambda some: Review.employee_id.in_(some), Review.stage.in_(UNDETERMINED))


def cases_with_figures(session: Session, figures: Collection[tuple[int, date]]) -> int:
    """Open cases in whose period one of these months of their person lies."""
    months: dict[int, list[date]] = {}
    for person, month in figures:
        months.setdefault(person, []).append(month)
    query = (
        select(Review.employee_id, Cycle.period_from, Cycle.period_to)
        .join(Cycle, Cycle.id == Review.cycle_id)
        .where(Cycle.kind != CycleKind.REHEARSAL, Review.stage.not_in(FINAL_STAGES))
        .execution_options(unscoped=True)
    )
    return sum(
        any(row.period_from <= month <= row.period_to for month in months[row.employee_id])
        for some in chunks(sorted(months))
        for row in session.execute(query.where(Review.employee_id.in_(some)))
    )


def accounts_of(session: Session, people: Collection[int]) -> int:
    """Accounts of these people that are open."""
    query = select(func.count(User.id)).join(Employee, Employee.user_id == User.id).where(User.active)
    query = query.execution_options(unscoped=True)
    return sum(session.scalar(query.where(Employee.id.in_(some))) or 0 for some in chunks(sorted(people)))


def offices_of(session: Session, people: Collection[int], offices: Collection[str]) -> int:
    """Roles of these names that accounts of these people hold."""
    held = assoc_user_role.c
    query = (
        select(func.count())
        .select_from(assoc_user_role)
        .join(Role, Role.id == held.role_id)
        .join(Employee.__table__, Employee.__table__.c.user_id == held.user_id)
        .where(Role.name.in_(sorted(offices)))
    )
    return sum(session.scalar(query.where(Employee.__table__.c.id.in_(some))) or 0 for some in chunks(sorted(people)))


def office_holders(session: Session, people: Collection[int], offices: Collection[str]) -> list[str]:
    """The numbers of those of these people whose accounts hold a role of these names."""
    table, held = Employee.__table__, assoc_user_role.c
    query = (
        select(table.c.number)
        .join(assoc_user_role, held.user_id == table.c.user_id)
        .join(Role, Role.id == held.role_id)
        .where(Role.name.in_(sorted(offices)))
        .distinct()
    )
    return sorted(
        number for some in chunks(sorted(people)) for number in session.scalars(query.where(table.c.id.in_(some)))
    )


def people_named(session: Session, keys: Collection[int]) -> dict[int, tuple[str, str]]:
    """Number and name of employees by their id."""
    table = Employee.__table__
    query = select(table.c.id, table.c.number, table.c.name)
    return {
        row.id: (row.number, row.name)
        for some in chunks(sorted(keys))
        for row in session.execute(query.where(table.c.id.in_(some)))
    }


def _cases(session: Session, people: Collection[int], mine: Any, *where: ColumnElement[bool]) -> int:
    query = select(func.count(Review.id)).where(*where).execution_options(unscoped=True)
    return sum(session.scalar(query.where(mine(some))) or 0 for some in chunks(sorted(people)))
