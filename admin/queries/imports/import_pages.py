"""The pages of the imports: the list of what came in, one import with its report, the names of a contact log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import ImportKind, ImportState
from admin.domain.refusals import Refusal
from admin.models import Confirmation, Grade, Import
from admin.queries.accounts.seconds import waiting_about
from admin.queries.imports.difference import DifferencePage, difference_page
from admin.queries.imports.imports import first_login_day, imports_list, logins_by_name
from admin.queries.imports.undoing import not_given_back, why_not_undone
from admin.queries.policy.policy import grades_by_code
from admin.queries.system.long_work import LastWork, last_work
from admin.queries.system.paging import Part


@dataclass(frozen=True)
class ImportsPage:
    """What came in, page by page, as the reader asked for it."""

    reader: Actor
    kind: str
    state: str
    rows: Sequence[Import]
    part: Part


@dataclass(frozen=True)
class ImportPage:
    """One import: its report, what the grades that it names are called, and for HR whether it can be taken back."""

    reader: Actor
    row: Import
    grades: Mapping[str, Grade]
    why_not_undone: Refusal | None
    not_given_back: Sequence[tuple[str, Mapping[str, Any]]]  # what taking it back cannot restore
    waits: Confirmation | None  # what is proposed about it and not decided (6.1-a)
    last: LastWork | None  # what the worker does with it, or did last
    difference: DifferencePage


@dataclass(frozen=True)
class LoginLine:
    """A name in a contact log: where it stands in the report, and whose it was so far."""

    place: int
    login: str
    offered: Any
    owners: Sequence[Any]
    left_out: bool
    unmapped: bool


@dataclass(frozen=True)
class LoginsPage:
    """The names of a contact log, those that nobody mapped first."""

    row: Import
    lines: tuple[LoginLine, ...]
    since: date


def imports_page(session: Session, reader: Actor, *, kind: str, state: str, number: int) -> ImportsPage:
    """One page of the list."""
    found = imports_list(session, kind, state, number)
    return ImportsPage(reader, kind, state, found.rows, found.part)


def import_page(
    session: Session, row: Import, reader: Actor, now: datetime, *, asks: bool = True, group: str = "", text: str = "",
    number: int = 1,
) -> ImportPage:  # fmt: skip
    """The page of an import that the reader may see, with one part of what it changes.

    `asks`: whether it is short enough to ask what stands against undoing it.
    """
    # Looked into only where it is offered: it takes a statement for each table that refers to people.
    offered = asks and reader.has("hr") and row.state == ImportState.APPLIED
    why_not = why_not_undone(session, row, now) if offered else None
    # In the reader's scope: whoever is concerned by it does not find what waits.
    waits = waiting_about(session, "import", row.id)
    grades = grades_by_code(session) if row.kind == ImportKind.GRADES else {}
    difference = difference_page(session, row, group=group, text=text, number=number)
    lost = not_given_back(row) if offered and why_not is None else []
    return ImportPage(reader, row, grades, why_not, lost, waits, last_work(session, "import", row.id), difference)


def logins_page(session: Session, row: Import, today: date) -> LoginsPage:
    """The page on which the names of a contact log are mapped."""
    agents = row.report.get("agents", [])
    owners = logins_by_name(session, [agent["login"] for agent in agents])
    left_out = set((row.mapping.get("options") or {}).get("leave_out", ()))
    unmapped = set(row.report.get("unmapped", ()))
    lines = [
        LoginLine(
            place=place,
            login=name,
            offered=agent["offered"],
            owners=owners.get(name, []),
            left_out=name in left_out,
            unmapped=name in unmapped,
        )
        for place, agent in enumerate(agents)
        for name in [agent["login"]]
    ]
    lines.sort(key=lambda line: (not line.unmapped, line.login))
    return LoginsPage(row, tuple(lines), _first_day(session, row, today))


def _first_day(session: Session, row: Import, today: date) -> date:
    """From when a mapping holds unless HR says otherwise: the log's first month, else as the earliest name, else the year."""
    months = (row.report.get("examples") or {}).get("months") or []
    if months:
        return date.fromisoformat(f"{months[0]}-01")
    return first_login_day(session) or today.replace(month=1, day=1)
