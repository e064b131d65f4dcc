"""A connection to either database without our code: the driver alone, with the portal's own settings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

PRAGMAS = ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL")
BUSY_SECONDS = 60
ALL_AT_ONCE = 100  # rows from which PostgreSQL takes them by COPY
Row = tuple[Any, ...]


class Bare:
    """Statements on sqlite3 or psycopg; parameters stand as ? in them on both."""

    def __init__(self, url: str) -> None:
        self.on_server = not url.startswith("sqlite")
        self._own: Any
        if self.on_server:
            self._own = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
            return
        self._own = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
        for pragma in (*PRAGMAS, f"busy_timeout={BUSY_SECONDS * 1000}"):
            self._own.execute(f"PRAGMA {pragma}")

    def rows(self, statement: str, *parameters: Any) -> list[Row]:
        """What one statement gives."""
        return self._own.execute(self._spelt(statement), parameters).fetchall()  # type: ignore[no-any-return]

    def run(self, statement: str, *parameters: Any) -> None:
        """One statement that gives nothing."""
        self._own.execute(self._spelt(statement), parameters)

    def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """One statement for each row."""
        with self._own.cursor() if self.on_server else _itself(self._own) as cursor:
            cursor.executemany(self._spelt(statement), rows)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Rows into a table, as quickly as the database takes them."""
        named = ", ".join(f'"{column}"' for column in columns)
        if self.on_server and len(rows) >= ALL_AT_ONCE:
            with self._own.cursor() as cursor, cursor.copy(f'COPY "{table}" ({named}) FROM STDIN') as copied:
                for row in rows:
                    copied.write_row(row)
            return
        marks = ", ".join("?" * len(columns))
        self.run_many(f'INSERT INTO "{table}" ({named}) VALUES ({marks})', rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Inside, a transaction that writes; committed at the end."""
        self._own.execute("BEGIN" if self.on_server else "BEGIN IMMEDIATE")
        yield
        self._own.execute("COMMIT")

    def unguarded(self) -> None:
        """From here on no trigger looks, and keys are looked at when a transaction ends, or not at all."""
        if self.on_server:
            self._own.execute("SET session_replication_role = replica")
            return
        for (trigger,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self._own.execute(f'DROP TRIGGER "{trigger}"')
        self._own.execute("PRAGMA foreign_keys=OFF")

    def close(self) -> None:
        """Let go of the database."""
        self._own.close()

    def _spelt(self, statement: str) -> str:
        return statement.replace("?", "%s") if self.on_server else statement


@contextmanager
def _itself(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    yield connection
