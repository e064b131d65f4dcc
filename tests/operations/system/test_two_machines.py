"""Two machines on one database are as safe as one: processes and threads of their own, nothing relies on SQLite's single writer."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select, text

import config
from admin.access.actor import acting_as, system_actor
from admin.jobs import publishing
from admin.models import AuditEvent, Employee, Heartbeat, Job, KeyMark, db
from admin.models.base import BUSY_SERVING, manners, serving
from admin.models.keys import BOUND
from admin.operations.imports import imports, imports_reading
from admin.operations.system import jobs, workers
from admin.operations.system.heartbeats import beat
from admin.operations.system.keys import mark_keys
from admin.operations.transaction import operation
from admin.web.records import Records
from notice_site.release import Place
from tests import factories as make
from tests.factories import NOW
from tests.killing import FORKS, POLL_SECONDS, finished
from tests.operations.importing import PEOPLE, bring
from tests.operations.journey import rows
from tests.operations.racing import race

SYSTEM = system_actor()
PATIENCE_SECONDS = 60


@pytest.fixture
def work(session: Any) -> Iterator[int]:
    """A piece of work that is due; afterwards this process holds no worker's lock."""
    with operation("ask", actor=SYSTEM, now=NOW) as op:
        key = op.job("publish_site", {}).id
    yield key
    workers.let_go()


def take(app: Any) -> None:
    """As a worker takes its next piece of work, in a process of its own that ends there and gives nothing back."""
    with app.app_context():
        db.engine.dispose(close=False)
        db.session.remove()
        workers.hold()
        assert jobs.take(actor=SYSTEM, now=NOW) is not None


@pytest.mark.filterwarnings(FORKS)
def test_work_of_a_killed_worker_goes_on_as_soon_as_another_looks_for_some(app, work):
    finished(lambda: take(app))
    workers.hold()
    found = jobs.take(actor=SYSTEM, now=NOW)
    assert found is not None and (found.id, found.tries) == (work, 2)


def test_work_of_a_worker_that_lives_is_left_to_it_until_its_lease_is_over(app, work):
    workers.hold()
    first = jobs.take(actor=SYSTEM, now=NOW)
    assert first is not None and first.worker == workers.mine()
    assert jobs.take(actor=SYSTEM, now=NOW + timedelta(minutes=9)) is None
    assert jobs.take(actor=SYSTEM, now=NOW + timedelta(minutes=11)) is not None


def test_work_asked_for_by_a_clock_that_was_put_back_since_is_not_waited_for(app, work):
    with make.fixture() as op:
        op.get(Job, work).due_at = NOW + timedelta(days=1)
    found = jobs.take(actor=SYSTEM, now=NOW)
    assert found is not None and found.id == work
    jobs.give_back(work, "a fault", actor=SYSTEM, now=NOW)
    assert jobs.take(actor=SYSTEM, now=NOW) is None, "what is tried again a little later waits for it"


@pytest.mark.filterwarnings(FORKS)
def test_of_two_that_look_at_once_one_takes_up_what_a_killed_worker_left(app, work):
    finished(lambda: take(app))
    taken: list[Any] = []
    race(app, *[lambda: taken.append(jobs.take(actor=SYSTEM, now=NOW))] * 2)
    assert sum(each is not None for each in taken) == 1


def test_a_snapshot_is_made_while_no_other_publication_can_begin(app, session, tmp_path, monkeypatch):
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    real, found = publishing.public_snapshot, []

    def snapshot(*given: Any) -> Any:
        with open(Place.of(tmp_path).home / "lock", "w") as other:
            try:
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                found.append("held")
        return real(*given)

    monkeypatch.setattr(publishing, "public_snapshot", snapshot)
    monkeypatch.setattr(publishing, "record_publication", lambda *_given, **_named: found.append("recorded"))
    make.confirmed_calendar(2026, 2027)
    publishing.publish_site(actor=SYSTEM, clock=lambda: NOW)
    assert found == ["held", "recorded"]


def waits(application: Any) -> bool:
    """Whether somebody waits for a lock of the database."""
    if config.current().sqlite:
        return True  # nobody gets beyond BEGIN IMMEDIATE
    with db.engine.connect() as connection:
        return bool(connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_an_import_that_meets_an_open_edit_loses_no_edit_and_the_trail_says_what_was(app, session, monkeypatch):
    bring("employees", PEOPLE)
    opened, planned = Event(), Event()

    def edit() -> None:
        with app.app_context():
            planned.wait(PATIENCE_SECONDS)
            with make.fixture() as op:
                person = op.session.scalars(select(Employee).where(Employee.number == "002")).one()
                person.post = "督導"
                op.session.flush()
                opened.set()
                until = time.monotonic() + PATIENCE_SECONDS
                while not waits(app) and time.monotonic() < until:
                    time.sleep(POLL_SECONDS)
            db.session.remove()

    real = imports_reading.store

    def store(data: bytes) -> str:
        planned.set()  # the file is read and compared; now somebody begins to change what it was compared with
        opened.wait(PATIENCE_SECONDS)
        return real(data)

    monkeypatch.setattr(imports, "store", store)
    other = Thread(target=edit)
    other.start()
    bring("employees", PEOPLE.replace("002,陳大文,客服中心/一線,客服專員", "002,陳大文,客服中心/一線,組長"))
    other.join(PATIENCE_SECONDS)
    db.session.rollback()
    person = rows(select(Employee).where(Employee.number == "002"))[0]
    events = rows(
        select(AuditEvent)
        .where(AuditEvent.record_type == "employees", AuditEvent.record_id == person.id)
        .order_by(AuditEvent.id)
    )
    posts = [each.changes["post"] for each in events if "post" in each.changes]
    assert [new for _old, new in posts] == ["客服專員", "督導", "組長"] and person.post == "組長"
    assert [old for old, _new in posts] == [None, "客服專員", "督導"], "each says what was before it"


def test_keys_that_are_marked_at_once_are_marked_once(app, session):
    with make.fixture() as op:
        for mark in op.session.scalars(select(KeyMark)):
            op.session.delete(mark)
    race(app, *[lambda: mark_keys(actor=SYSTEM, now=NOW)] * 3)
    names = [mark.name for mark in rows(select(KeyMark))]
    assert len(names) == len(set(names)) == len(BOUND)


def test_signs_of_life_given_at_once_are_one(app, session):
    assert race(app, *[lambda: beat(actor=SYSTEM, now=NOW)] * 3) == ["done"] * 3
    assert len(rows(select(Heartbeat).where(Heartbeat.name == "worker"))) == 1


@pytest.mark.sqlite_enough
def test_a_file_that_is_locked_for_long_is_said_after_seconds_and_stops_no_reader(app, signed_in, session):
    client = signed_in("hr")
    manners["patience"] = 60_000
    serving()
    db.session.remove()
    db.engine.dispose()
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == BUSY_SERVING
    manners["patience"] = 1
    db.engine.dispose()
    with db.engine.connect() as holding:
        holding.exec_driver_sql("ROLLBACK")
        holding.exec_driver_sql("BEGIN IMMEDIATE")
        sent = client.post("/departments/add", data={"code": "X", "name": "Written with care"})
        read = client.get("/employees/list/")
        holding.exec_driver_sql("ROLLBACK")
        holding.exec_driver_sql("BEGIN")
    assert (sent.status_code, read.status_code) == (503, 200)
    assert "Written with care" in sent.text
    assert not rows(select(Job).where(Job.kind == "x"))


def test_what_is_empty_comes_first_in_a_list_on_either_database(session):
    make.employee("without")
    other = make.employee("with")
    with make.fixture() as op:
        op.get(Employee, other.id).email = "with@example.com"
    with acting_as(SYSTEM):
        up, down = (Records(Employee).query(order_column="email", order_direction=way)[1] for way in ("asc", "desc"))
    assert [row.name for row in up] == ["without", "with"] and [row.name for row in down] == ["with", "without"]
