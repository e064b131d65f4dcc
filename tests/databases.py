"""The two databases that the tests run on: each is filled once, kept as a template, and put back before each test."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, create_engine, event

from tests.postgresql import PostgresqlServer, postgresql_server

REVERSED = os.environ.get("TEST_REVERSED") == "1"


@event.listens_for(Engine, "connect")
def _unordered(connection: Any, _record: Any) -> None:
    """With TEST_REVERSED=1 SQLite gives the rows that nobody put in order from the last to the first, so that reliance on it shows."""
    if REVERSED and isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects=ON")


class Database(Protocol):
    url: str

    def keep(self, name: str = "template") -> None:
        """Keep what is in the database now under a name; "template" is the state that each test begins with."""

    def restore(self, name: str = "template") -> None:
        """Put that state back. No connection may be open."""

    def clear(self) -> None:
        """Nothing is in it any more. No connection may be open."""


class SqliteDatabase:
    """One file; the template is a copy of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "portal.sqlite3"
        self.template = folder / "template.sqlite3"
        self.url = f"sqlite:///{self.file}"

    def keep(self, name: str = "template") -> None:
        # complete: closing the last connection folds the log in
        shutil.copyfile(self.file, self.folder / f"{name}.sqlite3")

    def restore(self, name: str = "template") -> None:
        # A new file, not the old one overwritten: a connection that a failed test left open keeps the old one.
        self.clear()
        shutil.copyfile(self.folder / f"{name}.sqlite3", self.file)

    def clear(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)


class PostgresqlDatabase:
    """A database in a server of our own; the template is another one, which nobody connects to."""

    def __init__(self, machine: PostgresqlServer) -> None:
        self.machine, self.url = machine, machine.url % "work"
        self.server: Engine = create_engine(machine.url % "postgres", isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        self._execute("CREATE DATABASE work")

    def keep(self, name: str = "template") -> None:
        self._execute(f"DROP DATABASE IF EXISTS kept_{name} WITH (FORCE)", f"ALTER DATABASE work RENAME TO kept_{name}")
        self.restore(name)

    def restore(self, name: str = "template") -> None:
        self._execute(
            "DROP DATABASE IF EXISTS work WITH (FORCE)",
            f"CREATE DATABASE work TEMPLATE kept_{name} STRATEGY file_copy",
        )

    def clear(self) -> None:
        self._execute("DROP DATABASE IF EXISTS work WITH (FORCE)", "CREATE DATABASE work")

    def _execute(self, *statements: str) -> None:
        with self.server.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


@contextmanager
def chosen_database(folder: Path) -> Iterator[Database]:
    """SQLite, or with TEST_DATABASE=postgresql a PostgreSQL server that lives as long as this block."""
    if os.environ.get("TEST_DATABASE", "sqlite") == "sqlite":
        yield SqliteDatabase(folder)
        return
    with postgresql_server() as machine:
        database = PostgresqlDatabase(machine)
        yield database
        database.server.dispose()
