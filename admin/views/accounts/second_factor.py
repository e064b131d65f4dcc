"""One's own second factor, set up step by step; and taking another's off, which takes two people (6.3-b)."""

from __future__ import annotations

import segno
from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.refusals import Invalid
from admin.models import db
from admin.operations.accounts import second_factor
from admin.operations.accounts.throttle import Locked
from admin.queries.accounts.second_factors import resets_page, second_factor_page
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.devices import origin
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.sign_in import go_on_signed_in, too_many
from admin.web.texts import field_messages

Answer = Response | str | tuple[str, int]


class SecondFactorView(Page):
    """/account/second-factor/: the app that makes the codes."""

    route_base = "/account/second-factor"

    @route("/")
    def index(self) -> str:
        """How it stands, and the next step."""
        return self._page()

    @route("/begin", access="write", post=True, get=False)
    def begin(self) -> Response:
        """Make a secret and show it."""
        second_factor.begin_second_factor(actor=actor(), now=now())
        return redirect(url_for(".index"), 303)

    @route("/confirm", access="write", post=True, get=False)
    def confirm(self) -> Answer:
        """The first code of the app; the recovery codes are shown in the answer, and nowhere else."""
        try:
            epoch, codes = second_factor.confirm_second_factor(
                request.form.get("code", ""), actor=actor(), now=now(), origin=origin()
            )
        except Invalid as wrong:
            return self._page(error=field_messages(wrong)["code"]), 422
        except Locked as locked:
            return self._page(error=too_many(locked.until)[1]), 429
        go_on_signed_in(epoch)
        session["second_factor"] = True
        return self._codes(codes)

    @route("/codes", access="write", post=True, get=False)
    def codes(self) -> Answer:
        """New recovery codes in place of the old ones."""
        return self._codes(second_factor.renew_recovery_codes(actor=actor(), now=now()))

    @route("/give-up", access="write", post=True, get=False)
    def give_up(self) -> Response:
        """Take it off, where no office asks for it."""
        go_on_signed_in(second_factor.give_up_second_factor(actor=actor(), now=now()))
        session["second_factor"] = False
        flash(_("Your second factor is taken off. Your password is enough to sign in again."), "success")
        return redirect(url_for(".index"), 303)

    def _page(self, error: str = "") -> str:
        page = second_factor_page(db.session(), actor())
        picture = segno.make(page.address, error="m").svg_data_uri(scale=5, light="#fff") if page.pending else ""
        return self.show_page(
            "system/records/second_factor.html", page, title=_("Second factor"), picture=picture, error=error
        )

    def _codes(self, codes: list[str]) -> str:
        return self.show_page("system/records/recovery_codes.html", title=_("Recovery codes"), codes=codes)


class SecondFactorResetView(Page):
    """/second-factor-resets/: who lost phone and recovery codes gets in again by two other people."""

    route_base = "/second-factor-resets"

    @route("/")
    def index(self) -> str:
        """What waits for a second person, and the form to ask."""
        return self._page()

    @route("/ask", access="write", post=True, get=False)
    def ask(self) -> Response:
        """Ask for one."""
        second_factor.ask_for_reset(
            request.form.get("username", ""), request.form.get("reason", ""), actor=actor(), now=now()
        )
        flash(_("Requested. It takes effect when a second person approves it; the owner is told."), "success")
        return redirect(url_for(".index"), 303)

    @route("/<int:key>/decide", access="write", post=True, get=False)
    def decide(self, key: int) -> Response:
        """Approve or refuse another's request."""
        second_factor.decide_reset(key, "approve" in request.form, actor=actor(), now=now())
        flash(_("Decided; the owner is told."), "success")
        return redirect(url_for(".index"), 303)

    def _page(self) -> str:
        page = resets_page(db.session(), actor(), wanted_part(), since=now() - second_factor.ASKED_FOR)
        return self.show_page("system/records/second_factor_resets.html", page, title=_("Resets of second factors"))
