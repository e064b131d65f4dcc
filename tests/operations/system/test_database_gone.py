"""The database goes away under a portal that runs, and comes back: said in words, nothing made in its place, and it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from admin.access.actor import system_actor
from admin.jobs import sweep
from admin.jobs.queue import make_queue
from admin.models.base import manners
from admin.models.outages import Sparing
from tests.conftest import NOW, ON_POSTGRESQL
from tests.databases import Database, PostgresqlDatabase, SqliteDatabase

Away = Callable[[], AbstractContextManager[None]]
TYPED = {"code": "X", "name": "Written with care", "stands_on": "/departments/add"}


@pytest.fixture
def away(app: Any, database: Database) -> Away:
    """A block in which the database is away: its file is moved elsewhere, its server lets nobody in and throws everybody out."""
    manners["makes"] = False

    @contextmanager
    def gone() -> Iterator[None]:
        if isinstance(database, SqliteDatabase):
            files = [Path(f"{database.file}{end}") for end in ("", "-wal", "-shm")]
            moved = [file.rename(file.with_name(f"moved-{file.name}")) for file in files if file.exists()]
            try:
                yield
                assert not database.file.exists(), "another one was made in its place"
            finally:
                for file in moved:
                    file.rename(file.with_name(file.name.removeprefix("moved-")))
        else:
            assert isinstance(database, PostgresqlDatabase)
            database._execute("ALTER DATABASE work ALLOW_CONNECTIONS false", "SELECT " + THROW_OUT)
            try:
                yield
            finally:
                database._execute("ALTER DATABASE work ALLOW_CONNECTIONS true")

    return gone


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


@pytest.mark.skipif(not ON_POSTGRESQL, reason="beside SQLite the queue has a file of its own")
def test_the_queue_goes_on_with_the_database(app: Any, away: Away, request: pytest.FixtureRequest) -> None:
    queue = make_queue(app.config["PORTAL"])
    request.addfinalizer(queue.storage.close)
    queue.storage.enqueue(b"one")
    with away(), pytest.raises(Exception, match="connect"):
        queue.storage.enqueue(b"two")
    queue.storage.enqueue(b"three")
    assert queue.storage.queue_size() >= 2
