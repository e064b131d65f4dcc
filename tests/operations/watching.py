"""A second pair of eyes: the database itself writes down which rows change, and each commit is held against the audit.

Triggers see what any code path does, set-based statements too. They are SQLite's, so PostgreSQL runs do without.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, event
from sqlalchemy.orm import Session

from admin.models import Model, db
from admin.models.audit import UNAUDITED_COLUMNS, UNAUDITED_TABLES

# Rows of association tables are audited with the row they belong to ("roles", "permissions").
BESIDE = UNAUDITED_TABLES | {
    "ab_user_role",
    "ab_permission_view_role",
    "ab_group_role",
    "ab_user_group",
}
Change = tuple[str, str, int]


def watched_tables() -> list[Table]:
    """Every table whose rows must not change unseen."""
    return [table for name, table in sorted(Model.metadata.tables.items()) if name not in BESIDE and "id" in table.c]


def _triggers(table: Table) -> Iterator[str]:
    columns = [column.name for column in table.columns if column.name not in UNAUDITED_COLUMNS | {"id"}]
    differs = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns)
    for act, row, when in (("insert", "NEW", ""), ("update", "NEW", f"WHEN {differs}"), ("delete", "OLD", "")):
        yield (
            f'CREATE TRIGGER "seen_{table.name}_{act}" AFTER {act} ON "{table.name}" {when} BEGIN '
            f"INSERT INTO seen (place, act, row) VALUES ('{table.name}', '{act}', {row}.id); END"
        )


@cache
def _script() -> str:
    made = [
        "CREATE TABLE seen (place TEXT, act TEXT, row INTEGER)",
        *(trigger for table in watched_tables() for trigger in _triggers(table)),
        # In the database, for a state that is put back comes with its own.
        "CREATE TABLE seen_until AS SELECT coalesce(max(id), 0) AS event FROM audit_events",
    ]
    return ";\n".join(["BEGIN", *made, "COMMIT"])


class Watch:
    """What changed without an event, and every event that was written, in the commits since the watch began."""

    def __init__(self, connection: Connection) -> None:
        # One script, made once: two hundred statements before every test took longer than many a test.
        connection.connection.driver_connection.executescript(_script())  # type: ignore[union-attr]
        self.unseen: list[tuple[str, Change]] = []
        self.invented: list[tuple[str, Change]] = []
        self.events: list[dict[str, Any]] = []
        self.tables: set[str] = set()

    def check(self, session: Session) -> None:
        """Hold the rows that this transaction changed against the events that it wrote."""
        session.flush()
        connection = session.connection()
        if not connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'seen'").first():
            return  # the test has put another database in its place
        changed = {tuple(row) for row in connection.exec_driver_sql("SELECT place, act, row FROM seen")}
        until = "(SELECT event FROM seen_until)"
        rows = connection.exec_driver_sql(f"SELECT * FROM audit_events WHERE id > {until} ORDER BY id")
        events = [dict(row) for row in rows.mappings()]
        said = {(row["record_type"], row["act"], row["record_id"]) for row in events}
        said |= {(place, "update", row) for place, act, row in said if act == "delete"}  # detached, then gone
        name = events[0]["operation"] if events else "?"
        self.unseen += [(name, change) for change in sorted(changed - said)]  # type: ignore[type-var]
        self.invented += [
            (name, one)
            for one in sorted(said - changed, key=str)
            if one[1] in ("insert", "delete") and one[0] not in BESIDE
        ]
        self.tables |= {change[0] for change in changed}
        self.events += events
        if events:
            connection.exec_driver_sql(f"UPDATE seen_until SET event = {events[-1]['id']}")
        connection.exec_driver_sql("DELETE FROM seen")

    def touched(self, session: Session) -> set[str]:
        """The tables that were changed, or of which an event was written, whoever did it and whether it was committed here."""
        connection = session.connection()
        if not connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'seen'").first():
            return {table.name for table in watched_tables()}
        rest = {place for (place,) in connection.exec_driver_sql("SELECT DISTINCT place FROM seen")}
        return self.tables | rest | {row["record_type"] for row in self.events}


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch every commit inside."""
    with db.engine.connect() as connection:
        watch = Watch(connection)
    event.listen(Session, "before_commit", watch.check)
    try:
        yield watch
    finally:
        event.remove(Session, "before_commit", watch.check)
