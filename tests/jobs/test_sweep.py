"""Work that failed is never lost: given back, given up for a while, tried again; one fault does not stop the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from admin.access.actor import system_actor
from admin.jobs import sweep
from admin.models import Job
from admin.operations.transaction import operation
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def full_disk(monkeypatch):
    """Publishing fails until the answer is set to False."""
    state = {"full": True, "published": 0}

    def publish(payload, actor, clock):
        if state["full"]:
            raise OSError(28, "No space left on device")
        state["published"] += 1

    monkeypatch.setitem(sweep.WORK, "publish_site", publish)
    return state


def the_job(session):
    return session.scalars(select(Job).execution_options(unscoped=True)).one()


def tick(now):
    return sweep.tick(actor=system_actor(), clock=lambda: now)


def test_work_that_was_given_up_is_done_once_the_disk_has_room(session, full_disk, app):
    with operation("ask", actor=system_actor(), now=NOW) as op:
        op.job("publish_site", {})
    now = NOW
    for _ in range(6):
        tick(now)
        now += timedelta(minutes=10)
    job = the_job(session)
    assert (job.state, job.tries) == ("failed", 5) and "No space left" in job.fault
    assert app.test_client().get("/health").json["worker"] == "failing"
    full_disk["full"] = False
    tick(now + timedelta(hours=2))
    session.expire_all()
    assert (the_job(session).state, full_disk["published"]) == ("done", 1)


def test_one_faulty_piece_of_timed_work_does_not_stop_the_rest(session, full_disk, monkeypatch):
    def broken(*, actor, now):
        raise RuntimeError("a case that nobody thought of")

    monkeypatch.setattr(sweep, "TIMED", [broken, *sweep.TIMED])
    full_disk["full"] = False
    with operation("ask", actor=system_actor(), now=NOW) as op:
        op.job("publish_site", {})
    assert tick(NOW)["jobs"] == 1


def test_work_whose_worker_was_killed_is_taken_up_when_its_lease_is_over(session, full_disk):
    from admin.operations.system import jobs

    full_disk["full"] = False
    with operation("ask", actor=system_actor(), now=NOW) as op:
        op.job("publish_site", {})
    jobs.take(actor=system_actor(), now=NOW)  # and then the worker is gone
    assert tick(NOW + timedelta(minutes=5))["jobs"] == 0
    assert tick(NOW + timedelta(minutes=11))["jobs"] == 1


def test_work_that_another_version_put_down_is_named_as_failed_and_keeps_nothing_waiting(session, full_disk):
    full_disk["full"] = False
    with operation("ask", actor=system_actor(), now=NOW) as op:
        op.job("of_another_version", {})
        op.job("publish_site", {})
    done = tick(NOW)
    assert done.failed == {
        "job of_another_version": "LookupError: this version has no work of the kind of_another_version"
    }
    assert full_disk["published"] == 1
