"""/adjustments: other adjustments of grades, proposed by HR, decided by management row by row, issued by HR (4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.codes import ChangeKind
from admin.domain.refusals import Invalid, Refusal, Refused
from admin.forms.adjustments import adjustment_rows, decisions_of, wished_day
from admin.models import db
from admin.operations.outcome import adjustments
from admin.operations.outcome.notices import first_of_next_month
from admin.queries.outcome.adjustments import approved_adjustments
from admin.queries.outcome.change_pages import adjustment_form, adjustments_page, change_page
from admin.queries.outcome.pay import ProposedEffect, proposed_effects
from admin.views.outcome.documents import tell_left_out
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import numbers_of
from admin.web.texts import field_messages
from admin.web.workflow_view import buttons, timeline


class AdjustmentView(Page):
    """Rows are never edited: a wrong one is rejected and proposed anew."""

    route_base = "/adjustments"

    @route("/")
    def index(self) -> str:
        """What waits, for whom, and what was decided lately."""
        page = adjustments_page(db.session(), actor(), wanted_part(), today())
        return self.show_page("outcome/adjustments/index.html", page, title=_("Other adjustments"))

    @route("/new", access="propose", post=True)
    def new(self) -> Response | str | tuple[str, int]:
        """HR proposes one employee or a list."""
        if request.method == "GET":
            number = request.args.get("number", "")[:40]  # of whom the link that led here is
            return self._form({"effective_on": first_of_next_month(today()).isoformat(), "number": number}, {})
        try:
            rows, day = adjustment_rows(request.form), wished_day(request.form)
            if request.form.get("preview"):
                pairs = [(row.number, row.grade) for row in rows]
                return self._form(
                    request.form.to_dict(), {}, effects=proposed_effects(db.session(), actor(), pairs, day)
                )
            made = adjustments.propose_adjustments(rows, request.form.get("reason", ""), day, actor=actor(), now=now())
        except Invalid as error:
            return self._form(request.form.to_dict(), field_messages(error)), 422
        except Refused as refused:
            return self._form(request.form.to_dict(), {}, refused.refusal), 409
        flash(
            ngettext(
                "%(count)s adjustment waits for management's decision.",
                "%(count)s adjustments wait for management's decision.",
                len(made),
                count=len(made),
            ),
            "success",
        )
        return redirect(url_for(".index"))

    def _form(
        self,
        typed: dict[str, str],
        errors: dict[str, str],
        refused: Refusal | None = None,
        effects: Sequence[ProposedEffect] = (),
    ) -> str:
        return self.show_page(
            "outcome/adjustments/new.html",
            adjustment_form(db.session(), today(), typed, effects),
            title=_("Propose an adjustment"),
            errors={_place(key): text for key, text in errors.items()},
            refused=refused,
        )

    @route("/decide", access="decide", post=True, get=False)
    def decide(self) -> Response:
        """Management's decisions, row by row."""
        done = adjustments.decide_adjustments(decisions_of(request.form), actor=actor(), now=now())
        flash(
            ngettext(
                "%(count)s decision is recorded.", "%(count)s decisions are recorded.", len(done), count=len(done)
            ),
            "success",
        )
        return redirect(url_for(".index"))

    @route("/issue", access="issue", post=True, get=False)
    def issue(self) -> Response:
        """HR issues the chosen rows, or everything that is approved, on whatever part of the list."""
        everything = request.form.get("all")
        chosen = approved_adjustments(db.session()) if everything else numbers_of(request.form.getlist("row"))
        documents = adjustments.issue_adjustments(chosen, actor=actor(), now=now())
        flash(
            _(
                "Issued: %(numbers)s. The employees are served personally.",
                numbers="、".join(each.number for each in documents),
            ),
            "success",
        )
        tell_left_out(documents)
        return redirect(url_for(".index"))

    @route("/<int:key>")
    def show(self, key: int) -> str:
        """One adjustment, what may be done with it, and what was."""
        page = change_page(db.session(), key, ChangeKind.ADJUSTMENT, actor(), today())
        return self.show_page(
            "outcome/changes/show.html",
            page,
            title=_("Adjustment of %(name)s", name=page.row.employee.name),
            portal_actions=buttons("grade_change", key),
            trail=timeline("grade_change", key, actor()),
        )


def _place(key: Any) -> str:
    """Faulty rows are said at the list; the place in it stands in the text."""
    kind, _space, place = str(key).partition(" ")
    return _("Row %(place)s", place=place) if place else kind
