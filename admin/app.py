"""create_app(): the only place where the parts are wired together."""

from __future__ import annotations

import importlib
from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder
from flask_appbuilder.menu import Menu
from flask_wtf import CSRFProtect

from admin import api, views
from admin.core import HERE, create_core
from admin.forms import imports as import_words
from admin.forms import uploads
from admin.models import db
from admin.views.appeals import appeal_words
from admin.views.cases import case_words, choices, difference_words, reassessment_words
from admin.views.cycles import cycle_words
from admin.views.people import open_work_words
from admin.views.policy import policy_words
from admin.views.system import home_words, setting_up_words
from admin.web import (
    acting,
    addresses,
    calling,
    clock,
    context,
    errors,
    figures,
    head_requests,
    headers,
    health,
    locale,
    migrating,
    once,
    payload,
    public_addresses,
    routing,
    seconding,
    sent_back,
    signed,
    signing,
    unsent_forms,
    viewing,
)
from admin.web.security import PortalSecurity
from config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The portal and its API for these settings, or for those of the environment; asks the database nothing."""
    app = create_core(settings)
    routing.register(app)
    calling.register(app)
    migrating.register(app, str(HERE / "migrations"))
    CSRFProtect(app)
    clock.register(app)
    signed.register(app)
    head_requests.register(app)
    addresses.register(app)
    acting.register(app)
    once.register(app)
    with app.app_context():
        appbuilder = _appbuilder(app)
    public_addresses.register(app)
    payload.register(app)
    locale.register(app, appbuilder.bm.babel)
    headers.register(app)
    errors.register(app)
    viewing.register(app)
    signing.register(app)
    seconding.register(app)
    health.register(app)
    figures.register(app)
    context.register(app, views.VIEWS, views.SECTIONS)
    app.jinja_env.globals |= {
        "words": case_words,
        "appeal_words": appeal_words,
        "cycle_words": cycle_words,
        "home_words": home_words,
        "set_up_words": setting_up_words,
        "import_words": import_words,
        "open_work_words": open_work_words,
        "policy_words": policy_words,
        "reassessment_words": reassessment_words,
        "choices": choices,
        "difference_words": difference_words,
    }
    sent_back.register(app)
    unsent_forms.register(app)
    uploads.register(app)
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
