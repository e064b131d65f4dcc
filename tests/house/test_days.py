"""The day of a moment is the company's: a moment's own date is the day in UTC, which is another one for a third of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Flask

from admin.queries.system.calendar import company_day
from config import ROOT

MOMENT_S_OWN_DATE = re.compile(r"_(?:at|due)\.date\(\)")
PLACES = ("admin", "notice_site")


def test_nothing_takes_a_moment_s_own_date() -> None:
    files = [path for place in PLACES for path in (ROOT / place).rglob("*") if path.suffix in (".py", ".html")]
    found = {str(path.relative_to(ROOT)) for path in files if MOMENT_S_OWN_DATE.search(path.read_text("utf-8"))}
    assert found == set()


def test_the_company_s_day_is_found_in_one_function() -> None:
    """Inside an operation it is `op.today`; everywhere else `company_day` turns a moment into its day."""
    own = re.compile(r"\blocal_day\(|astimezone\([^)]*\)\.date\(\)")
    home = {"admin/domain/calendar.py", "admin/queries/system/calendar.py", "admin/operations/transaction.py"}
    files = {path: path.read_text("utf-8") for path in (ROOT / "admin").rglob("*.py") if "migrations" not in path.parts}
    assert {str(path.relative_to(ROOT)) for path, text in files.items() if own.search(text)} == home
    inside = {path: text for path, text in files.items() if "operations" in path.parts}
    assert {path.name for path, text in inside.items() if re.search(r"company_day\((?:op|self)\.now\)", text)} == set()


def test_an_evening_in_utc_is_the_next_day_in_taipei(app: Flask) -> None:
    with app.app_context():
        assert company_day(datetime(2026, 11, 27, 17, 13, tzinfo=UTC)).isoformat() == "2026-11-28"
