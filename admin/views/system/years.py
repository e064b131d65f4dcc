"""Which library the working calendar comes from, for every page on which years are confirmed (3.3.5-c)."""

from __future__ import annotations

from datetime import date

from admin.operations.system.calendar import seeded_days
from admin.web.clock import settings


def region() -> str:
    """The region of the library, "none" where only weekends are free."""
    return settings().portal_calendar or "none"


def library(year: int) -> list[tuple[date, bool, str]]:
    """The days of a year that differ from their weekday; raises `Invalid` where the library has none."""
    return seeded_days(year, region())
