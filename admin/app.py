"""create_app(): the only place where the parts are wired together."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder
from flask_appbuilder.menu import Menu
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

import config
from admin import (
    access,  # noqa: F401  the session's hook registers itself
    api,
    views,
)
from admin.jobs import queue
from admin.models import db
from admin.web import acting, addresses, clock, context, doors, errors, headers, health, locale
from admin.web.security import PortalSecurity
from config import Settings, settings_from

HERE = Path(__file__).parent


def create_app(settings: Settings | None = None) -> Flask:
    """The portal and its API for these settings, or for those of the environment; asks the database nothing."""
    settings = settings or settings_from()
    config.use(settings)
    queue.wake_after_commits(settings)
    app = Flask("admin", root_path=str(HERE), template_folder="templates", static_folder="static")
    app.config.update(
        settings.flask_config(), PORTAL=settings, BABEL_TRANSLATION_DIRECTORIES=str(HERE / "translations")
    )
    db.init_app(app)
    Migrate(app, db, directory=str(HERE / "migrations"), render_as_batch=True)
    CSRFProtect(app)
    clock.register(app)
    addresses.register(app)
    acting.register(app)
    with app.app_context():
        appbuilder = _appbuilder(app)
    doors.register(app)
    locale.register(app, appbuilder.bm.babel)
    headers.register(app)
    errors.register(app)
    health.register(app)
    context.register(app, views.VIEWS, views.SECTIONS)
    return app


def _appbuilder(app: Flask) -> Any:
    home = _class("admin.views", views.VIEWS[0].view)
    appbuilder = AppBuilder(
        indexview=home,
        security_manager_class=PortalSecurity,
        base_template="appbuilder/baselayout.html",
        menu=Menu(),
        update_perms=False,
    )
    appbuilder.init_app(app, db.session)
    for entry in views.VIEWS[1:]:
        appbuilder.add_view_no_menu(_class("admin.views", entry.view))
    for resource in api.RESOURCES:
        appbuilder.add_api(_class("admin.api", resource))
    appbuilder.sm.user_view = next(view for view in appbuilder.baseviews if type(view).__name__ == "MyAccountView")
    return appbuilder


def _class(package: str, place: str) -> Any:
    """The class that "module:Class" names in a package of ours."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(f"{package}.{module}"), name)
