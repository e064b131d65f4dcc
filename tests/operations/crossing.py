"""Two writers who cross, each a process of its own: the second comes when the first has written and not committed yet.

What does not wait for the first then decides on what is old. On PostgreSQL the second runs until it waits for a lock or is
done; SQLite lets nobody begin, and the two come one after the other.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import event, text

import config
from admin.models import db
from admin.operations.system import workers
from tests.killing import POLL_SECONDS, begun
from tests.operations.racing import PATIENCE_SECONDS, SAID

Act = Callable[[], Any]
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def cross(app: Flask, first: Act, second: Act) -> tuple[str, str]:
    """Let two acts cross; answers for each "done" or what it was told. Anything else is a fault, with its words."""
    db.session.rollback()
    db.engine.dispose()
    stands, go = os.pipe(), os.pipe()
    one, told_first = _begun(app, lambda: _holding(first, stands[1], go[0]))
    os.close(stands[1])
    _read(stands[0])  # it has written, or it was refused before
    two, told_second = _begun(app, second)
    _until_it_waits(two)
    os.write(go[1], b"g")
    answers = _read(told_first), _read(told_second)
    for child in (one, two):
        os.waitpid(child, 0)
    for each in (stands[0], *go):
        os.close(each)
    db.session.rollback()
    assert not [answer for answer in answers if answer.startswith("fault") or not answer], answers
    return answers


def _begun(app: Flask, act: Act) -> tuple[int, int]:
    """An act in a process of its own: its number, and where it tells what became of it."""
    out, into = os.pipe()
    child = begun(lambda: os.write(into, _told(app, act).encode()))
    os.close(into)
    return child, out


def _told(app: Flask, act: Act) -> str:
    with app.app_context():
        db.engine.dispose(close=False)  # the parent's connections are the parent's
        workers.let_go()
        try:
            act()
        except SAID as told:
            return type(told).__name__
        except Exception as fault:
            return f"fault: {type(fault).__name__}: {fault}"
        finally:
            db.session.remove()
            db.engine.dispose()
        return "done"


def _holding(act: Act, stands: int, go: int) -> None:
    """The act, held before its first commit until somebody lets it go."""
    waits = [True]

    def hold(_session: Any) -> None:
        if waits:
            waits.clear()
            os.write(stands, b"s")
            _read_one(go)

    event.listen(db.session, "before_commit", hold)
    try:
        act()
    finally:
        event.remove(db.session, "before_commit", hold)
        os.close(stands)


def _until_it_waits(child: int) -> None:
    if config.current().sqlite:
        return
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        with db.engine.connect() as connection:
            if connection.scalar(text(WAITING)):
                break
        time.sleep(POLL_SECONDS)
    db.engine.dispose()


def _read_one(end: int) -> None:
    select.select([end], [], [], PATIENCE_SECONDS)
    os.read(end, 1)


def _read(end: int) -> str:
    """All that is told at this end until whoever tells is done; of the first sign of life only that it came."""
    ready, _, _ = select.select([end], [], [], PATIENCE_SECONDS)
    return os.read(end, 100_000).decode() if ready else "fault: nothing came"
