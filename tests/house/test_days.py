"""The day of a moment is the company's: a moment's own date is the day in UTC, which is another one for a third of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Flask

from admin.web.clock import company_day
from config import ROOT

MOMENT_S_OWN_DATE = re.compile(r"_(?:at|due)\.date\(\)")
PLACES = ("admin", "notice_site")


def test_nothing_takes_a_moment_s_own_date() -> None:
    files = [path for place in PLACES for path in (ROOT / place).rglob("*") if path.suffix in (".py", ".html")]
    found = {str(path.relative_to(ROOT)) for path in files if MOMENT_S_OWN_DATE.search(path.read_text("utf-8"))}
    assert found == set()


def test_an_evening_in_utc_is_the_next_day_in_taipei(app: Flask) -> None:
    with app.app_context():
        assert company_day(datetime(2026, 11, 27, 17, 13, tzinfo=UTC)).isoformat() == "2026-11-28"
