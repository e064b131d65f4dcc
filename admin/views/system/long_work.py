"""/long-work: acts on many rows that the worker carries out: how far, by whom, what was refused, again, stop (6.1)."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext as _

from admin.models import db
from admin.queries.system.long_work import long_work_page, long_works
from admin.views.system import long_work_words
from admin.web.page import Page, route
from admin.web.records import number_of
from admin.web.workflow_view import buttons


class LongWorkView(Page):
    """The list, and each of them as it is followed; a page that is left open goes on telling."""

    route_base = "/long-work"

    @route("/")
    def index(self) -> str:
        """What runs, then what has ended."""
        page = long_works(db.session(), number_of(request.args.get("page")) or 1)
        return self.show_page(
            "system/long_work/index.html",
            page,
            title=_("Bulk acts"),
            work_words=long_work_words,
            url=lambda number: url_for(".index", page=number),
        )

    @route("/<int:work_id>")
    def show(self, work_id: int) -> str:
        """One of them."""
        page = long_work_page(db.session(), work_id, number_of(request.args.get("page")) or 1)
        return self.show_page(
            "system/long_work/show.html",
            page,
            title=long_work_words.title_of(page.shown),
            work_words=long_work_words,
            portal_actions=buttons("long_work", work_id),
            url=lambda number: url_for(".show", work_id=work_id, page=number),
        )
