"""What issuing would do, seen before it is done: whom the document names, with which letter, file entry and pay (3.3.6)."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.grade_file import check_day_of_effect
from admin.models import db
from admin.operations.outcome.notices import first_of_next_month
from admin.queries.outcome.issuing_preview import issuing_page
from admin.views.outcome.result_card import DIRECTIONS
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.texts import refusal_text, translated


class IssuingView(Page):
    """/cycles/…/issuing: a look ahead, for a day of effect that may be tried; the document itself is issued from here."""

    route_base = "/cycles"
    default_view = "ahead"

    @route("/<int:cycle_id>/issuing")
    def ahead(self, cycle_id: int) -> str | tuple[str, int]:
        """The preview."""
        typed, effective = request.args.get("effective_on", "").strip()[:30], first_of_next_month(today())
        try:
            effective = day_named(typed) if typed else effective
            wrong = check_day_of_effect(effective, today())
        except ValueError:
            wrong = NO_DAY
        error = translated(wrong) if wrong else ""
        way = request.args.get("way", "")
        page = issuing_page(db.session(), cycle_id, effective, way, wanted_part(), actor(), now())
        shown = self.show_page(
            "cycles/issuing.html",
            page,
            title=_("Before issuing"),
            errors={"f-effective_on": error} if error else {},
            refused=refusal_text(page.refusal) if page.refusal else "",
            directions=DIRECTIONS,
        )
        return shown, 422 if error else 200
