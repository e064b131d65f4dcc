"""Honours, and candidates for management posts (5.2.2, 5.2.3)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from admin.domain.codes import CandidateStage, HonourStage, ManagementPost
from admin.domain.refusals import N_, Invalid
from admin.models import Honour, Nomination, db
from admin.operations.development.candidates import nominate_candidate
from admin.operations.development.honours import nominate_honour
from admin.queries.development.honours import candidates_page
from admin.queries.people.people import employee_numbered
from admin.views.system import field_help
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import Records
from admin.web.texts import field_messages, name_of
from admin.web.workflow_view import WorkflowModelView

POSTS = ManagementPost.labels()


class HonourView(WorkflowModelView):
    """Honours: one's own, those of one's people; HR's and management's all."""

    datamodel = Records(Honour)
    process = "honour"
    route_base = "/honours"
    list_title, show_title = lazy("Honours"), lazy("Honour")
    add_title, edit_title = lazy("Nominate for an honour"), lazy("Honour")
    label_columns = {
        "employee": lazy("Employee"),
        "year": lazy("Year"),
        "title": lazy("Honour"),
        "reason": lazy("Reason"),
        "grade": lazy("Grade at the nomination"),
        "stage": lazy("State of the honour"),
        "recorded_at": lazy("Nominated at"),
        "decided_at": lazy("Decided at"),
    }
    description_columns = field_help.HONOUR
    formatters_columns = {"grade": name_of}
    choices = {"stage": HonourStage.labels()}
    list_columns = ["employee", "year", "title", "grade", "stage"]
    also_exported = ("recorded_at", "decided_at")
    show_columns = [*list_columns, "reason", "recorded_at", "decided_at"]
    search_columns = ["employee", "year", "title", "stage"]
    quick_columns = ("year", "stage")
    order_columns = ["year", "title", "stage"]
    add_columns = ["employee", "title", "reason"]
    base_order = ("year", "desc")

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Any:
        """Nominate."""
        return nominate_honour(data["employee_id"], data["title"] or "", data["reason"] or "", **who_and_when)


class NominationView(WorkflowModelView):
    """Nominations for management posts, with what was decided."""

    datamodel = Records(Nomination)
    process = "candidate"
    route_base = "/nominations"
    list_title, show_title = lazy("Nominations for management posts"), lazy("Nomination for a management post")
    add_title, edit_title = lazy("Nominate for a management post"), lazy("Nomination for a management post")
    label_columns = {
        "employee": lazy("Employee"),
        "post": lazy("Management post"),
        "reason": lazy("Reason"),
        "grade": lazy("Grade at the nomination"),
        "stage": lazy("State of the nomination"),
        "recorded_at": lazy("Nominated at"),
        "decided_at": lazy("Decided at"),
    }
    formatters_columns = {"grade": name_of}
    choices = {"stage": CandidateStage.labels(), "post": POSTS}
    list_columns = ["employee", "post", "grade", "stage", "recorded_at", "decided_at"]
    show_columns = [*list_columns, "reason"]
    search_columns = ["employee", "post", "stage"]
    quick_columns = ("post", "stage")
    order_columns = ["post", "stage", "recorded_at"]
    base_order = ("recorded_at", "desc")


class CandidateView(Page):
    """/candidates/: who is a candidate by grade, since when and why, and whom the centre nominates."""

    route_base = "/candidates"

    @route("/")
    def index(self) -> str:
        """The list, the nominations, and the form."""
        return self._show()

    @route("/nominate", access="write", post=True, get=False)
    def nominate(self) -> Response | tuple[str, int]:
        """Nominate somebody by number for a post, with the reason."""
        given = request.form
        try:
            person = employee_numbered(db.session(), given.get("number", ""))
            if person is None:
                raise Invalid({"number": N_("No employee of yours has this number.")})
            row = nominate_candidate(
                person.id, given.get("post", ""), given.get("reason", ""), actor=actor(), now=now()
            )
        except Invalid as error:
            return self._show(field_messages(error)), 422
        flash(_("The nomination is with management."), "success")
        return redirect(url_for("NominationView.show", pk=row.id), 303)

    def _show(self, errors: dict[str, str] | None = None) -> str:
        wanted = {name: wanted_part(name) for name in ("page", "nominated")}
        page = candidates_page(db.session(), actor(), today(), wanted, request.args.get("q", "").strip()[:100])
        return self.show_page(
            "development/candidates.html",
            page,
            title=_("Candidates for management posts"),
            errors=errors or {},
            typed=request.form,
            posts=[(code, _(label)) for code, label in POSTS.items()],
        )
