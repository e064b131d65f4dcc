"""How Alembic reaches the portal's database and tables (Flask-AppBuilder's included)."""

from __future__ import annotations

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
        options = {**MIGRATE.configure_args, "render_item": render_plainly, "render_as_batch": True}
        context.configure(connection=connection, target_metadata=MIGRATE.db.metadata, **options)
        drop_guards(connection)
        connection.commit()
        with context.begin_transaction():
            context.run_migrations()
        create_guards(connection)
        connection.commit()


run()
