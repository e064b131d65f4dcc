"""Cases and people told apart by what ground (1) of 4.2.1 rests on: ratings, leave and grade; one of each kind is weighed.

What the ground says stands in the domain; here stands only what can make a difference to it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session

from admin.domain.codes import CycleKind, PerformanceRating
from admin.models import AnnualRating, Cycle, DemotionWaiver, Employee, Review
from admin.queries.outcome.grade_on import grade_id_on, last_grade_id
from admin.queries.people.away import away_for_most_of
from admin.queries.system.kinds import Kinds, kinds_of


def unqualified_once(employee: Any) -> ColumnElement[bool]:
    """Whether somebody was ever rated unqualified: nobody else can meet the ground."""
    rated = AnnualRating.rating == PerformanceRating.UNQUALIFIED
    return exists().where(AnnualRating.employee_id == employee, rated)


def cases_by_file(session: Session, today: date, *conditions: ColumnElement[bool]) -> Kinds:
    """These cases by file, cycle and what was done about the ground; in the order of the list of the duty."""
    waived = exists().where(DemotionWaiver.review_id == Review.id)
    settled = waived | Review.demotion_ground.is_not(None)
    # What is assessed again is read as it was at the end of its year (6.3-a).
    then = grade_id_on(Review.employee_id, Cycle.period_to)
    by = [
        Review.cycle_id, Review.present_grade_id.is_(None), settled,
        case((Review.reassesses_id.is_(None), last_grade_id(Review.employee_id)), else_=-then),
        *_file(session, Review.employee_id, today),
    ]  # fmt: skip
    order = (
        case((Cycle.kind == CycleKind.REHEARSAL, "1"), else_="0") + case((settled, "1"), else_="0") + Employee.number
    )
    query = (
        select(Review.id)
        .join(Cycle, Cycle.id == Review.cycle_id)
        .join(Employee, Employee.id == Review.employee_id)
        .where(unqualified_once(Review.employee_id), *conditions)
    )
    return kinds_of(query, by, order)


def people_by_file(session: Session, today: date, *conditions: ColumnElement[bool]) -> Kinds:
    """These people by their files; along: the employee number."""
    by = [grade_id_on(Employee.id, today), *_file(session, Employee.id, today)]
    return kinds_of(select(Employee.id).where(unqualified_once(Employee.id), *conditions), by, Employee.number)


def _file(session: Session, employee: Any, today: date) -> list[Any]:
    """For each year since anybody was rated unqualified: how somebody was rated, and whether leave took most of it."""
    rated = select(func.min(AnnualRating.year)).where(AnnualRating.rating == PerformanceRating.UNQUALIFIED)
    first = session.scalar(rated.execution_options(unscoped=True)) or today.year
    # A cycle is of this year at the latest, and looks at the years before its own (4.1-a).
    return [column for year in range(first, today.year) for column in _year(employee, year)]


def _year(employee: Any, year: int) -> tuple[Any, Any]:
    rated = select(AnnualRating.rating).where(AnnualRating.employee_id == employee, AnnualRating.year == year)
    return rated.scalar_subquery(), employee.in_(away_for_most_of(year))
