"""The search of the top bar: people and cases by number or name."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from admin.models import db
from admin.queries.system.search import found
from admin.web.acting import actor
from admin.web.page import Page, route


class SearchView(Page):
    """/search?q=…"""

    route_base = "/search"

    @route("/")
    def index(self) -> str:
        """What is found, people and cases apart."""
        page = found(db.session(), request.args.get("q", "").strip(), actor())
        return self.show_page("system/search/index.html", page, title=_("Search people and cases"))
