"""The portal's clock inside a request: the real time, or the one that PORTAL_NOW sets."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask, current_app, has_request_context, request

from admin.queries.system.calendar import company_day
from config import Settings

ARRIVED = "portal.arrived"


def settings() -> Settings:
    """The settings that this portal was made with."""
    return current_app.config["PORTAL"]


def register(app: Flask) -> None:
    """Note of each request when it arrived, before anything of its body is read (3.3.5-c)."""
    answer = app.wsgi_app

    def stamped(environ: Any, start_response: Any) -> Any:
        environ[ARRIVED] = app.config["PORTAL"].now()
        return answer(environ, start_response)

    app.wsgi_app = stamped  # type: ignore[method-assign]


def now() -> datetime:
    """The time the portal goes by, timezone-aware, in UTC; for all of a request the moment at which it arrived."""
    arrived = request.environ.get(ARRIVED) if has_request_context() else None
    return arrived or settings().now()


def today() -> date:
    """The day it is in the company's time zone."""
    return company_day(now())
