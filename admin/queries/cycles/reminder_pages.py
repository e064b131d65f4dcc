"""A reminder before it goes: to how many, to whom, in which languages it is read (6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from admin.models import Cycle, Department, Employee
from admin.queries.cycles.waited_for import Missing, recipients
from admin.queries.system.mails import languages_of
from admin.queries.system.paging import Paged, nothing


@dataclass(frozen=True)
class ReminderPage:
    """Who would be reminded now: how many, a part of the list, and how many read it in which language.

    Of colleagues who have still to rate neither a number nor a name (6.3-d): the list is empty and no language is counted.
    """

    cycle: Cycle
    step: str
    count: int
    people: Paged[Missing]
    languages: Mapping[str, int]
    department: Department | None
    person: Employee | None
    colleagues: bool


def reminder_page(
    session: Session,
    cycle: Cycle,
    values: Mapping[str, Any],
    ahead: tuple[int, Select[Any]],
    wanted: int,
    now: datetime,
) -> ReminderPage:
    """The reminder as it would go with these values of its act; `ahead`: how many accounts the act would tell, and which."""
    (count, keys), stage = ahead, values["stage"]
    colleagues = bool(values.get("colleagues"))
    return ReminderPage(
        cycle, stage, count,
        people=nothing() if colleagues else recipients(session, cycle, stage, now, keys, wanted),
        languages={} if colleagues else languages_of(session, keys),
        department=_one(session, Department, values.get("department_id")),
        person=_one(session, Employee, values.get("person_id")), colleagues=colleagues,
    )  # fmt: skip


def _one(session: Session, table: type[Any], key: int | None) -> Any:
    return session.scalars(select(table).where(table.id == key)).first() if key is not None else None
