"""The demo can be made whatever the day: once in each month, on 29 February, on New Year's Eve and on New Year's Day.

At an hour at which the day there differs from the day in UTC: the odd days in each of three time zones, months in turn.
"""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

import config
from admin.demo import build as demo
from admin.demo import people
from admin.jobs import publishing
from admin.models import Appeal, Complaint, Cycle, Notice, Review, db
from config import Settings
from notice_site.site import Publication
from tests.operations.journey import rows

ZONES = ("Asia/Taipei", "America/New_York", "Pacific/Auckland")
ODD = (date(2027, 12, 31), date(2028, 1, 1), date(2028, 2, 29))
DAYS = (
    *((date(2027, month, 4 + 2 * month), ZONES[month % 3]) for month in range(1, 13)),
    *((day, zone) for day in ODD for zone in ZONES),
)


def settings_at(day: date, zone: str, settings: Settings) -> Settings:
    """The portal at one o'clock in the night there east of Greenwich, at eleven in the evening west of it."""
    hour = time(23) if zone.startswith("America") else time(1)
    moment = datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)
    return config.replace(settings, portal_now=moment, portal_tz=ZoneInfo(zone))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As few people as the story needs, and a snapshot without its site: what a day can change is the story.

    The demo as people load it, with its site, is what the crawl walks through.
    """
    monkeypatch.setattr(demo, "LEAST", 30)
    monkeypatch.setattr(people, "FEWEST_AGENTS", 8)
    made = Publication(changed=True, release="r1", digest="0" * 64, files={}, path=tmp_path)
    monkeypatch.setattr(publishing, "publish", lambda *_, **__: made)


@pytest.mark.parametrize(("day", "zone"), DAYS, ids=str)
def test_the_demo_is_made_to_its_end(
    app: Flask, settings: Settings, day: date, zone: str, small: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chosen = settings_at(day, zone, settings)
    shutil.copytree(settings.var_dir / "keys", tmp_path / "keys")
    monkeypatch.setattr(config, "_in_use", config.replace(chosen, var_dir=tmp_path))
    with app.app_context():
        demo.build(db.session(), chosen, 30)
        assert [notice.stage for notice in rows(select(Notice).where(Notice.kind == "regular"))] == ["published"]
        stages = {case.stage for case in rows(select(Review).join(Cycle).where(Cycle.kind == "regular"))}
        assert stages == {"on_notice", "appealed", "outside"}
        assert (len(rows(select(Appeal))), len(rows(select(Complaint)))) == (2, 1)
        assert {cycle.kind for cycle in rows(select(Cycle))} == {"regular", "rehearsal"}
