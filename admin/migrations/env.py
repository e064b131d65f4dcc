"""How Alembic reaches the portal's database and tables (Flask-AppBuilder's included)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from admin.models.base import UtcDateTime
from admin.models.grade_guards import create_guards, drop_guards

MIGRATE = current_app.extensions["migrate"]


def render_plainly(kind: str, item: Any, _autogenerate: Any) -> str | bool:
    """A migration names plain column types, so that it stays runnable when our own types change."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether the models should have what was found: the queue's tables in PostgreSQL are made and kept by the queue."""
    return kind != "table" or name is None or not name.startswith("huey_")


def is_another_default(
    _context: Any, _there: Any, _here: Any, found: str | None, _given: Any, wanted: str | None
) -> bool:
    """Compared as text: PostgreSQL cannot compare JSON and adds its casts, SQLite keeps brackets and quotes."""
    return _plain(found) != _plain(wanted)


def _plain(default: str | None) -> str | None:
    return default if default is None else re.sub(r"::[\w ]+$", "", default).strip("()").strip("'")


@contextmanager
def rebuilding(connection: Connection) -> Iterator[None]:
    """SQLite drops a table to rebuild it, which its foreign keys would forbid; they hold again afterwards."""
    raw = connection.connection.dbapi_connection
    switch = raw.execute if isinstance(raw, sqlite3.Connection) else lambda _: None
    switch("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        switch("PRAGMA foreign_keys=ON")


def run() -> None:
    """Migrate over the portal's own engine; on SQLite tables are rebuilt where it cannot alter them."""
    with MIGRATE.db.engine.connect() as connection, rebuilding(connection):
        options = {
            **MIGRATE.configure_args, "render_item": render_plainly, "render_as_batch": True, "include_name": is_ours,
            "compare_server_default": is_another_default,
        }  # fmt: skip
        context.configure(connection=connection, target_metadata=MIGRATE.db.metadata, **options)
        drop_guards(connection)
        connection.commit()
        with context.begin_transaction():
            context.run_migrations()
        create_guards(connection)
        connection.commit()


run()
