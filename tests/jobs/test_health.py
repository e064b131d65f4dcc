"""What /health says is so: nobody who works, work that fails, a list that should be down, a site that is gone, a full disk."""

from __future__ import annotations

import json
import logging
import shutil
from collections import namedtuple
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

import config
from admin.access.actor import system_actor
from admin.cli import worker
from admin.jobs import sweep
from admin.models import Job, Notice, db
from admin.models.outages import QUIET_SECONDS, Sparing
from admin.operations.system.heartbeats import beat, note_start
from admin.operations.transaction import operation
from tests.conftest import NOW
from tests.operations.journey import Centre, publish, rows, small_centre, told

SYSTEM = system_actor()


@pytest.fixture
def health(app: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function: what /health answers at a moment."""

    def ask(at: Any = NOW) -> dict[str, Any]:
        monkeypatch.setattr("admin.web.health.now", lambda: at)
        answer = client.get("/health")
        return {"code": answer.status_code, **answer.json}

    return ask


@pytest.fixture
def live(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Centre, Path]]:
    """A site with a list on it, in a folder of its own."""
    shutil.copytree(config.current().var_dir / "keys", tmp_path / "keys")
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    with app.app_context():
        centre = told(small_centre("Agentname"), until=publish)
        tick(centre.now)
        yield centre, tmp_path / "notice_site"


def tick(at: Any) -> sweep.Done:
    return sweep.tick(actor=SYSTEM, clock=lambda: at)


def test_a_worker_that_is_frozen_or_dies_at_each_start_is_silent_after_five_minutes(session, health):
    assert health(NOW + timedelta(minutes=4))["worker"] == "ok"
    tick(NOW + timedelta(minutes=5))  # as each start does, before it dies
    found = health(NOW + timedelta(minutes=6))
    assert (found["code"], found["worker"]) == (503, "silent")
    worker.beating_tick(actor=SYSTEM, clock=lambda: NOW + timedelta(minutes=6))
    assert health(NOW + timedelta(minutes=6))["code"] == 200


def test_what_waited_while_nobody_was_there_is_starting_until_the_first_tick_has_come_to_its_end(session, health):
    start = NOW + timedelta(hours=3)
    with operation("publish", actor=SYSTEM, now=NOW) as op:
        op.job("publish_site", {})
    beat(actor=SYSTEM, now=start)
    found = health(start)
    assert (found["code"], found["worker"], found["site"]) == (503, "behind", "publication overdue")
    note_start(actor=SYSTEM, now=start)
    found = health(start + timedelta(seconds=10))
    assert (found["code"], found["worker"], found["site"]) == (200, "starting", "starting")
    beat(actor=SYSTEM, now=start + timedelta(minutes=1))
    assert health(start + timedelta(minutes=1))["worker"] == "behind"
    note_start(actor=SYSTEM, now=start)
    assert health(start + timedelta(minutes=6))["worker"] == "silent"


def test_a_list_that_should_be_down_is_named_by_whoever_has_just_started_too(live, health):
    ends = rows(select(Notice).execution_options(unscoped=True))[0].ends_at
    start = ends + timedelta(hours=1)
    note_start(actor=SYSTEM, now=start)
    assert health(start)["site"] == "take-down overdue"


def test_a_clock_that_went_back_an_hour_does_not_make_the_silent_look_alive(session, health):
    beat(actor=SYSTEM, now=NOW + timedelta(hours=1))
    assert health(NOW)["worker"] == "silent"


def test_timed_work_that_fails_is_named_until_it_succeeds_and_tick_says_1(app, session, health, monkeypatch, capsys):
    def take_stock(*, actor, now):
        raise RuntimeError("a case that nobody thought of")

    timed = list(sweep.TIMED)
    monkeypatch.setattr(sweep, "TIMED", [take_stock, *timed])
    monkeypatch.setattr(worker, "_app", lambda: app)
    assert worker.run_tick(None) == 1 and "take_stock FAILED" in capsys.readouterr().err
    assert (health()["code"], health()["worker"]) == (503, "failing: take_stock")
    monkeypatch.setattr(sweep, "TIMED", timed)
    assert worker.run_tick(None) == 0 and health()["worker"] == "ok"


def test_a_site_that_is_gone_is_named_and_made_again_by_the_next_tick(live, health):
    centre, folder = live
    assert health(centre.now)["site"] == "ok"
    shutil.rmtree(folder)
    assert (health(centre.now)["code"], health(centre.now)["site"]) == (503, "gone")
    tick(centre.now)
    assert health(centre.now)["site"] == "ok" and (folder / "live").is_dir()


def test_a_folder_that_is_not_the_one_the_database_knows_is_named_and_put_right(live, health):
    centre, folder = live
    facts = next(folder.glob("releases/*/release.json"))
    facts.write_text(json.dumps(json.loads(facts.read_text()) | {"release": "of another portal", "digest": "0"}))
    assert health(centre.now)["site"] == "not the one that the database knows"
    tick(centre.now)
    assert health(centre.now)["site"] == "ok"


def test_a_list_that_came_back_after_its_take_down_is_named_and_taken_down(live, health, tmp_path):
    centre, folder = live
    shutil.copytree(folder, tmp_path / "copied", symlinks=True)
    later = centre.now + timedelta(days=60)
    tick(later)
    assert not list(folder.rglob("print")) and health(later)["site"] == "ok"
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "copied", folder, symlinks=True)  # somebody puts an old copy of the folder back
    assert health(later + timedelta(days=4))["site"] == "take-down overdue"
    tick(later + timedelta(days=4))
    assert not list(folder.rglob("print"))


def test_a_site_that_cannot_be_made_is_asked_for_once(live):
    centre, folder = live
    shutil.rmtree(folder)
    folder.write_text("a file where the folder should be")
    for minute in range(3):
        tick(centre.now + timedelta(minutes=minute))
    assert len([job for job in rows(select(Job)) if job.state != "done"]) == 1


@pytest.mark.parametrize(("free", "said"), [(3 * 1024**2, "full but for 3 MB"), (1024**3, "ok")])
def test_a_disk_that_is_nearly_full_is_named(session, health, monkeypatch, free, said):
    usage = namedtuple("usage", "total used free")(10**12, 0, free)
    monkeypatch.setattr("admin.web.health.shutil.disk_usage", lambda _path: usage)
    assert (health()["disk"], health()["code"]) == (said, 200 if said == "ok" else 503)


def test_a_database_that_is_away_is_one_line_in_the_log_and_tick_says_1(app, session, monkeypatch, caplog, capsys):
    def fail(_connection, _cursor, statement, parameters, _context, _many):
        raise OperationalError(statement, parameters, OSError("server closed the connection"))

    monkeypatch.setattr(worker, "_app", lambda: app)
    log, sparing = logging.getLogger("admin.jobs.sweep"), Sparing(lambda: 0.0)
    monkeypatch.setattr(log, "filters", [sparing])
    db.session.remove()
    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        codes = {worker.run_tick(None) for _ in range(5)}
        for _ in range(20):
            worker._inside(app, sweep.sealed)
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)
    assert codes == {1} and [record.levelname for record in caplog.records] == ["ERROR"]
    assert "database FAILED" in capsys.readouterr().err


def test_after_an_hour_the_line_says_how_often_it_was_and_other_lines_always_pass():
    now = [0.0]
    sparing = Sparing(lambda: now[0])

    def said(**more: Any) -> str | None:
        record = logging.makeLogRecord({"msg": "database unavailable: %s", "args": ("gone",)} | more)
        return record.getMessage() if sparing.filter(record) else None

    assert [said(outage="database"), said(outage="database"), said(outage="mail")] == [
        "database unavailable: gone",
        None,
        "database unavailable: gone",
    ]
    assert [said(), said()] == ["database unavailable: gone"] * 2
    now[0] = QUIET_SECONDS
    assert said(outage="database") == "database unavailable: gone (and 1 times more in the hour before)"


@pytest.mark.parametrize(
    ("file", "part"), [("heads.jsonl", "heads"), ("elsewhere.json", "site"), ("live/../release.json", "site")]
)
def test_a_file_that_cannot_be_read_is_named_with_its_part_and_the_others_are_told(
    app, live, health, client, monkeypatch, file, part
):
    centre, home = live
    monkeypatch.setitem(app.config, "PORTAL", config.current())
    (home / file).write_text("no line of ours\n")
    told = health(centre.now)
    said = "line 1 is damaged" if part == "heads" else "cannot be read (JSONDecodeError)"
    assert (told["code"], told[part], told["database"]) == (503, said, "ok")
    assert client.get("/metrics").status_code == 200
