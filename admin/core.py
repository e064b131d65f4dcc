"""create_core(): settings and database alone, for commands that show no screen and should not wait for any."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

import config
from admin import access  # noqa: F401  the session's hook registers itself
from admin.access.framework import flask_config
from admin.jobs import queue
from admin.models import db
from config import Settings, settings_from

HERE = Path(__file__).parent


def create_core(settings: Settings | None = None) -> Flask:
    """An application without views for these settings, or for those of the environment; asks the database nothing."""
    settings = settings or settings_from()
    config.use(settings)
    queue.wake_after_commits(settings)
    app = Flask("admin", root_path=str(HERE), template_folder="templates", static_folder="static")
    app.config.update(flask_config(settings), PORTAL=settings, BABEL_TRANSLATION_DIRECTORIES=str(HERE / "translations"))
    db.init_app(app)
    return app
