"""How many SQL statements something takes, and how many ways down from a page to the floors below."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask
from sqlalchemy import event

import admin


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Collects every statement sent to the app's database inside."""
    from admin.models.base import db

    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@dataclass
class Asked:
    """A statement that was sent, and how many rows were read of its answer."""

    statement: str
    rows: int = 0

    @property
    def named(self) -> int:
        """How many values it names."""
        return self.statement.count("?")


@contextmanager
def readings(app: Flask) -> Iterator[list[Asked]]:
    """Collects every statement sent to the app's database inside, with the rows that were read."""
    from admin.models.base import db

    sent: list[Asked] = []

    def note(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("BEGIN", "PRAGMA")):
            return
        asked = Asked(statement)
        sent.append(asked)
        if isinstance(cursor, sqlite3.Cursor):
            cursor.row_factory = partial(_row, asked)

    def answered(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if sent and not isinstance(cursor, sqlite3.Cursor) and not statement.startswith(("BEGIN", "PRAGMA")):
            sent[-1].rows = max(cursor.rowcount, 0)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "after_cursor_execute", answered)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "after_cursor_execute", answered)


def _row(asked: Asked, _cursor: Any, row: Any) -> Any:
    asked.rows += 1
    return row


ROOT = Path(admin.__file__).parent
TOP, BELOW = ("views", "templates", "web", "forms"), ("queries", "operations")


@contextmanager
def climbs() -> Iterator[list[str]]:
    """Collects every way down from the pages to the queries or operations, and so back up again.

    What is read off a page that was brought up already (its attributes) is no way down.
    """
    found: list[str] = []

    def note(frame: FrameType, happened: str, _argument: Any) -> None:
        if happened == "call" and _floor(frame) in BELOW and not _is_attribute(frame) and _from(frame) in TOP:
            found.append(f"{frame.f_code.co_filename}: {frame.f_code.co_name}")

    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)


def _floor(frame: FrameType) -> str | None:
    path = Path(frame.f_code.co_filename)
    return path.relative_to(ROOT).parts[0] if path.is_relative_to(ROOT) else None


def _from(frame: FrameType) -> str | None:
    """The floor of ours that asked, libraries in between left out."""
    asked = frame.f_back
    while asked is not None and _floor(asked) is None:
        asked = asked.f_back
    return _floor(asked) if asked is not None else None


def _is_attribute(frame: FrameType) -> bool:
    of = frame.f_locals.get("self")
    return isinstance(getattr(type(of), frame.f_code.co_name, None), property)
