"""Who has read which version of the policy, and who has not (6.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import EmployeeStatus
from admin.models import Employee, PolicyReading, PolicyVersion, ReadingRequest
from admin.queries.policy.policy import promulgated
from admin.queries.policy.rules import ByDay, rules_on
from admin.queries.system.home_counts import UNSCOPED
from admin.queries.system.paging import Paged, paged

ALL, UNREAD, READ = "all", "unread", "read"
FILTERS = (ALL, UNREAD, READ)


@dataclass(frozen=True)
class ReadingsPage:
    """Who has read the version in force, in parts, with how many have and have not; since when HR asks for it."""

    version: PolicyVersion
    asked_at: datetime | None
    counts: dict[str, int]
    rows: Paged[Any]
    chosen: str
    looked_for: str
    writes: bool


def has_read(version_id: int | Any) -> ColumnElement[bool]:
    """Whether somebody has said that they have read a version; asked of employees."""
    return exists(select(1).where(PolicyReading.version_id == version_id, PolicyReading.employee_id == Employee.id))


def requested(today: date) -> Select[int]:
    """The version in force, if HR has asked everyone to read it."""
    in_force = promulgated().where(PolicyVersion.effective_from <= today).with_only_columns(PolicyVersion.id).limit(1)
    return select(ReadingRequest.version_id).where(ReadingRequest.version_id == in_force.scalar_subquery())


def to_read(employee_id: int | None, today: date) -> Select[int]:
    """Whether somebody is asked to read the version in force and has not said so: for the home page."""
    mine = select(1).where(
        PolicyReading.version_id == ReadingRequest.version_id, PolicyReading.employee_id == (employee_id or 0)
    )
    asked = (
        select(func.count().label("count"))
        .select_from(ReadingRequest)
        .where(ReadingRequest.version_id.in_(requested(today)))
    )
    return asked.where(~exists(mine)) if employee_id is not None else asked.where(ReadingRequest.id < 0)


def read_at(session: Session, version: PolicyVersion, employee_id: int | None) -> datetime | None:
    """When somebody said that they had read a version."""
    query = select(PolicyReading.read_at).where(
        PolicyReading.version_id == version.id, PolicyReading.employee_id == (employee_id or 0)
    )
    return session.scalar(query.execution_options(**UNSCOPED))


def _people(version: PolicyVersion, chosen: str, looked_for: str) -> Any:
    query = (
        select(Employee, PolicyReading.read_at)
        .outerjoin(PolicyReading, (PolicyReading.employee_id == Employee.id) & (PolicyReading.version_id == version.id))
        .where(Employee.status != EmployeeStatus.LEFT)
        .options(joinedload(Employee.department))
    )
    if chosen != ALL:
        query = query.where(PolicyReading.id.is_(None) if chosen == UNREAD else PolicyReading.id.is_not(None))
    if looked_for:
        named = (each.icontains(looked_for, autoescape=True) for each in (Employee.number, Employee.name))
        query = query.where(or_(*named))
    return query.order_by(Employee.number)


def readings_page(
    session: Session, reader: Actor, today: date, chosen: str, looked_for: str, wanted: int
) -> ReadingsPage:
    """The page for HR and auditors."""
    version = rules_on(session, today, ByDay.PRINTED).version
    asked = select(ReadingRequest.asked_at).where(ReadingRequest.version_id == version.id)
    here = Employee.status != EmployeeStatus.LEFT
    counted = select(
        select(func.count(Employee.id)).where(here).scalar_subquery().label(ALL),
        select(func.count(Employee.id)).where(here, has_read(version.id)).scalar_subquery().label(READ),
    )
    counts = dict(session.execute(counted).mappings().one())
    counts[UNREAD] = counts[ALL] - counts[READ]
    rows = paged(session, _people(version, chosen, looked_for), wanted)
    return ReadingsPage(version, session.scalar(asked), counts, rows, chosen, looked_for, reader.has("hr"))


def every_reading(session: Session, today: date, chosen: str, looked_for: str) -> Iterator[Any]:
    """The list without parts, for a file of it."""
    yield from session.execute(_people(rules_on(session, today, ByDay.PRINTED).version, chosen, looked_for))
