"""Each table of a whole cycle edited, added to, taken from and swapped by SQL: every tampering is found and named (6.3.3).

Each is done in a transaction that is rolled back, once with the events left as they are, once with the events rewritten
to agree and the tree rebuilt over them, as whoever knows this program would; then only a published head tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from admin.domain.merkle import Frontier, leaf_hash
from admin.domain.witness import HeadsList, Published
from admin.models import AuditEvent, AuditSeal, Model, db
from admin.models.audit import UNAUDITED_COLUMNS
from admin.models.event_form import content_hash, leaf_data
from admin.models.history import STEPS
from admin.queries.system.audit_chain import chain_head
from admin.queries.system.audit_relations import association_tables
from admin.queries.system.audit_rows import audited_tables, departures
from admin.queries.system.witness import unextended
from tests.operations.journey import small_centre, told
from tests.operations.one_of_everything import fill_the_rest
from tests.operations.system.test_audit_chain import sealed

pytestmark = pytest.mark.slow
EVENTS, SEALS = AuditEvent.__table__, AuditSeal.__table__
KINDS = ("edit", "insert", "delete", "swap")


@pytest.fixture
def watch() -> None:
    """Here rows are changed behind the portal's back on purpose."""


def unguarded() -> None:
    """What refers to a row does not keep it from going: whoever has the database can see to that."""
    server = db.session.connection().dialect.name == "postgresql"
    db.session.connection().execute(
        text("SET LOCAL session_replication_role = replica" if server else "PRAGMA defer_foreign_keys=ON")
    )


def column_of(table: Table, rows: list[Any]) -> str | None:
    """An audited column whose value differs between two rows; else one that is a plain text or number."""
    names = [
        c.name
        for c in table.c
        if c.name not in UNAUDITED_COLUMNS | {"id"}
        and not c.unique
        and (not c.foreign_keys or table.name in association_tables())
    ]
    plain = [name for name in names if isinstance(rows[0][name], str | int)]
    differing = [name for name in plain if len(rows) > 1 and rows[0][name] != rows[1][name]]
    return next(iter(differing or plain), None)


def tampered(table: Table, kind: str, rows: list[Any]) -> bool:
    """Do it; whether there was anything that could be done so."""
    run, changed = db.session.connection().execute, column_of(table, rows)
    first = rows[0]
    if kind == "delete":
        run(table.delete().where(table.c.id == first["id"]))
        return True
    if kind == "insert":
        planted = {**first, "id": 900_001}
        for name in (c.name for c in table.c if c.unique or c.name in unique_names(table)):
            if isinstance(first[name], str):
                planted[name] = "planted"
            elif isinstance(first[name], int) and not isinstance(first[name], bool):
                planted[name] = 900_001
        run(insert(table).values(planted))
        return True
    if changed is None:
        return False
    if kind == "edit":
        value = first[changed]
        other = (not value) if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value[:-1]}!"
        run(update(table).where(table.c.id == first["id"]).values({changed: other}))
        return True
    if len(rows) < 2 or rows[0][changed] == rows[1][changed]:
        return False
    for here, there in ((rows[0], rows[1]), (rows[1], rows[0])):
        run(update(table).where(table.c.id == here["id"]).values({changed: there[changed]}))
    return True


def unique_names(table: Table) -> set[str]:
    found = {column.name for each in table.constraints if hasattr(each, "columns") for column in each.columns}
    return (found | {column.name for index in table.indexes if index.unique for column in index.columns}) - {"id"}


def rewritten(table: Table) -> None:
    """The events of the table agree with its rows, and the tree is rebuilt."""
    run = db.session.connection().execute
    owner = association_tables().get(table.name, (table.name,))[0]
    of_table = EVENTS.c.record_type.endswith(STEPS) if table.name == "history" else EVENTS.c.record_type == owner
    event = run(select(EVENTS).where(of_table).order_by(EVENTS.c.id)).mappings().first()
    assert event is not None
    changes = {**event["changes"], "tampered": [None, "to agree"]}
    content = content_hash(event, changes)
    run(update(EVENTS).where(EVENTS.c.id == event["id"]).values(changes=changes, content_hash=content))
    tree = Frontier()
    for place, nodes, key, hashed in run(
        select(SEALS.c.id, SEALS.c.nodes, EVENTS.c.id, EVENTS.c.content_hash)
        .join(EVENTS, EVENTS.c.id == SEALS.c.event_id)
        .order_by(SEALS.c.id)
    ).all():
        made = b"".join(tree.add(leaf_hash(leaf_data(key, hashed))))
        if made != nodes:
            run(update(SEALS).where(SEALS.c.id == place).values(nodes=made))


def all_tables() -> set[str]:
    """The names of the tables that are held against the trail."""
    return {str(mapper.local_table) for mapper in audited_tables()} | {*association_tables(), "history"}


def filled() -> Iterator[tuple[Table, list[Any]]]:
    """Each table held against the trail that holds something, with its first rows."""
    for name in sorted(all_tables()):
        table = Model.metadata.tables[name]
        rows = db.session.connection().execute(select(table).order_by(table.c.id).limit(2)).mappings().all()
        if rows:
            yield table, list(rows)


def test_every_table_edited_added_to_taken_from_or_swapped_is_named(session: Any) -> None:
    told(small_centre())
    fill_the_rest()
    sealed()
    head = chain_head(session)
    assert head is not None
    here = HeadsList(heads=[Published(head.sequence, head.sha256, "")])
    tables = list(filled())
    db.session.rollback()
    found, unseen, refused = 0, [], 0
    for table, rows in tables:
        for kind in KINDS:
            unguarded()
            try:
                if tampered(table, kind, rows):
                    found += 1
                    if not list(departures(session, {table.name})):
                        unseen.append((table.name, kind))
                    rewritten(table)
                    found += 1
                    if unextended(session, here) is None:
                        unseen.append((table.name, kind, "rebuilt"))
            except IntegrityError:
                refused += 1  # a guard of the database itself
            db.session.rollback()
    assert unseen == []
    assert {table.name for table, _rows in tables} == all_tables()
    # How many the database refuses by itself grows with the tables.
    assert found >= 480 and refused <= len(tables) // 2, (len(tables), found, refused)
