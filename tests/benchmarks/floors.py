"""Floors: the same rows written, or the same statements run, by bare sqlite3."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

Rows = list[tuple[Any, ...]]
PRAGMAS = ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL")


@dataclass(frozen=True)
class Written:
    """What one piece of work wrote: statements, each with its rows."""

    statements: list[tuple[str, Rows]]

    @property
    def rows(self) -> int:
        """How many rows were written."""
        return sum(len(rows) for _, rows in self.statements)

    def write(self, path: Path) -> None:
        """Write the same rows, no guard looking, into a database that does not hold them yet, in one transaction."""
        with closing(connected(path)) as connection:
            for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f'DROP TRIGGER "{trigger}"')
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("PRAGMA defer_foreign_keys=ON")
            for statement, rows in self.statements:
                connection.executemany(statement, rows)
            connection.execute("COMMIT")


def connected(path: Path) -> sqlite3.Connection:
    """A bare connection with the portal's own settings."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def written_between(before: Path, after: Path) -> Written:
    """The rows that stand in one database and not, or not so, in the other."""
    with closing(sqlite3.connect(after)) as connection:
        connection.execute("ATTACH ? AS before", (str(before),))
        return Written([each for name in _tables(connection) for each in _of_table(connection, name)])


def _tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' ORDER BY rowid")
    return [name for (name,) in found if not name.startswith("sqlite_")]


def _of_table(connection: sqlite3.Connection, name: str) -> Iterator[tuple[str, Rows]]:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
    named, marks = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
    known = f'(SELECT rowid FROM before."{name}")'
    new = connection.execute(f'SELECT {named} FROM main."{name}" WHERE rowid NOT IN {known} ORDER BY rowid').fetchall()
    if new:
        yield f'INSERT INTO "{name}" ({named}) VALUES ({marks})', new
    changed = connection.execute(
        f'SELECT rowid, {named} FROM main."{name}" WHERE rowid IN {known} '
        f'EXCEPT SELECT rowid, {named} FROM before."{name}"'
    ).fetchall()
    if changed:
        sets = ", ".join(f'"{column}" = ?' for column in columns)
        yield f'UPDATE "{name}" SET {sets} WHERE rowid = ?', [(*row[1:], row[0]) for row in changed]


@dataclass
class Statements:
    """What was asked of the database while it was listened to."""

    asked: list[tuple[str, Any]]

    def run(self, connection: sqlite3.Connection) -> None:
        """Run the same statements on a bare connection, fetch every row, and commit where a next transaction begins."""
        for statement, parameters in self.asked:
            if statement.startswith("BEGIN"):
                connection.commit()
            connection.execute(statement, parameters).fetchall()
        connection.commit()


@contextmanager
def listened() -> Iterator[Statements]:
    """Note every statement that any engine of this process runs inside, with its parameters."""
    heard = Statements([])

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        for each in _sets(parameters, many):
            heard.asked.append((statement, each))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _sets(parameters: Any, many: bool) -> Iterable[Sequence[Any]]:
    """One set of parameters a run: with RETURNING a run of many arrives as the flat parameters of each."""
    return parameters if many and not isinstance(parameters, tuple) else (parameters,)
