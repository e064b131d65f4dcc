"""/bodies/: the committee and its appeal panel as they stand, what is missing, and the acts on seats (6.1-b, 3.3.5-a)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.calendar import day_named
from admin.domain.codes import Constituency, Office
from admin.domain.refusals import N_, Invalid, Refusal
from admin.models import CommitteeMember, db
from admin.operations import acts
from admin.operations.committee import seats
from admin.queries.committee.bodies import bodies_on, employee_numbered
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.records import numbers_of
from admin.web.texts import day, field_messages, label_of, refusal_text, translated

WRONG_DAY = N_("This cannot be read as what is asked for here.")


class BodiesView(Page):
    """Who sits, from when to when, and what is missing for a lawful bench; seats are given and ended here."""

    route_base = "/bodies"

    @route("/")
    def index(self) -> str:
        """Committee, secretary and panel with their terms."""
        return self._show({})

    def _show(self, errors: dict[str, str]) -> str:
        found, me = bodies_on(db.session(), today()), actor()
        return self.show_page(
            "committee/bodies/index.html",
            title=_("Committee and appeal panel"),
            committee=[_seat(row) for row in (*found.committee, *found.secretaries)],
            panel=[_seat(row) for row in found.panel],
            coming=[_seat(row) for row in found.coming],
            ended=[_seat(row) for row in found.ended],
            gaps=[_gap(each) for each in found.gaps],
            panel_gaps=[_gap(each) for each in found.panel_gaps],
            short=[{"id": each.id, "number": each.number, **_gap(each.refusal)} for each in found.short],
            may={"appoint": me.has("hr"), "name": me.has("hr", "secretary", "chair"), "add": me.has("management")},
            constituencies=_choices(Constituency.labels()),
            offices=_choices(Office.labels()),
            errors=errors,
            given=request.form,
        )

    @route("/appoint", access="write", post=True, get=False)
    def appoint(self) -> Response | tuple[str, int]:
        """Give somebody a seat."""
        return self._done(lambda: seats.appoint_member(**_given(), actor=actor(), now=now()), _("The seat is given."))

    @route("/<int:member_id>/end", access="write", post=True, get=False)
    def end(self, member_id: int) -> Response | tuple[str, int]:
        """End a seat's term."""

        def end() -> Any:
            return seats.end_term(member_id, _day("last_day"), actor=actor(), now=now())

        return self._done(end, _("The term ends."))

    @route("/panel", access="name_panel", post=True, get=False)
    def panel(self) -> Response | tuple[str, int]:
        """Name the appeal panel out of the committee's seats."""
        members, chairs = numbers_of(request.form.getlist("member")), numbers_of(request.form.getlist("chair"))
        chair = chairs[0] if chairs else 0
        return self._done(
            lambda: seats.form_panel(members, chair, actor=actor(), now=now()), _("The appeal panel is named.")
        )

    @route("/appeals/<int:appeal_id>", access="add_to_panel", post=True, get=False)
    def add_to_panel(self, appeal_id: int) -> Response | tuple[str, int]:
        """Management adds a member to a panel that is short for an appeal."""

        def add() -> Any:
            _employee()  # a wrong number is told here; the act, asked about what one does not see, only says "not there"
            data = request.form.to_dict()
            return acts.perform("appeal", appeal_id, "appoint_to_panel", data, actor=actor(), now=now())

        return self._done(add, _("The seat is given."))

    def _done(self, carry_out: Any, said: str) -> Response | tuple[str, int]:
        try:
            carry_out()
        except Invalid as error:
            return self._show(field_messages(error)), 422
        flash(said, "success")
        return redirect(url_for("BodiesView.index"))


def _employee() -> int:
    number = request.form.get("employee", "").strip()
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
        raise Invalid({name: WRONG_DAY}) from None


def _choices(labels: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, translated(label)) for code, label in labels.items()]


def _gap(refusal: Refusal) -> dict[str, str]:
    return {"clause": refusal.clause, "text": refusal_text(refusal)}


def _seat(row: CommitteeMember) -> dict[str, Any]:
    office = _("Chairs the appeal panel") if row.panel_chair else label_of(Office.labels(), row.office)
    return {
        "id": row.id,
        "name": str(row.employee),
        "constituency": label_of(Constituency.labels(), row.constituency),
        "office": office,
        "body": _("Appeal panel") if row.on_panel else _("Review committee"),
        "chair": row.panel_chair,
        "since": day(row.term_from),
        "until": day(row.term_to) if row.term_to else _("without an end"),
        "edit_url": url_for("CommitteeMemberView.edit", pk=row.id),
    }
