"""/confirmations: roles, codes of accounts that have rights, and what results rest on, which a second person confirms (6.1-a)."""

from __future__ import annotations

import io
from collections.abc import Mapping

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.power import ROLE_NAMES
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.models import db
from admin.operations.accounts.codes import PRINTED_WITHIN, ask_for_code, may_ask, may_print, print_code, printing_over
from admin.operations.accounts.codes_of_offices import ask_for_codes, print_codes
from admin.operations.accounts.confirmations import PROCESS, propose_role
from admin.operations.cases.evidence import kept_at
from admin.operations.system.audit import note_reading
from admin.operations.system.served import kept_file
from admin.queries.accounts.confirmation_pages import (
    CodeForm,
    Printing,
    RoleForm,
    account_named,
    account_of,
    asked_file,
    confirmation,
    confirmation_page,
    confirmations_page,
)
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import numbers_of
from admin.web.texts import field_messages, refusal_text
from admin.web.workflow_view import buttons, timeline

SENT = N_("The code goes to the owner by mail.")
WAITS = N_("It waits for someone in HR or management who is neither you nor the person concerned.")


def _name_refused(refused: Mapping[str, Refusal]) -> None:
    for whose, why in refused.items():
        said = _("Left out: %(number)s. %(why)s (%(clause)s)", number=whose, why=refusal_text(why), clause=why.clause)
        flash(said, "warning")


class ConfirmationView(Page):
    """A proposal is never edited: a wrong one is withdrawn and made anew."""

    route_base = "/confirmations"

    @route("/")
    def index(self) -> str:
        """What waits for a second person, and what was decided lately."""
        return self._list({})

    def _list(self, errors: dict[str, str]) -> str:
        moment = now()
        page = confirmations_page(db.session(), actor(), wanted_part(), moment, moment - PRINTED_WITHIN)
        return self.show_page(
            "accounts/confirmations/index.html", page, title=_("Confirmations"), role_names=ROLE_NAMES, errors=errors,
            typed=request.form.to_dict(),
        )  # fmt: skip

    @route("/codes", access="ask", post=True, get=False)
    def codes(self) -> Response | tuple[str, int]:
        """Ask for the codes of all who hold an office and have none; each goes by mail or waits for a second person."""
        try:
            asked = ask_for_codes(reason=request.form.get("reason", ""), actor=actor(), now=now())
        except Invalid as error:
            return self._list(field_messages(error)), 422
        told = [
            ngettext("%(num)s code goes by mail.", "%(num)s codes go by mail.", asked.mailed) if asked.mailed else "",
            ngettext(
                "%(num)s code waits for someone in HR or management who prints it.",
                "%(num)s codes wait for someone in HR or management who prints them.",
                asked.waiting,
            )
            if asked.waiting
            else "",
        ]
        flash(" ".join(filter(None, told)) or _("No code was asked for."), "success" if any(told) else "warning")
        _name_refused(asked.refused)
        return redirect(url_for(".index"), 303)

    @route("/slips", access="print", post=True, get=False)
    def slips(self) -> str | tuple[str, int]:
        """Confirm the ticked codes as the second person and show their slips, this once: sealed and handed to their owners."""
        try:
            printed = print_codes(numbers_of(request.form.getlist("key")), actor=actor(), now=now())
        except Invalid as error:
            return self._list(field_messages(error)), 422
        _name_refused(printed.refused)
        return self.show_page(
            "imports/slips.html", title=_("Activation slips"), slips=printed.slips, sealed=True,
            address=f"{settings().portal_url}/activate/",
        )  # fmt: skip

    @route("/new", access="propose", post=True)
    def new(self) -> Response | str | tuple[str, int]:
        """Propose that somebody is given a role, or loses it."""
        if request.method == "GET":
            return self._form(request.args.to_dict(), {})
        typed = request.form.to_dict()
        try:
            user_id = account_of(db.session(), typed.get("account", ""))
            if user_id is None:
                raise Invalid(
                    {"account": N_("There is no account of this name, and no employee of this number who has one.")}
                )
            give, role = typed.get("what") != "take", typed.get("role", "")
            made = propose_role(user_id, role, give=give, reason=typed.get("reason", ""), actor=actor(), now=now())
        except Invalid as error:
            return self._form(typed, field_messages(error)), 422
        except Refused as refused:
            return self._form(typed, {}, refused.refusal), 409
        flash(_(WAITS), "success")
        return redirect(url_for(".show", key=made.id))

    def _form(self, typed: dict[str, str], errors: dict[str, str], refused: Refusal | None = None) -> str:
        return self.show_page(
            "accounts/confirmations/new.html",
            RoleForm(typed),
            title=_("Propose to give or take a role"),
            errors=errors,
            refused=refused,
            role_names=ROLE_NAMES,
        )

    @route("/code/<int:user_id>", access="ask", post=True)
    def code(self, user_id: int) -> Response | str | tuple[str, int]:
        """Ask for a new code for somebody's account; whoever asks never sees it."""
        user = account_named(db.session(), user_id)
        if not may_ask(db.session(), user, actor(), today()):
            raise NotFound(f"account {user_id}")
        if request.method == "GET":
            return self._code_form(user.username, {})
        try:
            made = ask_for_code(user.id, reason=request.form.get("reason", ""), actor=actor(), now=now())
        except Invalid as error:
            return self._code_form(user.username, field_messages(error)), 422
        except Refused as refused:
            return self._code_form(user.username, {}, refused.refusal), 409
        flash(_(SENT) if made is None else _(WAITS), "success")
        return redirect(url_for(".index") if made is None else url_for(".show", key=made.id))

    def _code_form(self, username: str, errors: dict[str, str], refused: Refusal | None = None) -> str:
        return self.show_page(
            "accounts/confirmations/code.html",
            CodeForm(username, request.form.to_dict()),
            title=_("Ask for a new activation code"),
            errors=errors,
            refused=refused,
        )

    @route("/<int:key>")
    def show(self, key: int) -> str:
        """One proposal, what may be done with it, and what was."""
        row = confirmation(db.session(), key)
        printing = Printing(may_print(row, actor(), now()), printing_over(row, now()), PRINTED_WITHIN.days)
        page = confirmation_page(db.session(), key, printing)
        return self.show_page(
            "accounts/confirmations/show.html",
            page,
            title=_("Confirmation by a second person"),
            role_names=ROLE_NAMES,
            portal_actions=[each | {"primary": each["name"] == "confirm"} for each in buttons(PROCESS, key)],
            trail=timeline(PROCESS, key, actor()),
        )

    @route("/<int:key>/files/<sha256>")
    def file(self, key: int, sha256: str) -> Response:
        """A file that came with what is proposed, as a download."""
        file = asked_file(db.session(), key, sha256)
        data = kept_file(kept_at(file["sha256"], file["mime"]), file["sha256"], key, now=now())
        note_reading("read_asked_file", "confirmations", key, clause="6.1-a", actor=actor(), now=now())
        return send_file(io.BytesIO(data), file["mime"], as_attachment=True, download_name=file["original_name"])

    @route("/<int:key>/slip", access="print", post=True, get=False)
    def slip(self, key: int) -> str:
        """The slip, shown once to whoever confirmed it: printed, sealed, handed to the owner."""
        made = print_code(key, actor=actor(), now=now())
        return self.show_page(
            "system/records/code.html",
            title=_("New activation code"),
            username=made.username,
            code=made.code,
            where=f"{settings().portal_url}/activate/",
        )
