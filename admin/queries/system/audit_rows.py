"""Rows held against their events: what the trail says a row holds, and what stands there (6.3.3).

A chain shows that events were not touched; a vote edited in its own table leaves them as they are, and is found here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Table, Text, cast, select
from sqlalchemy.orm import Mapper, Session

from admin.models import AuditEvent, HistoryStep, Model
from admin.models.audit import UNAUDITED_COLUMNS, UNAUDITED_TABLES, recorded
from admin.models.commitments import SALTED, SALTS, UNSALTED, Commitment, commitment, unsalted
from admin.models.event_form import plain
from admin.queries.system.audit_chain import ChainFault
from admin.queries.system.audit_departures import CHANGES, Departure
from admin.queries.system.audit_relations import departed_relations
from admin.queries.system.audit_steps import step_faults

EVENTS = AuditEvent.__table__
SHORT = frozenset((str, int, float, bool, type(None)))
Salts = dict[tuple[int, str], str]
Said = dict[str, tuple[Any, int]]  # column: the last value, and the event that says it


def departures(session: Session, tables: Collection[str] | None = None) -> Iterator[ChainFault]:
    """Every row that holds something else than its events say, was made without one, or is gone without one.

    In these tables; in all that are audited where none are named. Histories are held bundle by bundle.
    """
    yield from (fault for found in departed(session, tables) for fault in found.faults())
    if tables is None or HistoryStep.__tablename__ in tables:
        yield from step_faults(session)


def departed(session: Session, tables: Collection[str] | None = None) -> Iterator[Departure]:
    """The same, row by row."""
    for mapper in sorted(audited_tables(), key=lambda each: _table(each).name):
        if tables is None or _table(mapper).name in tables:
            yield from _of_table(session, mapper)
    yield from departed_relations(session, tables)


def audited_tables() -> list[Mapper[Any]]:
    """The tables whose every change is an event."""
    return [mapper for mapper in Model.registry.mappers if _table(mapper).name not in UNAUDITED_TABLES]


def _table(mapper: Mapper[Any]) -> Table:
    assert isinstance(mapper.local_table, Table)
    return mapper.local_table


def _of_table(session: Session, mapper: Mapper[Any]) -> Iterator[Departure]:
    table = _table(mapper)
    said, salts = _said(session, table.name), _salts(session, table.name)
    names = {
        attribute.key: attribute.columns[0]
        for attribute in mapper.column_attrs
        if attribute.key not in UNAUDITED_COLUMNS
    }
    for values in session.connection().execute(select(*names.values()).order_by(table.c.id)):
        row = dict(zip(names, values, strict=True))
        key = row.pop("id")
        if (found := _of_row(table.name, key, row, said.pop(key, None), salts)) is not None:
            yield found
    # What is left was said to exist and was not met in the table.
    for key in said:
        yield Departure(table.name, key, "delete")


def _said(session: Session, table: str) -> dict[int, Said]:
    """What the events say of each row of a table that they do not say was deleted."""
    query = select(EVENTS.c.id, EVENTS.c.act, EVENTS.c.record_id, cast(EVENTS.c.changes, Text))
    found = query.where(EVENTS.c.record_type == table, EVENTS.c.act.in_(CHANGES), EVENTS.c.record_id.is_not(None))
    said: dict[int, Said] = {}
    for event, act, key, changes in session.connection().execute(found.order_by(EVENTS.c.id)):
        if act == "delete":
            said.pop(key, None)
            continue
        row = said.setdefault(key, {})
        # The last event wins, column by column: an update says only what it changed.
        row |= {name: (pair[1], event) for name, pair in json.loads(changes).items() if len(pair) == 2}
    return said


def _salts(session: Session, table: str) -> Salts:
    found = select(SALTS.c.record_id, SALTS.c.column_name, SALTS.c.salt).where(SALTS.c.record_type == table)
    return {(key, name): salt for key, name, salt in session.connection().execute(found)}


def _of_row(table: str, key: int, row: Mapping[str, Any], said: Said | None, salts: Salts) -> Departure | None:
    if said is None:
        held = {name: recorded(table, name, value) for name, value in row.items()}
        return Departure(table, key, "insert", {name: (None, now) for name, now in held.items() if now is not None})
    changes: dict[str, tuple[Any, Any]] = {}
    for name, value in row.items():
        if name in said and not (
            _is_said(value, said[name][0]) or _holds(table, name, value, said[name][0], salts.get((key, name)))
        ):
            # A column that no event mentions is younger than the row: there is nothing to hold it against.
            changes[name] = (said[name][0], recorded(table, name, value))
    return Departure(table, key, "update", changes, {name: said[name][1] for name in changes}) if changes else None


def _is_said(value: Any, then: Any) -> bool:
    """Whether a column holds the very value that its event names: of nearly all this is enough to know."""
    return value == then and type(value) in SHORT and not (type(then) is str and then.startswith((SALTED, UNSALTED)))


def _holds(table: str, name: str, value: Any, then: Any, salt: str | None) -> bool:
    """Whether a column holds what its event says; a text is asked with its salt, and without one it is another text.

    An event that says only that there was something holds nothing: after an upgrade the baseline says what.
    """
    if value is None or not isinstance(then, str) or not then.startswith((SALTED, UNSALTED)):
        now = recorded(table, name, value)
        if not isinstance(now, Commitment):
            return _same(now, then)
        return _same(plain(value), then) or _same(unsalted(value), unsalted(then))  # recorded before it was hidden
    if then.startswith(UNSALTED):
        return unsalted(value) == then
    return salt is not None and commitment(value, salt) == then


def _same(now: Any, then: Any) -> bool:
    # Through JSON, as the event went: tuples come back as lists, keys as text.
    if now == then or json.loads(json.dumps(now)) == then:
        return True
    try:  # a number of the database has its own count of decimals
        return Decimal(str(now)) == Decimal(str(then))
    except InvalidOperation:
        return False
