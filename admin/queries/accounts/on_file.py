"""What an act would change of people's files while a case rests on it: dates, leaves, yearly ratings, leaving (6.1-a).

Which changes a case rests on is `admin.domain.basis.rests_on_change`; here is whose they are and which cases those are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.basis import BASIS, ON_FILE, FileChange, rests_on_change
from admin.domain.codes import CaseStage
from admin.models import AnnualRating, Employee, Leave
from admin.queries.imports.imports import frozen_cases, running_cases
from admin.queries.system.chunks import chunks

MOST = 20  # lines that are kept as a sample of a file of thousands
Event = Mapping[str, Any]
OWNED: Mapping[str, type[Any]] = {"leaves": Leave, "annual_ratings": AnnualRating}


@dataclass(frozen=True)
class OnFile:
    """Lines as `differences.Touched` has them, at most `MOST`; how many more there are, the cases and the people."""

    lines: list[dict[str, Any]]
    more: int
    cases: set[int]
    people: set[int]


def touched_on_file(session: Session, events: Sequence[Event], now: datetime) -> OnFile:
    """From the events of what was tried, while its rows are still there."""
    read = [(each, _changes(each)) for each in events if each["record_type"] in ON_FILE]
    told = [(event, changes) for event, changes in read if changes is not None]
    owners = dict(_owners(session, [event for event, _changes_of in told]))
    cases = frozen_cases(session, set(owners.values()), now) if owners else {}
    leaving = {owners[key] for event, changes in told if changes.ends_cases and (key := _key(event)) in owners}
    ended = running_cases(session, leaving, _closed_as_left(events)) if leaving else {}
    found = OnFile([], 0, set(), set())
    names = _names(session, {*cases, *ended})
    more = 0
    for event, changes in ((event, part) for event, whole in told for part in whole.parts()):
        owner = owners.get(_key(event))
        if owner is None:
            continue
        mine = (ended if changes.ends_cases else cases).get(owner, [])
        touched = [each for each in mine if rests_on_change(changes, until=each.period_to, year=each.year)]
        if not touched:
            continue
        found.cases.update(case.id for case in touched)
        found.people.add(owner)
        lines = list(_lines(changes, names[owner]))
        more += max(0, len(found.lines) + len(lines) - MOST)
        found.lines.extend(lines[: max(0, MOST - len(found.lines))])
    return OnFile(found.lines, more, found.cases, found.people)


def _closed_as_left(events: Sequence[Event]) -> set[int]:
    """The cases that what was tried has closed: they run no more where it is asked."""
    moved = [each for each in events if each["record_type"] == "reviews"]
    return {each["record_id"] for each in moved if (each["changes"].get("stage") or [None])[-1] == CaseStage.LEFT}


def _key(event: Event) -> tuple[str, int]:
    return event["record_type"], event["record_id"]


def _changes(event: Event) -> FileChange | None:
    """The dates or the rating that an event tells of; None where it tells of neither."""
    table, changes = event["record_type"], event["changes"]
    pairs = {name: changes[name] for name in BASIS[table] if name in changes}
    pairs = {name: (before, after) for name, (before, after) in pairs.items() if before != after}
    # A yearly rating is its employee's and its year's: of another employee's, or of another year, it is another one.
    return FileChange(table, pairs, changes.get("year")) if pairs else None


def _owners(session: Session, events: Sequence[Event]) -> Iterator[tuple[tuple[str, int], int]]:
    """Whose each of these rows is; of one that goes its event tells."""
    asked: dict[str, list[int]] = {}
    for event in events:
        table, key = _key(event)
        if table == "employees":
            yield (table, key), key
            continue
        mine = event["changes"].get("employee_id")
        if mine and (mine[1] or mine[0]):
            yield (table, key), int(mine[1] or mine[0])
        else:
            asked.setdefault(table, []).append(key)
    for table, keys in asked.items():
        place = OWNED[table].__table__
        for some in chunks(keys):
            for key, owner in session.execute(select(place.c.id, place.c.employee_id).where(place.c.id.in_(some))):
                yield (table, key), owner


def _names(session: Session, people: set[int]) -> dict[int, str]:
    query = select(Employee.id, Employee.number, Employee.name).execution_options(unscoped=True)
    return {
        key: f"{number} {name}"
        for some in chunks(sorted(people))
        for key, number, name in session.execute(query.where(Employee.id.in_(some)))
    }


def _lines(changes: FileChange, whose: str) -> Iterator[dict[str, Any]]:
    year = (changes.year or (None, None))[1] or (changes.year or (None, None))[0]
    what = f"{whose} · {year}" if year else whose
    for column, (before, after) in changes.pairs.items():
        yield {"table": changes.table, "column": column, "what": what, "from": _text(before), "to": _text(after)}


def _text(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)
