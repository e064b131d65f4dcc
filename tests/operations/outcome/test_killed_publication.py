"""Killed at twenty moments while the portal publishes a notice: database and site are before or after, a second run completes.

What the import does is in test_imports_killed, what the site does without the portal in tests/notice_site/test_killed.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from flask import Flask

from config import settings_from
from notice_site.release import hashes
from tests.conftest import ON_POSTGRESQL
from tests.databases import SqliteDatabase
from tests.killing import FORKS, finished, killed, moments
from tests.operations.journey import check, publish, small_centre, told

TIMES = 20
COUNTED = ("notices", "publications", "history", "notifications", "reviews", "jobs")
EVENTS = "SELECT operation, record_type, act, record_id FROM audit_events ORDER BY id"
State = tuple[object, ...]


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
@pytest.mark.filterwarnings(FORKS)
def test_killed_at_twenty_moments_a_publication_is_before_or_after(
    app: Flask, database: SqliteDatabase, tmp_path: Path
) -> None:
    var, kept = tmp_path / "var", tmp_path / "kept"
    kept.mkdir()
    shutil.copyfile(database.template, kept / "portal.sqlite3")
    finished(lambda: prepare(kept))
    before = database_of(kept), served_of(kept)
    put_back(kept, var)
    whole, after = finished(lambda: command(var)), (database_of(var), served_of(var))
    assert before[0] != after[0] and before[1] != after[1]
    seen: dict[tuple[bool, bool], int] = {}
    for number, moment in enumerate(moments(whole, TIMES, seed=20261123)):
        put_back(kept, var)
        killed(lambda: command(var), moment)
        rows, bytes_served = database_of(var), served_of(var)
        assert rows in (before[0], after[0]), "half a record of the publication"
        assert bytes_served in (before[1], after[1]), "half a site"
        assert not (rows == after[0] and bytes_served == before[1]), "a period runs that no reader can see"
        stands = (rows == after[0], bytes_served == after[1])
        seen[stands] = seen.get(stands, 0) + 1
        if number % 4 == 0 or stands == (False, True):
            finished(lambda: command(var))
            assert (database_of(var), served_of(var)) == after, "the second run did not complete it"
    assert (False, False) in seen  # else no run was killed in time and the test says nothing
