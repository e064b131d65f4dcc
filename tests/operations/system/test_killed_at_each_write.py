"""Killed at each moment of writing: before it, or after it, the whole act stands or none of it, and a second run completes it.

The moments are those at which the process is about to change a file, and those before and after each commit: a kill at any
other moment leaves what the one before it leaves. Imports, publications, backups and restores are killed at moments by chance
in tests of their own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

import config
from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Refused
from admin.domain.witness import standing
from admin.files import heads
from admin.files.uploads import Upload
from admin.jobs import mailing, sweep
from admin.jobs.publishing import publish_site
from admin.models import Complaint, Confirmation, Employee, Job, Model, Notice, Notification, db
from admin.models.accounts import Role
from admin.operations.accounts import confirmations
from admin.operations.cases.evidence import attach_evidence
from admin.operations.complaints.complaint_retention import erase_expired
from admin.operations.complaints.complaints import ComplaintInput, file_complaint
from admin.operations.outcome import documents
from admin.operations.system.audit import seal
from admin.operations.system.witness import publish_head, rotate_key
from admin.queries.system.audit_chain import chained_events, verify
from admin.queries.system.witness import unextended
from tests import factories as make
from tests import reviewing
from tests.conftest import ON_POSTGRESQL
from tests.databases import Database
from tests.factories import NOW
from tests.killing import FORKS, finished, killed_at, spread, writes
from tests.operations import journey

pytestmark = pytest.mark.filterwarnings(FORKS)
SYSTEM = system_actor()
ENOUGH_THERE = (
    4  # moments on the second database: the files are written by the same code, and what a commit leaves shows in few
)
# The trail of an act that is refused a second time is as long, and what was sealed and published of it goes on anyway.
GROWING = {"audit_events", "audit_seals", "audit_salts", "published_heads", "heartbeats", "jobs", "history"}


@dataclass
class Ground:
    """The portal in a folder of its own, as it stands before the act."""

    app: Flask
    database: Database
    var: Path
    kept: Path

    def keep(self) -> None:
        db.session.remove()
        db.engine.dispose()
        self.database.keep("killed")
        shutil.copytree(self.var, self.kept, symlinks=True)

    def put_back(self) -> None:
        db.session.remove()
        db.engine.dispose()
        self.database.restore("killed")
        shutil.rmtree(self.var)
        shutil.copytree(self.kept, self.var, symlinks=True)

    def inside(self, act: Callable[[], Any]) -> Callable[[], None]:
        """The act as a process of its own carries it out; one that was done already is refused."""

        def work() -> None:
            with self.app.app_context():
                db.engine.dispose(close=False)
                db.session.remove()
                with suppress(Refused):
                    act()
                db.session.remove()

        return work

    def stands(self) -> dict[str, int]:
        """How many rows each table has."""
        found = {}
        for table in Model.metadata.sorted_tables:
            if table.name not in GROWING:
                found[table.name] = db.session.connection().scalar(select(func.count()).select_from(table))
        db.session.remove()
        return found


@pytest.fixture
def ground(app: Flask, session: Any, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    var = tmp_path / "var"
    var.mkdir()
    shutil.copytree(config.current().var_dir / "keys", var / "keys")
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=var))
    return Ground(app, database, var, tmp_path / "kept")


def holds() -> None:
    """The trail is whole, extends what was published, and what lies in the folder is whole."""
    seal(actor=SYSTEM, now=NOW)
    with acting_as(SYSTEM):
        assert verify(chained_events(db.session())).faults == []
        var = config.current().var_dir
        here = heads.read(var)
        assert unextended(db.session(), standing(here)) is None
    db.session.remove()
    publish_head(actor=SYSTEM, now=NOW)
    db.session.remove()


def kill_at_each(
    ground: Ground, act: Callable[[], Any], *, at_once: bool = True, most: int = 20, last: int = 0
) -> list[int]:
    """Kill the act at each moment, and hold what stands against before and after; the moments that were tried.

    `at_once`: the act is one transaction, which is there or is not. `last`: the last ones alone, round the commit.
    """
    work = ground.inside(act)
    ground.keep()
    before = ground.stands()
    count = writes(work)
    after = ground.stands()
    tried = spread(count, min(most, ENOUGH_THERE) if ON_POSTGRESQL else most)
    for moment in range(count - last + 1, count + 1) if last else tried:
        ground.put_back()
        killed_at(work, moment)
        found = ground.stands()
        if at_once:
            assert found in (before, after), f"half of it, killed at {moment} of {count}"
        finished(work)
        assert ground.stands() == after, f"not completed after a kill at {moment} of {count}"
        holds()
    return tried


def test_sealing_and_publishing_a_head(ground: Ground) -> None:
    def act() -> None:
        seal(actor=SYSTEM, now=NOW)
        publish_head(actor=SYSTEM, now=NOW)

    assert len(kill_at_each(ground, act)) >= 5
    assert len([line for line in heads.read(ground.var) if '"kind":"head"' in line]) >= 1


def test_rotating_the_key_of_the_heads(ground: Ground) -> None:
    seal(actor=SYSTEM, now=NOW)
    publish_head(actor=SYSTEM, now=NOW)
    assert len(kill_at_each(ground, lambda: rotate_key("yearly", lost=False, actor=SYSTEM, now=NOW))) >= 4


def test_issuing_results_with_their_statements(ground: Ground) -> None:
    centre = journey.told(journey.small_centre(), journey.go_live)
    later = centre.now + timedelta(days=14)

    def act() -> None:
        documents.issue(centre.cycle.id, actor=centre.actor(centre.hr), now=later)

    assert len(kill_at_each(ground, act)) >= 2


@pytest.mark.sqlite_enough  # what is rendered is a file
def test_rendering_a_document_that_was_issued(ground: Ground) -> None:
    centre = journey.told(journey.small_centre(), journey.go_live)
    later = centre.now + timedelta(days=14)
    documents.issue(centre.cycle.id, actor=centre.actor(centre.hr), now=later)
    with make.fixture() as op:
        for job in op.session.scalars(select(Job).where(Job.kind != documents.RENDER_JOB)):
            op.session.delete(job)

    assert len(kill_at_each(ground, lambda: sweep.sweep(actor=SYSTEM, clock=lambda: later), at_once=False, most=4)) >= 4
    assert len(list((ground.var / "documents").glob("*.docx"))) == 1


@pytest.mark.skipif(not ON_POSTGRESQL, reason="killed at moments by chance in test_killed_publication")
def test_publishing_a_notice(ground: Ground) -> None:
    centre = journey.told(journey.small_centre(), journey.check)
    publish_site(actor=SYSTEM, clock=lambda: centre.now)
    journey.publish(centre)
    later = centre.now + timedelta(days=1)
    kill_at_each(ground, lambda: publish_site(actor=SYSTEM, clock=lambda: later), at_once=False, last=2)
    assert journey.rows(select(Notice.stage)) == ["published"]
    assert (ground.var / "notice_site" / "live" / "index.html").exists()


def test_confirming_an_office(ground: Ground) -> None:
    with make.fixture() as op:
        first, second = (make.employee(f"HR {n}", roles=("employee", "hr")) for n in range(2))
        person = make.employee("One")
        if op.session.scalars(select(Role).where(Role.name == "hr")).first() is None:
            op.add(Role(name="hr"))
    row = confirmations.propose_role(
        person.user_id or 0, "hr", give=True, reason="needed", actor=make.actor_of(first), now=NOW
    ).id
    who = make.actor_of(second)
    assert len(kill_at_each(ground, lambda: confirmations.confirm(row, actor=who, now=NOW))) >= 2
    assert journey.rows(select(Confirmation.stage)) == ["confirmed"]


def test_erasing_what_nobody_may_keep(ground: Ground) -> None:
    make.confirmed_calendar(2026, 2027)
    for n in range(3):
        file_complaint(ComplaintInput("pressure", f"what was written {n}"), now=NOW)
    late = NOW + timedelta(days=8 * 366)
    assert len(kill_at_each(ground, lambda: erase_expired(actor=SYSTEM, now=late))) >= 2
    assert all(row.erased_at is not None for row in journey.rows(select(Complaint)))


def test_attaching_a_file(ground: Ground) -> None:
    made = reviewing.open_cycle()
    who = reviewing.person(made.agents[0])
    upload = Upload("txt", "text/plain; charset=utf-8", f"{'5c' * 32}.txt", "a.txt", b"words", "5c" * 32)

    def act() -> None:
        attach_evidence(made.cases[0], upload, actor=who, now=reviewing.OPENED)

    assert len(kill_at_each(ground, act)) >= 4
    assert [path.read_bytes() for path in (ground.var / "evidence").glob("[!.]*")] == [b"words"]


def test_sending_a_batch_of_mails(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    with make.fixture() as op:
        for n in range(3):
            person = make.employee(f"Reader {n}")
            op.get(Employee, person.id).email = f"reader{n}@example.com"
            op.add(
                Notification(
                    user_id=person.user_id, process="review", action="issue", record_id=n, facts={}, created_at=NOW
                )
            )
    sent = ground.var.parent / "sent"
    monkeypatch.setattr(mailing, "mailbox", lambda *_given: Taking(sent))
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), smtp_url="smtp://127.0.0.1"))
    sent.write_text("")
    batch = partial(mailing.send_mails, actor=SYSTEM, now=NOW + timedelta(hours=1))
    assert len(kill_at_each(ground, batch, at_once=False)) > ENOUGH_THERE
    waiting = [row for row in journey.rows(select(Notification)) if row.mailed_at is None]
    assert waiting == [], "each was taken by the server"
    ids = sent.read_text().split()
    assert len(set(ids)) == 3, "sent twice after a kill it has the same Message-ID, and readers' programs show it once"


class Taking:
    """A mail server that takes what it is given, and writes down the Message-ID."""

    sender = "grades@example.com"

    def __init__(self, sent: Path) -> None:
        self.sent = sent

    def __enter__(self) -> Taking:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def send(self, message: Any) -> bool:
        with self.sent.open("a") as file:
            file.write(f"{message['Message-ID']}\n")
        return True
