"""The database handle, column types and naming that every table shares.

This and accounts.py are the places that name Flask-AppBuilder: its tables share our metadata.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask_appbuilder import Model
from flask_appbuilder.utils.legacy import get_sqla_class
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    DateTime,
    Integer,
    String,
    Text,
    cast,
    column,
    event,
    func,
    inspect,
    table,
)
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE
from sqlalchemy.pool import Pool
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from admin.domain.codes import Code
from admin.domain.texts import is_printable, refuse_unprintable

__all__ = [
    "DaysBetween",
    "Entity",
    "Model",
    "UtcDateTime",
    "again",
    "db",
    "holds_any",
    "holds_number",
    "one_of",
    "writing",
]

BUSY_MILLISECONDS = 60_000  # a worker or a command waits above the longest apply
FILE = "file"
BUSY_SERVING = 3_000  # who serves people says after seconds that it cannot be saved now, and goes on with the next
LARGEST_ID = 2**31 - 1
db = get_sqla_class()(model_class=Model)


class UtcDateTime(TypeDecorator):
    """A moment: aware UTC in Python, without zone in the database; a naive value is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To the database: converted to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def bind_processor(self, dialect: Any) -> Callable[[datetime | None], Any]:
        """The same, found once for each moment: thousands of rows share the one at which they were written."""
        process: Any = super().bind_processor(dialect)

        # Of the hour that a clock shows twice Python takes both moments for one: it is told which of them it is.
        @lru_cache(maxsize=256)
        def found(moment: datetime, _fold: int) -> Any:
            return process(moment)

        return lambda moment: None if moment is None else found(moment, moment.fold)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """From the database: marked as UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


def by_chance() -> int:
    """A key that neither counts nor leaves a gap: a hidden complaint would else be seen by its missing number (6.3-d)."""
    return secrets.randbelow(LARGEST_ID) + 1


def real_time() -> datetime:
    """The machine's own time, whatever the portal's clock is set to: of events, and of how long a sign-in lasts."""
    return datetime.now(UTC)


class Entity(Model):
    """A table of ours with a number of its own as its key."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


def one_of(column: str, codes: type[Code], *, name: str) -> CheckConstraint:
    """A constraint that keeps a text column to the codes of one coded thing."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=name)


def holds_number(column: Any, number: int) -> ColumnElement[bool]:
    """Whether a JSON list of numbers holds this one, as a condition that both databases understand."""
    text: Any = cast(column, Text)
    for mark in "[]":
        text = func.replace(text, mark, ",")
    return func.replace(text, " ", "").contains(f",{number},")


def holds_any(column: Any) -> ColumnElement[bool]:
    """Whether a JSON list holds anything, as a condition that both databases understand."""
    text: Any = cast(column, Text)
    return func.replace(text, " ", "").not_in(("[]", "null"))


def again(model: type[Any], name: str, *columns: str) -> Any:
    """A table that a statement reads once more, under a name of its own and with these columns alone.

    An alias copies all columns of its table, with their keys and listeners, for each statement that is kept: 90 kB of a wide one.
    """
    own = model.__table__
    return table(own.name, *(column(each, own.c[each].type) for each in columns)).alias(name)


class DaysBetween(FunctionElement[int]):
    """How many days lie between two dates, as a part of a statement."""

    name, type, inherit_cache = "days_between", Integer(), True


@compiles(DaysBetween)
def _days_between(element: Any, compiler: Any, **kw: Any) -> str:
    start, end = (compiler.process(each, **kw) for each in element.clauses)
    return f"({end} - {start})"


@compiles(DaysBetween, "sqlite")
def _days_between_on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    start, end = (compiler.process(each, **kw) for each in element.clauses)
    return f"CAST(julianday({end}) - julianday({start}) AS INTEGER)"


class Snapshot(FunctionElement[str]):
    """Which transactions a statement sees, as PostgreSQL tells it; empty on SQLite, where one writes after the other."""

    name, type, inherit_cache = "snapshot", String(), True


@compiles(Snapshot)
def _snapshot(_element: Any, _compiler: Any, **_kw: Any) -> str:
    return "CAST(pg_current_snapshot() AS VARCHAR)"


@compiles(Snapshot, "sqlite")
def _no_snapshot(_element: Any, _compiler: Any, **_kw: Any) -> str:
    return "''"


# What holds for this whole process: milliseconds that it waits for SQLite's write lock, whether it may make a database.
manners = {"patience": BUSY_MILLISECONDS, "makes": True}


def serving() -> None:
    """From now on this process waits for SQLite's write lock as long as a person would, and then says so."""
    manners["patience"] = BUSY_SERVING
    made_before()


def patient() -> None:
    """From now on this process, made from one that serves people, waits for the lock as a command does."""
    manners["patience"] = BUSY_MILLISECONDS


def made_before() -> None:
    """From now on this process makes no database where there is none: one that is away comes back, and must not find another."""
    manners["makes"] = False


_writing: ContextVar[bool] = ContextVar("writing", default=False)


def is_writing() -> bool:
    """Whether transactions begun now hold the write lock, which nothing that takes long may keep from others."""
    return _writing.get()


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside take SQLite's write lock at once, so that a check and its change cannot be torn apart."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@event.listens_for(Engine, "do_connect")
def _refuse_to_make(dialect: Any, _record: Any, given: list[Any], _named: dict[str, Any]) -> None:
    if dialect.name == "sqlite" and not manners["makes"] and given and not Path(str(given[0])).exists():
        raise sqlite3.OperationalError("the database's file is gone")


@event.listens_for(Pool, "checkout")
def _leave_what_was_moved(_connection: Any, record: Any, _proxy: Any) -> None:
    """A file that was moved away or replaced is no longer the portal's, though a connection could go on writing into it."""
    name, file = record.info.get(FILE, ("", None))
    if name and _file_at(name) != file:
        raise DisconnectionError


def _file_at(name: str) -> tuple[int, int] | None:
    """Which file stands there, by device and number."""
    try:
        found = Path(name).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    name = connection.execute("PRAGMA database_list").fetchone()[2]  # empty where it is in memory
    record.info[FILE] = (name, _file_at(name) if name else None)
    # sqlite3 would begin transactions by its own rules; here we say when, and which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={manners['patience']}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        # A deferred transaction that reads first and writes later fails when somebody else has written in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


@event.listens_for(Session, "before_flush")
def _check_texts(session: Session, _context: Any, _instances: Any) -> None:
    """The last door before the database: no row takes a text that could not be printed, whoever writes it and where.

    Raises `Invalid` by column, so that a form can show it beside its field.
    """
    for row in (*session.new, *session.dirty):
        state = inspect(row)
        written = {
            name: state.dict[name]
            for name in state.mapper.column_attrs.keys()  # noqa: SIM118
            # Only what is written now: a text stored before the rule must not keep its row from being changed
            # elsewhere.
            if name in state.committed_state
            and isinstance(state.dict.get(name), str | dict | list)
            and state.get_history(name, PASSIVE_NO_INITIALIZE).has_changes()
        }
        if not is_printable(written):
            refuse_unprintable(**written)
