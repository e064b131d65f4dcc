"""SIGKILL at twenty moments while the portal publishes a notice: database and site are before or after, a second run completes.

What the import does is in test_imports_killed, what the site does without the portal in tests/notice_site/test_killed.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from config import settings_from
from notice_site.release import hashes
from tests.conftest import ON_POSTGRESQL
from tests.databases import SqliteDatabase
from tests.operations.journey import check, publish, small_centre, told

TIMES = 20
COUNTED = ("notices", "publications", "history", "notifications", "reviews", "jobs")
EVENTS = "SELECT operation, record_type, act, record_id FROM audit_events ORDER BY id"
State = tuple[object, ...]


def in_child(work: Callable[[], None]) -> int:
    """The work in a process group of its own; its number."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.setsid()
        os.close(1)
        os.open(os.devnull, os.O_WRONLY)
        work()
        status = 0
    finally:
        os._exit(status)


def portal(var: Path, now: str) -> Flask:
    """The application on the files of a folder, at a fixed moment."""
    from admin.app import create_app

    return create_app(settings_from(environment(var, now)))


def environment(var: Path, now: str) -> dict[str, str]:
    return {
        "PORTAL_ENV": "test", "VAR_DIR": str(var), "DATABASE_URL": f"sqlite:///{var / 'portal.sqlite3'}", "PORTAL_NOW": now,
    }  # fmt: skip


def prepare(var: Path) -> None:
    """A centre whose site is published once, and whose notice is then to be published: the state before."""
    from admin.access.actor import system_actor
    from admin.jobs.publishing import publish_site

    with portal(var, "2026-12-09T02:00:00+00:00").app_context():
        centre = told(small_centre(), check)
        publish_site(actor=system_actor(), clock=lambda: centre.now)
        publish(centre)


def command(var: Path) -> None:
    """`manage publish` on the files of a folder."""
    from admin.cli.dispatch import main

    os.environ.update(environment(var, "2026-12-10T02:00:00+00:00"))
    main(["publish"])


def kill(child: int) -> None:
    """The child and whatever it began, at once."""
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:  # it has no group of its own yet
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def finished(child: int) -> None:
    """Wait for a child that must come to its own end."""
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def database_of(var: Path) -> State:
    """Row counts, events, and where the notice stands."""
    connection = sqlite3.connect(var / "portal.sqlite3")
    try:
        counts = tuple(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTED)
        stages = tuple(connection.execute("SELECT stage FROM notices UNION ALL SELECT stage FROM reviews").fetchall())
        return (counts, stages, tuple(connection.execute(EVENTS).fetchall()))
    finally:
        connection.close()


def served_of(var: Path) -> dict[str, str]:
    """The bytes that readers get."""
    return {name: digest for name, digest in hashes(var / "notice_site" / "live").items() if name != "head.json"}


def put_back(kept: Path, var: Path) -> None:
    shutil.rmtree(var, ignore_errors=True)
    shutil.copytree(kept, var, symlinks=True)


@pytest.mark.slow
@pytest.mark.skipif(ON_POSTGRESQL, reason="copies the files of an SQLite database")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # the forked child runs one command and ends
def test_killed_at_random_moments_a_publication_is_before_or_after(app: Flask, database: SqliteDatabase, tmp_path: Path):
    var, kept, chance = tmp_path / "var", tmp_path / "kept", random.Random(20261123)
    kept.mkdir()
    shutil.copyfile(database.template, kept / "portal.sqlite3")
    finished(in_child(lambda: prepare(kept)))
    before = database_of(kept), served_of(kept)
    put_back(kept, var)
    began = time.monotonic()
    finished(in_child(lambda: command(var)))
    took, after = time.monotonic() - began, (database_of(var), served_of(var))
    assert before[0] != after[0] and before[1] != after[1]
    seen: dict[tuple[bool, bool], int] = {}
    for moment in range(TIMES):
        put_back(kept, var)
        child = in_child(lambda: command(var))
        time.sleep(took * chance.uniform(*((0.05, 0.8), (0.8, 1.05))[moment % 2]))
        kill(child)
        rows, bytes_served = database_of(var), served_of(var)
        assert rows in (before[0], after[0]), "half a record of the publication"
        assert bytes_served in (before[1], after[1]), "half a site"
        assert not (rows == after[0] and bytes_served == before[1]), "a period runs that no reader can see"
        stands = (rows == after[0], bytes_served == after[1])
        seen[stands] = seen.get(stands, 0) + 1
        if moment % 4 == 0 or stands == (False, True):
            finished(in_child(lambda: command(var)))
            assert (database_of(var), served_of(var)) == after, "the second run did not complete it"
    assert (False, False) in seen  # else no run was killed in time and the test says nothing
