"""/withdrawals: documents that are taken back or corrected by another, proposed by HR, approved by management (1.2-f)."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.codes import TakesBack
from admin.domain.refusals import Invalid, NotFound, Refusal, Refused
from admin.forms.withdrawals import withdrawal_of
from admin.models import IssuedDocument, db
from admin.operations.outcome import withdrawals
from admin.operations.outcome.withdrawals import PROCESS
from admin.queries.outcome.withdrawal_pages import (
    WithdrawalAhead,
    ahead,
    withdrawal_form,
    withdrawal_page,
    withdrawals_page,
)
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import visible_row
from admin.web.texts import field_messages
from admin.web.workflow_view import buttons, timeline


class DocumentWithdrawalView(Page):
    """A proposal is never edited: a wrong one is withdrawn and proposed anew."""

    route_base = "/withdrawals"

    @route("/")
    def index(self) -> str:
        """What waits for management, and what was decided."""
        page = withdrawals_page(db.session(), wanted_part())
        return self.show_page("outcome/withdrawals/index.html", page, title=_("Documents taken back"))

    @route("/<int:key>")
    def show(self, key: int) -> str:
        """One proposal, what it does, what may be done with it, and what was."""
        page = withdrawal_page(db.session(), key, actor(), wanted_part(), today())
        return self.show_page(
            "outcome/withdrawals/show.html",
            page,
            title=_("Taking back %(number)s", number=page.row.document.number),
            portal_actions=buttons(PROCESS, key),
            trail=timeline(PROCESS, key, actor()),
        )

    @route("/of/<int:document_id>", access="propose", post=True)
    def new(self, document_id: int) -> Response | str | tuple[str, int]:
        """HR proposes, after seeing what it would do to each file and to pay."""
        document = visible_row(IssuedDocument, document_id)
        if document is None:
            raise NotFound(f"IssuedDocument {document_id}")
        if request.method == "GET":
            typed = {"numbers": request.args.get("number", "")[:40], "effective_on": today().isoformat()}
            return self._form(document, {"kind": TakesBack.WITHDRAWAL.value, **typed}, {})
        typed = request.form.to_dict()
        try:
            given = withdrawal_of(request.form)
            if request.form.get("preview"):
                asked = withdrawals.foretold(document_id, given, actor=actor(), now=now())
                return self._form(document, typed, {}, shown=ahead(db.session(), actor(), asked, 1))
            made = withdrawals.propose_withdrawal(document_id, given, actor=actor(), now=now())
        except Invalid as error:
            return self._form(document, typed, field_messages(error)), 422
        except Refused as refused:
            return self._form(document, typed, {}, refused.refusal), 409
        flash(_("The proposal waits for management's decision."), "success")
        return redirect(url_for(".show", key=made.id))

    def _form(
        self, document: IssuedDocument, typed: dict[str, str], errors: dict[str, str], refused: Refusal | None = None,
        shown: WithdrawalAhead | None = None,
    ) -> str:  # fmt: skip
        return self.show_page(
            "outcome/withdrawals/new.html",
            withdrawal_form(db.session(), document, today(), typed, shown),
            title=_("Take back %(number)s", number=document.number),
            ways=[(code, _(label)) for code, label in TakesBack.labels().items()],
            errors=errors,
            refused=refused,
        )
