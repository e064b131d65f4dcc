"""A reminder before it goes: to how many, to whom, in which languages it is read (6.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.models import Cycle, Department, Employee
from admin.models.accounts import User
from admin.queries.cycles.waited_elsewhere import KINDS, Awaited, awaited
from admin.queries.cycles.waited_for import LONGEST_WORDS, Missing, recipients
from admin.queries.system.mails import languages_of
from admin.queries.system.paging import Paged, nothing

SHOWN = 200  # people on the page of a list that has no parts


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


@dataclass(frozen=True)
class KindWaiting:
    """One such list."""

    kind: str
    people: int
    due: int


@dataclass(frozen=True)
class KindsPage:
    """The other lists in which people are waited for, each with how many people, and how many were not reminded today."""

    kinds: Sequence[KindWaiting]


@dataclass(frozen=True)
class ElsewherePage:
    """Who is waited for in such a list: a part of them where they may be named, and how many a reminder would go to."""

    kind: str
    count: int
    most: int
    people: Sequence[Awaited]
    named: bool
    languages: Mapping[str, int]
    longest: int = LONGEST_WORDS


def kinds_page(session: Session, reader: Actor, now: datetime) -> KindsPage:
    """All of these lists."""
    found = {kind: awaited(session, kind, reader, now) for kind in KINDS}
    return KindsPage(
        [KindWaiting(kind, len(all_), sum(not each.reminded for each in all_)) for kind, all_ in found.items()]
    )


def elsewhere_page(session: Session, kind: str, reader: Actor, now: datetime) -> ElsewherePage:
    """One of them, as a reminder would go now; raises `NotFound`."""
    found = awaited(session, kind, reader, now)
    due = [each for each in found if not each.reminded]
    accounts = select(User.id).where(User.id.in_([each.account for each in due]))
    named = KINDS[kind].named
    return ElsewherePage(
        kind, len(due), max((each.count for each in due), default=1), found[:SHOWN] if named else (), named,
        languages_of(session, accounts) if due else {},
    )  # fmt: skip
