"""Floors: what one piece of work wrote, read as the difference of a database, and the same rows written by the driver alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.benchmarks.bare import Bare, Row
from tests.databases import Database, SqliteDatabase

TABLES = {
    False: "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    True: "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
    "AND table_name <> 'alembic_version' ORDER BY table_name",
}
COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ? ORDER BY ordinal_position"


@dataclass(frozen=True)
class Changes:
    """Rows of one table that a piece of work added, and those that it changed; of the latter the number stands last."""

    table: str
    columns: tuple[str, ...]
    new: list[Row]
    changed: list[Row]

    def write(self, bare: Bare) -> None:
        """Write them, inside the caller's transaction."""
        if self.new:
            bare.insert(self.table, self.columns, self.new)
        if self.changed:
            sets = ", ".join(f'"{column}" = ?' for column in self.columns)
            bare.run_many(f'UPDATE "{self.table}" SET {sets} WHERE id = ?', self.changed)


@dataclass(frozen=True)
class Written:
    """What one piece of work wrote, table by table."""

    changes: list[Changes]

    @property
    def rows(self) -> int:
        """How many rows were written."""
        return sum(len(each.new) + len(each.changed) for each in self.changes)

    def write(self, url: str) -> None:
        """Write the same rows, no guard looking, into a database that does not hold them yet, in one transaction."""
        with closing(Bare(url)) as bare:
            bare.unguarded()
            with bare.transaction():
                for each in self.changes:
                    each.write(bare)


@dataclass(frozen=True)
class Mark:
    """How a database stood: a copy of its file, or on a server the transaction and the highest number of each table."""

    file: Path | None = None
    transaction: int = 0
    newest: tuple[tuple[str, int], ...] = ()


def marked(database: Database) -> Mark:
    """How the database stands now. No connection may be open."""
    if isinstance(database, SqliteDatabase):
        copy = database.folder / "before.sqlite3"
        shutil.copyfile(database.file, copy)
        return Mark(copy)
    with closing(Bare(database.url)) as bare:
        newest = [(name, bare.rows(f'SELECT coalesce(max(id), 0) FROM "{name}"')[0][0]) for name in _tables(bare)]
        return Mark(None, bare.rows("SELECT txid_current()")[0][0], tuple(newest))


def written_since(database: Database, mark: Mark) -> Written:
    """The rows that stand in the database and stood not, or not so, at the mark. No connection may be open."""
    with closing(Bare(database.url)) as bare:
        if mark.file is not None:
            bare.run("ATTACH ? AS before", str(mark.file))
            found = [_of_file(bare, name) for name in _tables(bare)]
        else:
            newest = dict(mark.newest)
            found = [_of_server(bare, name, newest[name], mark.transaction) for name in _tables(bare)]
    return Written([each for each in found if each.new or each.changed])


def _tables(bare: Bare) -> list[str]:
    return [name for (name,) in bare.rows(TABLES[bare.on_server])]


def _of_file(bare: Bare, name: str) -> Changes:
    columns = tuple(row[1] for row in bare.rows(f'PRAGMA table_info("{name}")'))
    now, then = (", ".join(f'{place}."{column}"' for column in columns) for place in ("n", "o"))
    new = bare.rows(
        f'SELECT {now} FROM main."{name}" n WHERE NOT EXISTS (SELECT 1 FROM before."{name}" o WHERE o.rowid = n.rowid) ORDER BY n.rowid'
    )
    changed = bare.rows(
        f'SELECT {now}, n.rowid FROM main."{name}" n JOIN before."{name}" o ON o.rowid = n.rowid WHERE ({now}) IS NOT ({then})'
    )
    return Changes(name, columns, new, changed)


def _of_server(bare: Bare, name: str, newest: int, transaction: int) -> Changes:
    """By the transaction that wrote a row last; values as text, which the server takes for any type."""
    columns = tuple(column for (column,) in bare.rows(COLUMNS, name))
    named = ", ".join(f'"{column}"::text' for column in columns)
    here = f'FROM "{name}" WHERE xmin::text::bigint > ?'
    return Changes(
        name,
        columns,
        bare.rows(f'SELECT {named} {here} AND id > ? ORDER BY "{name}".id', transaction, newest),
        bare.rows(f'SELECT {named}, id {here} AND id <= ? ORDER BY "{name}".id', transaction, newest),
    )


@dataclass
class Statements:
    """What was asked of the database while it was listened to."""

    asked: list[str]


@contextmanager
def listened() -> Iterator[Statements]:
    """Note every statement that any engine of this process runs inside."""
    heard = Statements([])

    def note(_connection: Any, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool) -> None:
        heard.asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", note)
