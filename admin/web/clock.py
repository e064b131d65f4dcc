"""The portal's clock inside a request: the real time, or the one that PORTAL_NOW sets."""

from __future__ import annotations

from datetime import date, datetime

from flask import current_app

from admin.domain.calendar import local_day
from config import Settings


def settings() -> Settings:
    """The settings that this portal was made with."""
    return current_app.config["PORTAL"]


def now() -> datetime:
    """The time the portal goes by, timezone-aware, in UTC."""
    return settings().now()


def today() -> date:
    """The day it is in the company's time zone."""
    return company_day(now())


def company_day(moment: datetime) -> date:
    """The day of a moment in the company's time zone."""
    return local_day(moment, settings().portal_tz)
