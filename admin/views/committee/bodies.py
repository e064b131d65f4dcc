"""/bodies/: the committee and its appeal panel as they stand, what is missing, and the acts on seats (6.1-b, 3.3.5-a)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.refusals import N_, Invalid
from admin.models import db
from admin.operations import acts
from admin.operations.committee import seats
from admin.queries.committee.bodies import bodies_on, employee_numbered
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import numbers_of


class BodiesView(Page):
    """Who sits, from when to when, and what is missing for a lawful bench; seats are given and ended here."""

    route_base = "/bodies"

    @route("/", asks="committee_member.form_panel")
    def index(self) -> str:
        """Committee, secretary and panel with their terms."""
        return self.show_page(
            "committee/bodies/index.html",
            bodies_on(db.session(), actor(), today(), appeals=wanted_part("appeals"), cases=wanted_part("cases")),
            title=_("Committee and appeal panel"),
        )

    @route("/appoint", access="write", post=True, get=False)
    def appoint(self) -> Response:
        """Give somebody a seat."""
        return self._done(lambda: seats.appoint_member(**_given(), actor=actor(), now=now()), _("The seat is given."))

    @route("/<int:member_id>/end", access="write", post=True, get=False)
    def end(self, member_id: int) -> Response:
        """End a seat's term."""

        def end() -> Any:
            return seats.end_term(member_id, _day("last_day"), actor=actor(), now=now())

        return self._done(end, _("The term ends."))

    @route("/panel", access="name_panel", post=True, get=False)
    def panel(self) -> Response:
        """Name the appeal panel out of the committee's seats."""
        members, chairs = numbers_of(request.form.getlist("member")), numbers_of(request.form.getlist("chair"))
        chair = chairs[0] if chairs else 0
        return self._done(
            lambda: seats.form_panel(members, chair, actor=actor(), now=now()), _("The appeal panel is named.")
        )

    @route("/appeals/<int:appeal_id>", access="add_to_panel", post=True, get=False)
    def add_to_panel(self, appeal_id: int) -> Response:
        """Management adds a member to a panel that is short for an appeal."""

        def add() -> Any:
            _employee()  # a wrong number is told here; the act, asked about what one does not see, only says "not there"
            data = request.form.to_dict()
            return acts.perform("appeal", appeal_id, "appoint_to_panel", data, actor=actor(), now=now())

        return self._done(add, _("The seat is given."))

    def _done(self, carry_out: Any, said: str) -> Response:
        carry_out()
        flash(said, "success")
        return redirect(url_for("BodiesView.index"))


def _employee() -> int:
    number = request.form.get("employee", "").strip()
    if not number:
        raise Invalid({"employee": N_("Name one employee by number.")})
    found = employee_numbered(db.session(), number)
    if found is None:
        raise Invalid({"employee": N_("There is no employee with the number %(number)s.")}, {"number": number})
    return found


def _given() -> dict[str, Any]:
    return {
        "employee_id": _employee(),
        "constituency": request.form.get("constituency", ""),
        "office": request.form.get("office", "member"),
        "term_from": _day("term_from"),
        "term_to": _day("term_to") if request.form.get("term_to") else None,
        "on_panel": bool(request.form.get("on_panel")),
        "panel_chair": bool(request.form.get("panel_chair")),
    }


def _day(name: str) -> date:
    try:
        return day_named(request.form.get(name, ""))
    except ValueError:
        raise Invalid({name: NO_DAY}) from None
