"""/takeover-corrections: grades that were taken over wrongly, put right by HR and management together (1.2-f)."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.codes import ChangeKind
from admin.domain.refusals import Invalid, Refusal, Refused
from admin.forms.corrections import correction_of
from admin.models import db
from admin.operations.outcome.takeover_corrections import PROCESS, propose_correction
from admin.queries.outcome.adjustments import corrections
from admin.queries.outcome.change_pages import change_page, correction_form
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.texts import field_messages
from admin.web.workflow_view import buttons, timeline


class TakeoverCorrectionView(Page):
    """A correction is never edited: a wrong one is withdrawn and proposed anew."""

    route_base = "/takeover-corrections"

    @route("/")
    def index(self) -> str:
        """What waits for management, and what was decided lately."""
        return self.show_page(
            "outcome/corrections/index.html",
            corrections(db.session(), wanted_part()),
            title=_("Corrections of takeovers"),
            proposes=actor().has("hr"),
        )

    @route("/new", access="propose", post=True)
    def new(self) -> Response | str | tuple[str, int]:
        """HR proposes what the file shall say, with the evidence."""
        if request.method == "GET":
            return self._form({"number": request.args.get("number", "")}, {})
        try:
            given = correction_of(db.session(), request.form, today())
            made = propose_correction(
                given.employee_id, given.grade_id, given.since, given.evidence, actor=actor(), now=now()
            )
        except Invalid as error:
            return self._form(request.form.to_dict(), field_messages(error)), 422
        except Refused as refused:
            return self._form(request.form.to_dict(), {}, refused.refusal), 409
        flash(_("The correction waits for management's decision."), "success")
        return redirect(url_for(".show", key=made.id))

    def _form(self, typed: dict[str, str], errors: dict[str, str], refused: Refusal | None = None) -> str:
        return self.show_page(
            "outcome/corrections/new.html",
            correction_form(db.session(), today(), typed),
            title=_("Correct a grade that was taken over"),
            errors=errors,
            refused=refused,
        )

    @route("/<int:key>")
    def show(self, key: int) -> str:
        """One correction, what may be done with it, and what was."""
        page = change_page(db.session(), key, ChangeKind.TAKEOVER_CORRECTION, actor(), today())
        return self.show_page(
            "outcome/changes/show.html",
            page,
            title=_("Correction of the grade of %(name)s", name=page.row.employee.name),
            portal_actions=buttons(PROCESS, key),
            trail=timeline(PROCESS, key, actor()),
        )
