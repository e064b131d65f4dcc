"""Columns of many rows written in one statement, with the event of each: what a session would send row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm.attributes import set_committed_value

from admin.domain.texts import refuse_unprintable
from admin.models.audit import change
from admin.operations.transaction import Operation
from admin.queries.system.chunks import chunks


def write_many(op: Operation, rows: Mapping[Any, Mapping[str, Any]]) -> list[Any]:
    """Write values by column into rows of one table, in one statement for each set of columns; returns the rows that changed.

    Each row that changes has its event; one that holds the values already is left alone. Relations over written keys are read
    anew. No stage is written here: rows are moved by the mover alone.
    """
    op.session.flush()
    groups: dict[tuple[str, ...], list[tuple[Any, Mapping[str, Any]]]] = {}
    for row, values in rows.items():
        new = {name: value for name, value in values.items() if getattr(row, name) != value}
        if new:
            groups.setdefault(tuple(sorted(new)), []).append((row, new))
    for names, group in groups.items():
        _write(op, names, group)
    return [row for group in groups.values() for row, _new in group]


def insert_many(op: Operation, table: type[Any], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows of one table in one statement, each with its event; the numbers that they were given."""
    if not rows:
        return []
    for row in rows:
        refuse_unprintable(**row)
    op.session.flush()
    place = table.__table__
    made = op.session.connection().execute(insert(table.__table__).returning(place.c.id), list(rows))
    keys = sorted(made.scalars())
    for some in chunks(keys):
        op.note_inserted(table, place.c.id.in_(some))
    return keys


def _write(op: Operation, names: tuple[str, ...], group: list[tuple[Any, Mapping[str, Any]]]) -> None:
    place = type(group[0][0]).__table__
    written: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    if "version" in place.c:
        written["version"] = place.c.version + 1
    op.session.connection().execute(
        update(place).where(place.c.id == bindparam("key")).values(written),
        [{"key": row.id} | {f"new_{name}": new[name] for name in names} for row, new in group],
    )
    op.note_many(
        (
            "update",
            place.name,
            row.id,
            {name: change(place.name, name, getattr(row, name), value) for name, value in new.items()},
        )
        for row, new in group
    )
    relations = [each.key for each in type(group[0][0]).__mapper__.relationships if _rests_on(each, names)]
    for row, new in group:
        for name, value in new.items():
            set_committed_value(row, name, value)
        if "version" in place.c:
            set_committed_value(row, "version", row.version + 1)
        if relations:
            op.session.expire(row, relations)


def _rests_on(relation: Any, names: tuple[str, ...]) -> bool:
    return any(column.name in names for column in relation.local_columns)
