"""That nothing has changed is known before anything is loaded, and only where nothing has."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

import config
from admin.access.actor import acting_as, system_actor
from admin.files.live_edition import MOVING, mark_of, unchanged
from admin.jobs import publishing
from admin.jobs.publishing import publish_site
from admin.models import Employee, Notice, db
from admin.models.audit import OUTSIDE
from admin.queries.outcome.public_snapshot import public_snapshot
from config import ROOT
from notice_site import elsewhere
from notice_site.release import WHOLE, Place
from tests import factories as make
from tests.factories import NOW
from tests.operations.journey import Centre, publish, small_centre, told
from tests.web.counting import statements

SYSTEM = system_actor()
NOT_OF_A_LOOK = {
    "admin.models",
    "babel",
    "cryptography",
    "flask",
    "flask_appbuilder",
    "jinja2",
    "mkdocs",
    "sqlalchemy",
    "yaml",
}


@pytest.fixture
def centre(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Centre]:
    """A list that was published a minute ago, on a site of its own."""
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    with app.app_context():
        centre = told(small_centre("Agentname"), until=publish)
        publish_site(actor=SYSTEM, clock=lambda: centre.now)
        yield centre


def known(centre: Centre, later: timedelta = timedelta(minutes=1)) -> bool:
    """Whether it is known that nothing has changed."""
    return unchanged(config.current(), centre.now + later) is not None


def test_the_command_loads_nothing_of_what_an_edition_is_made_with() -> None:
    code = "import sys; from admin.cli.dispatch import build_parser; build_parser('publish'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert not NOT_OF_A_LOOK & set(done.stdout.split())


def test_after_a_publication_with_nothing_written_since_it_is_known(centre: Centre) -> None:
    live = unchanged(config.current(), centre.now)
    again = publish_site(actor=SYSTEM, clock=lambda: centre.now)
    assert live is not None
    assert (live.release, live.files, again.changed) == (again.release, len(again.files), False)


def write_something() -> None:
    with make.fixture() as op:
        op.session.execute(update(Employee).values(name="Another"))
        op.note("update", "employees", 1, {"name": ["Agentname", "Another"]})


def publish_another() -> None:
    with make.fixture() as op:
        op.session.execute(update(Notice).values(stage="publishing"))


def take_a_list_down() -> None:
    live = Place.of(config.current().var_dir).live()
    assert live is not None
    (live / WHOLE).unlink()


def write_names_elsewhere() -> None:
    var_dir = config.current().var_dir
    elsewhere.note(var_dir, elsewhere.FILE, var_dir / "snapshot.json")


def leave_half_an_edition() -> None:
    (Place.of(config.current().var_dir).home / "building-killed").mkdir()


def take_the_live_one_away() -> None:
    Place.of(config.current().var_dir).public.unlink()


def change_the_heads() -> None:
    (Place.of(config.current().var_dir).home / "heads.jsonl").write_text("")


def be_called_otherwise() -> None:
    config.use(config.replace(config.current(), portal_company=("甲", "甲", "A")))


@pytest.mark.parametrize(
    "happens",
    [
        write_something, publish_another, take_a_list_down, write_names_elsewhere, leave_half_an_edition,
        take_the_live_one_away, change_the_heads, be_called_otherwise,
    ],
)  # fmt: skip
def test_whatever_the_site_hangs_on_has_it_looked_at(centre: Centre, happens: Callable[[], None]) -> None:
    assert known(centre)
    happens()
    assert not known(centre)


def test_a_day_that_begins_a_period_that_ends_and_a_clock_that_went_back_have_it_looked_at(centre: Centre) -> None:
    assert not known(centre, timedelta(days=1))
    assert not known(centre, -timedelta(minutes=1))


def test_what_is_written_while_an_edition_is_made_does_not_count_as_printed(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bool] = []

    def overtaken(session: Any, now: datetime) -> dict[str, Any]:
        found = public_snapshot(session, now)
        if not written:
            written.append(True)
            session.rollback()
            write_something()
        return found

    monkeypatch.setattr(publishing, "public_snapshot", overtaken)
    looked_at = spied(monkeypatch)
    publish_site(actor=SYSTEM, clock=lambda: centre.now)
    assert looked_at == [1, 2]  # again, once it was recorded: what it is held against holds what was written


def spied(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the snapshots that are made."""
    made: list[int] = []
    inner = publishing.public_snapshot

    def counted(session: Any, now: datetime) -> dict[str, Any]:
        made.append(len(made) + 1)
        return inner(session, now)

    monkeypatch.setattr(publishing, "public_snapshot", counted)
    return made


def test_the_snapshot_is_made_from_what_the_trail_tells_of(centre: Centre, app: Flask) -> None:
    with statements(app) as sent, acting_as(SYSTEM):
        public_snapshot(db.session(), NOW)
    read = {table for each in sent for table in re.findall(r'(?:FROM|JOIN) "?(\w+)"?', str(each))}
    # Of these the mark holds the lines itself; while works draw a list up, its notice keeps the mark from being made.
    assert read & set(OUTSIDE) <= {"published_heads", "long_works"}
    assert "notices" in read and "publishing" in MOVING


def test_without_a_database_nothing_is_known(tmp_path: Path) -> None:
    settings = config.settings_from({"VAR_DIR": str(tmp_path)})
    assert mark_of(settings) is None
    assert unchanged(settings, NOW) is None
