"""The home page: what waits for me, by when, and what is going on."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.models import Notification, db
from admin.operations.system.notifications import mark_read
from admin.queries.system.home import home
from admin.views.system.home_words import message_url
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.records import numbers_of, visible_row
from admin.web.system_state import system_state


class HomeView(Page):
    """/ — what waits for me."""

    route_base = ""

    @route("/")
    def index(self) -> str:
        """The home page."""
        system = system_state() if actor().has("admin") else None
        page = home(db.session(), actor(), now(), today())
        return self.show_page("system/home/index.html", page, title=_("Home page"), system=system)

    @route("/notifications/read", access="read", post=True, get=False)
    def read(self) -> Response:
        """Mark one message, or all, as read."""
        keys = numbers_of(request.form.getlist("message")) if "message" in request.form else None
        mark_read(keys, actor=actor(), now=now())
        return redirect(url_for(".index"))

    @route("/notifications/<int:key>")
    def follow(self, key: int) -> Response:
        """Lead to what a message is about."""
        row = visible_row(Notification, key)
        target = message_url(row, actor()) if row is not None and row.user_id == actor().user_id else None
        return redirect(target or url_for(".index"))
