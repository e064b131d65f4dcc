"""That nothing has changed is known before anything is loaded, and only where nothing has."""

from __future__ import annotations

import json
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
from admin.files.live_edition import MOVING, mark_of, note_edition, unchanged
from admin.jobs import publishing
from admin.jobs.publishing import publish_site
from admin.models import Employee, Notice, db
from admin.models.audit import OUTSIDE
from admin.queries.outcome.public_snapshot import public_snapshot
from config import ROOT, Settings
from notice_site import elsewhere
from notice_site.release import WHOLE, Place
from tests import factories as make
from tests.factories import NOW
from tests.operations.journey import publish, small_centre, told
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
def site(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A portal with a folder of its own for the site."""
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    with app.app_context():
        yield config.current()


@pytest.fixture
def edition(site: Settings) -> None:
    """An edition that was put live just now."""
    home = Place.of(site.var_dir)
    made = home.releases / "first"
    (made / "site").mkdir(parents=True)
    (made / WHOLE).touch()
    (made / "site" / "heads.js").touch()
    (made / "release.json").write_text(json.dumps({"release": "first"}))
    home.public.symlink_to(made / "site")
    mark, ends = mark_of(site), NOW + timedelta(minutes=30)
    assert mark is not None
    note_edition(mark, {"notices": [{"state": "current", "ends_at": ends.isoformat()}]}, "first", 3, NOW, site)


def known(later: timedelta = timedelta(minutes=1)) -> bool:
    """Whether it is known that nothing has changed."""
    return unchanged(config.current(), NOW + later) is not None


def test_the_command_loads_nothing_of_what_an_edition_is_made_with() -> None:
    code = "import sys; from admin.cli.dispatch import build_parser; build_parser('publish'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert not NOT_OF_A_LOOK & set(done.stdout.split())


def write_something() -> None:
    with make.fixture() as op:
        op.session.execute(update(Employee).values(name="Another"))
        op.note("update", "employees", 1, {"name": ["Agentname", "Another"]})


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
        write_something, take_a_list_down, write_names_elsewhere, leave_half_an_edition,
        take_the_live_one_away, change_the_heads, be_called_otherwise,
    ],
)  # fmt: skip
def test_whatever_the_site_hangs_on_has_it_looked_at(edition: None, happens: Callable[[], None]) -> None:
    assert known()
    happens()
    assert not known()


def test_a_period_that_ends_a_day_that_begins_and_a_clock_that_went_back_have_it_looked_at(
    edition: None, site: Settings
) -> None:
    assert not known(timedelta(minutes=30))
    assert not known(-timedelta(minutes=1))
    mark = mark_of(site)
    assert mark is not None
    note_edition(mark, {"notices": []}, "first", 3, NOW, site)
    assert known(timedelta(minutes=30))
    assert not known(timedelta(days=1))


def test_while_a_list_is_being_published_nothing_is_known(site: Settings) -> None:
    make.notice(make.open_cycle(), [], ends_at=NOW + timedelta(days=7))
    assert mark_of(site) is not None
    with make.fixture() as op:
        op.session.execute(update(Notice).values(stage="publishing"))
    assert mark_of(site) is None


def test_a_publication_makes_it_known_and_what_is_written_meanwhile_does_not_count_as_printed(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = told(small_centre("Agentname"), until=publish)
    first = publish_site(actor=SYSTEM, clock=lambda: centre.now)
    live = unchanged(site, centre.now)
    assert live is not None
    assert (live.release, live.files) == (first.release, len(first.files))
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


def test_the_snapshot_is_made_from_what_the_trail_tells_of(site: Settings, app: Flask) -> None:
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
