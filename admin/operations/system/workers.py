"""Whether the worker that took a piece of work still lives: it holds a lock that dies with it, whatever killed it.

On PostgreSQL an advisory lock of a connection of its own, on SQLite a lock of a file. No clock is asked, so that work of
a dead worker goes on as soon as another one looks; the lease remains for a worker that lives and does nothing.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO, Any

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from admin.operations.transaction import Operation
from config import current

WORKERS = 20260105  # the first half of the advisory locks' key; the second is the worker's number


@dataclass
class LifeLock:
    """This process' lock."""

    number: int
    process: int
    by: Connection | IO[str]


_held: LifeLock | None = None
_one_thread = Lock()  # a worker's threads share the lock's connection


def hold() -> int:
    """Hold a lock of this process' own from now on; asked again it is the same, or anew where its connection was lost."""
    global _held
    with _one_thread:
        if _held is not None and _held.process == os.getpid() and not _stands(_held):
            let_go()  # also where no other can be had yet: a connection that was lost answers nothing but faults
        if _held is None or _held.process != os.getpid():
            number = secrets.randbelow(2**31 - 1) + 1
            _held = LifeLock(number, os.getpid(), _locked(number))
        return _held.number


def let_go() -> None:
    """Hold it no longer, as a process that ends does."""
    global _held
    if _held is not None:
        _held.by.close()
    _held = None


def mine() -> int | None:
    """The number under which this process takes work; None where it holds no lock, and its work has a lease alone."""
    return _held.number if _held is not None and _held.process == os.getpid() else None


def lives(op: Operation, number: int) -> bool:
    """Whether the process of that number still holds its lock."""
    if not current().sqlite:
        question = text("SELECT pg_try_advisory_xact_lock(:workers, :number)")
        return not op.session.scalar(question, {"workers": WORKERS, "number": number})
    path = _file(number)
    try:
        with path.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except BlockingIOError:
        return True
    except FileNotFoundError:
        pass
    return False


def _locked(number: int) -> Any:
    if current().sqlite:
        _file(number).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = _file(number).open("w")
        fcntl.flock(file, fcntl.LOCK_EX)
        return file
    engine = create_engine(
        current().database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
    )
    connection = engine.connect()
    connection.execute(text("SELECT pg_advisory_lock(:workers, :number)"), {"workers": WORKERS, "number": number})
    return connection


def _stands(held: LifeLock) -> bool:
    if not isinstance(held.by, Connection):
        return not held.by.closed
    try:
        held.by.execute(text("SELECT 1"))
    except DBAPIError:
        return False
    return True


def _file(number: int) -> Path:
    return current().var_dir / "workers" / str(number)
