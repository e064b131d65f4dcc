"""/deputies/: who stands in for whom, and the form by which HR appoints and ends (3.3-c)."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.codes import DeputyRole
from admin.domain.refusals import NotFound
from admin.models import Deputy, db
from admin.operations import acts
from admin.queries.people.deputies import deputies_page
from admin.views.people.people import chosen_employee
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import number_of, visible_row


class DeputyView(Page):
    """One page: who stands in now or from a coming day, who did, and the form."""

    route_base = "/deputies"

    @route("/list/", asks="employee.appoint_deputy")
    def index(self) -> str:
        """The lists; `person` is whom the form proposes to be stood in for."""
        wanted = {name: wanted_part(name) for name in ("now", "past")}
        page = deputies_page(db.session(), today(), wanted, number_of(request.args.get("person", "")))
        return self.show_page(
            "people/deputies.html", page, title=_("Deputies"), writes=actor().has("hr"),
            roles=[(code, _(label)) for code, label in DeputyRole.labels().items()],
        )  # fmt: skip

    @route("/")
    def short(self) -> Response:
        """The address that people type."""
        return redirect(url_for("DeputyView.index"))

    @route("/appoint", access="write", post=True, get=False)
    def appoint(self) -> Response:
        """Appoint a deputy; a second person of HR confirms it."""
        given = request.form.to_dict()
        acts.perform("employee", chosen_employee("person").id, "appoint_deputy", given, actor=actor(), now=now())
        flash(_("The deputy is appointed."), "success")
        return redirect(url_for("DeputyView.index"), 303)

    @route("/<int:key>/end", access="write", post=True, get=False)
    def end(self, key: int) -> Response:
        """End an appointment before its last day; a second person of HR confirms it."""
        row = visible_row(Deputy, key)
        if row is None:
            raise NotFound("Deputy")
        given = {"appointment": row.id, "reason": request.form.get("reason", "")}
        acts.perform("employee", row.person_id, "end_deputy", given, actor=actor(), now=now())
        flash(_("The appointment has ended."), "success")
        return redirect(url_for("DeputyView.index"), 303)
