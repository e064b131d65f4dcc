"""Copies of a whole database while it is in use: SQLite's online copy, PostgreSQL's tables as COPY writes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Protocol
from zipfile import ZipFile

import psycopg
from psycopg import sql

from admin.files.faults import FileFault
from admin.models import Model

REVISION = "alembic_version"
MEMBER = "tables/{}.copy"
CHUNK = 1 << 20


@dataclass(frozen=True)
class Contents:
    """What a database holds: its migration, the rows of each table, the size of its audit tree where it has one."""

    revision: str | None
    rows: dict[str, int]
    head: int | None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class Ask(Protocol):
    """Ask a database a question and get all rows."""

    def __call__(self, question: Any) -> list[tuple[Any, ...]]: ...


def contents(ask: Ask, tables: Iterable[str]) -> Contents:
    """Look through a database within the transaction that `ask` runs in."""
    names = set(tables)
    revision = ask(f"SELECT version_num FROM {REVISION}") if REVISION in names else []
    seals = ask("SELECT max(id) FROM audit_seals") if "audit_seals" in names else [(None,)]
    rows = {name: ask(f'SELECT count(*) FROM "{name}"')[0][0] for name in sorted(names)}
    return Contents(revision[0][0] if revision else None, rows, seals[0][0])


# SQLite


def copy_sqlite(source: Path, into: Path) -> Contents:
    """SQLite's online copy: one consistent state, without making writers wait. Returns what the copy holds."""
    if not source.exists():
        raise FileFault("%(file)s: there is no database yet; run ./scripts/manage setup first", file=source)
    with closing(_opened(source, "ro")) as live, closing(sqlite3.connect(into)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        return _sqlite_contents(copy)


def restore_sqlite(source: Path, into: Path) -> Contents:
    """Put a copy in the place of the live database in one transaction; who is connected sees it from then on."""
    into.parent.mkdir(parents=True, exist_ok=True)
    with closing(_opened(source, "ro")) as copy, closing(sqlite3.connect(into, timeout=60)) as live:
        copy.backup(live)
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return _sqlite_contents(live)


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=60)


def _sqlite_contents(connection: sqlite3.Connection) -> Contents:
    def ask(question: Any) -> list[tuple[Any, ...]]:
        return connection.execute(question).fetchall()

    return contents(ask, [name for (name,) in ask("SELECT name FROM sqlite_master WHERE type = 'table'")])


# PostgreSQL


def copy_postgresql(url: str, archive: ZipFile) -> Contents:
    """Every table as a member of the archive, all of one moment. Returns what they hold."""
    with _connected(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tables = _present(connection)
        for name in tables:
            columns = sql.SQL(", ").join(map(sql.Identifier, _columns(connection, name)))
            question = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (HEADER, FORMAT text)")
            with (
                connection.cursor().copy(question.format(columns, sql.Identifier(name))) as rows,
                archive.open(MEMBER.format(name), "w", force_zip64=True) as member,
            ):
                for chunk in rows:
                    member.write(chunk)
        return contents(_asking(connection), tables)


def restore_postgresql(url: str, archive: ZipFile, found: Contents) -> Contents:
    """Replace every row in one transaction. The tables have to be those of the backup's migration."""
    with _connected(url) as connection:
        tables = _present(connection)
        connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, tables))))
        with references_apart(connection):
            for name in tables:
                with archive.open(MEMBER.format(name)) as member:
                    _fill(connection, name, member)
        set_counters(connection, tables)
        restored = contents(_asking(connection), tables)
        if restored != found:
            raise FileFault("the rows restored are not those that were backed up; nothing was changed")
        return restored


def postgresql_revision(url: str) -> str | None:
    """The migration that a PostgreSQL database is at; None for an empty one."""
    with _connected(url) as connection:
        return contents(_asking(connection), {REVISION} & set(_present(connection))).revision


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        connection.execute("SET lock_timeout = '60s'")
        connection.rollback()  # the first statement after this begins the transaction that counts
        yield connection


def _asking(connection: psycopg.Connection[Any]) -> Ask:
    def ask(question: Any) -> list[tuple[Any, ...]]:
        return connection.execute(question).fetchall()

    return ask


def _present(connection: psycopg.Connection[Any]) -> list[str]:
    """Our tables that are there; the queue's own are none of ours."""
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
    ours = [REVISION, *(table.name for table in Model.metadata.sorted_tables)]
    return [name for name in ours if (name,) in found]


@contextmanager
def references_apart(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Take the foreign keys off while rows come in, for some tables refer to each other; they are checked going on again."""
    question = (
        "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
        "WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace"
    )
    references = connection.execute(question).fetchall()
    for table, name, _definition in references:
        statement = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        connection.execute(statement.format(sql.Identifier(table), sql.Identifier(name)))
    guarded = {
        table
        for table, *_rest in connection.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
    }
    for table in guarded:  # what triggers hold between rows held when they were backed up
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
    yield
    for table in guarded:
        connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))
    for table, name, definition in references:
        statement = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} " + definition)
        connection.execute(statement.format(sql.Identifier(table), sql.Identifier(name)))


def _columns(connection: psycopg.Connection[Any], table: str) -> list[str]:
    question = (
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND table_name = %s ORDER BY ordinal_position"
    )
    return [name for (name,) in connection.execute(question, (table,)).fetchall()]


def _fill(connection: psycopg.Connection[Any], table: str, member: IO[bytes]) -> None:
    header = member.readline().decode().rstrip("\n").split("\t")
    columns = sql.SQL(", ").join(map(sql.Identifier, header))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
    with connection.cursor().copy(statement) as rows:
        while chunk := member.read(CHUNK):
            rows.write(chunk)


def set_counters(connection: psycopg.Connection[Any], tables: list[str]) -> None:
    """Let each table's counter go on after its highest number."""
    question = (
        "SELECT s.relname, t.relname, a.attname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND s.relkind = 'S' "
        "JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid"
    )
    for sequence, table, column in connection.execute(question).fetchall():
        if table in tables:
            statement = sql.SQL("SELECT setval({}, (SELECT coalesce(max({}), 0) + 1 FROM {}), false)")
            parts = sql.Literal(sequence), sql.Identifier(column), sql.Identifier(table)
            connection.execute(statement.format(*parts))
