"""The database goes away under a portal that runs, and comes back: said in words, nothing made in its place, and it goes on."""

from __future__ import annotations

import argparse
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from admin.access.actor import acting_as, system_actor
from admin.cli import worker
from admin.domain.codes import JobState
from admin.jobs import sweep
from admin.jobs.queue import make_queue, wake_after_commits
from admin.models import Job, db
from admin.models.base import manners
from admin.models.outages import Sparing
from admin.operations.system import workers
from admin.operations.transaction import WAKERS, operation
from admin.queries.system.audit_chain import unsealed
from tests.conftest import NOW, ON_POSTGRESQL, close_connections
from tests.databases import Database, PostgresqlDatabase, SqliteDatabase
from tests.killing import FORKS, POLL_SECONDS, begun

Away = Callable[[], AbstractContextManager[None]]
PATIENCE_SECONDS = 60
TYPED = {"code": "X", "name": "Written with care", "stands_on": "/departments/add"}


@pytest.fixture(params=["shut out", "stopped", "crashed"] if ON_POSTGRESQL else ["moved"])
def away(app: Any, database: Database, request: pytest.FixtureRequest) -> Away:
    """A block in which the database is away: its file is moved elsewhere, its server lets nobody in and throws everybody out,
    or the server's process is stopped, in good order or as if it had crashed, and started again."""
    manners["makes"] = False
    if isinstance(database, SqliteDatabase):
        return partial(moved, database)
    assert isinstance(database, PostgresqlDatabase)
    ways: dict[str, Away] = {
        "shut out": partial(shut_out, database),
        "stopped": partial(stopped, database, signal.SIGINT),
        "crashed": partial(stopped, database, signal.SIGQUIT),
    }
    return ways[request.param]


@contextmanager
def moved(database: SqliteDatabase) -> Iterator[None]:
    files = [Path(f"{database.file}{end}") for end in ("", "-wal", "-shm")]
    elsewhere = [file.rename(file.with_name(f"moved-{file.name}")) for file in files if file.exists()]
    try:
        yield
        assert not database.file.exists(), "another one was made in its place"
    finally:
        for file in elsewhere:
            file.rename(file.with_name(file.name.removeprefix("moved-")))


@contextmanager
def shut_out(database: PostgresqlDatabase) -> Iterator[None]:
    database._execute("ALTER DATABASE work ALLOW_CONNECTIONS false", "SELECT " + THROW_OUT)
    try:
        yield
    finally:
        database._execute("ALTER DATABASE work ALLOW_CONNECTIONS true")


@contextmanager
def stopped(database: PostgresqlDatabase, how: int) -> Iterator[None]:
    database._execute(
        "CHECKPOINT"
    )  # this server is told not to wait for the disk; what is committed stands all the same
    database.machine.stop(how)
    try:
        yield
    finally:
        database.machine.start()


THROW_OUT = "count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'work'"


def test_pages_say_so_what_was_typed_comes_back_and_all_goes_on_by_itself(app: Any, signed_in: Any, away: Away) -> None:
    client = signed_in("hr")
    assert client.get("/departments/list/").status_code == 200
    with away():
        for place in ("/", "/departments/list/", "/nowhere", "/account/"):
            assert client.get(place).status_code == 503, place
        sent = client.post("/departments/add", data=TYPED)
        saved = client.post(
            "/unsent/", data=TYPED | {"unsent_place": "/departments/add"}, headers={"Accept": "application/json"}
        )
        health = app.test_client().get("/health")  # as a monitor asks, who is nobody
        assert (sent.status_code, saved.status_code, health.status_code) == (503, 503, 503)
        assert "Written with care" in sent.text and "message" in saved.json and health.json["database"] == "unreachable"
    done = client.post("/departments/add", data=TYPED)
    assert (done.status_code, done.headers["Location"]) == (302, "/departments/list/")
    assert "Written with care" in client.get("/departments/list/").text


def test_the_worker_says_it_in_one_line_and_goes_on_by_itself(
    session: Any, away: Away, caplog: pytest.LogCaptureFixture
) -> None:
    def tick() -> sweep.Done:
        return sweep.tick(actor=system_actor(), clock=lambda: NOW)

    assert not tick().failed
    spared = Sparing()
    caplog.handler.addFilter(spared)
    with away():
        assert {"database"} == set(tick().failed) == set(tick().failed)
        sweep.sealed(actor=system_actor(), clock=lambda: NOW)
    caplog.handler.removeFilter(spared)
    assert [record.getMessage() for record in caplog.records] == ["database unavailable: OperationalError"]
    assert not tick().failed


def test_work_in_which_the_database_went_away_is_taken_up_again_as_soon_as_it_is_back(
    session: Any, away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, outage = [], ExitStack()

    def work(*_given: Any) -> None:
        tries.append(1)
        if len(tries) == 1:
            outage.enter_context(away())
            db.session.execute(text("SELECT 1"))

    monkeypatch.setitem(sweep.WORK, "publish_site", work)
    with operation("ask", actor=system_actor(), now=NOW) as op:
        op.job("publish_site", {})
    for minutes, failed in ((0, True), (1, False)):
        done = sweep.tick(
            actor=system_actor(), clock=lambda now=NOW + timedelta(minutes=minutes): now, begin=workers.hold
        )
        outage.close()
        assert ("database" in done.failed) == failed == bool(done.failed)
    assert (len(tries), done["jobs"]) == (2, 1)


@pytest.mark.skipif(not ON_POSTGRESQL, reason="beside SQLite the queue has a file of its own")
def test_the_queue_goes_on_with_the_database(app: Any, away: Away, request: pytest.FixtureRequest) -> None:
    queue = make_queue(app.config["PORTAL"])
    request.addfinalizer(queue.storage.close)
    queue.storage.enqueue(b"one")
    with away(), pytest.raises(Exception, match="connect"):
        queue.storage.enqueue(b"two")
    queue.storage.enqueue(b"three")
    assert queue.storage.queue_size() >= 2


@pytest.mark.skipif(not ON_POSTGRESQL, reason="a file has no process that could stop")
@pytest.mark.filterwarnings(FORKS)
def test_a_worker_s_process_outlives_a_stop_of_the_server_and_goes_on_with_work_and_trail(
    app: Any,
    session: Any,
    database: PostgresqlDatabase,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setattr(worker, "SEAL_EVERY_SECONDS", 0.1)
    monkeypatch.setattr(worker, "_app", lambda: app)
    monkeypatch.setitem(sweep.WORK, "publish_site", lambda *_given: None)
    session.remove()
    close_connections(app)
    child = begun(lambda: worker.run_worker(argparse.Namespace()))
    request.addfinalizer(partial(killed, child))
    queue = make_queue(app.config["PORTAL"])
    monkeypatch.setattr("admin.jobs.queue.make_queue", lambda _settings: queue)
    request.addfinalizer(queue.storage.close)
    request.addfinalizer(WAKERS.clear)
    wake_after_commits(replace(app.config["PORTAL"], portal_env="demo"))
    assert asked_and_done() and asked_and_done()
    with stopped(database, signal.SIGINT):
        assert os.waitpid(child, os.WNOHANG) == (0, 0)
    assert asked_and_done()
    assert os.waitpid(child, os.WNOHANG) == (0, 0), "it is the same process that goes on"


def killed(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def asked_and_done() -> bool:
    """Whether another process carries out what is asked for now, and seals what was written for it."""
    with operation("ask", actor=system_actor(), now=NOW) as op:
        key = op.job("publish_site", {}).id
    until = time.monotonic() + PATIENCE_SECONDS
    while not (done := is_done(key)) and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
    return done


def is_done(key: int) -> bool:
    try:
        with acting_as(system_actor()):
            job = db.session.get(Job, key)
            return job is not None and job.state == JobState.DONE and unsealed(db.session(), 1) == []
    finally:
        db.session.remove()


@pytest.mark.skipif(not ON_POSTGRESQL, reason="a file's lock is lost with its process alone")
def test_a_lock_that_was_lost_is_held_anew_also_where_none_could_be_had_meanwhile(
    app: Any, session: Any, away: Away
) -> None:
    before = workers.hold()
    with away():
        for _again in range(2):
            with pytest.raises(OperationalError):
                workers.hold()
    assert workers.hold() not in (before, None)
