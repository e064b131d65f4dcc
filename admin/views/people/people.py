"""HR's acts on people's files: superiors in bulk, leave, leaving, departments of the centre (1.2, 1.2-b, 1.2-d)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.refusals import N_, Invalid, Refused
from admin.models import ComingMove, Employee, db
from admin.operations import acts
from admin.operations.imports.imports_accounts import activation_slips
from admin.operations.people import moving, people
from admin.queries.people.people import PeopleFiles, departments_listed, leaves_shown
from admin.queries.system.paging import Paged
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import visible_row
from admin.web.texts import field_messages, refusal_text


class PeopleView(Page):
    """One page, a card per act."""

    route_base = "/people"

    @route("/")
    def index(self) -> str:
        """The forms, the leaves that run, and the departments."""
        places = departments_listed(db.session())
        moves = moving.moves_to_come(wanted_part("moves"), actor=actor(), now=now())
        coming = Paged([_coming(each, why, places) for each, why in moves.rows], moves.part)
        return self.show_page(
            "people/index.html",
            title=_("Maintain employee records"),
            files=PeopleFiles(*leaves_shown(db.session(), now(), wanted_part("leaves")), coming, places, today()),
            kinds=[(kind, _(label)) for kind, label in people.LEAVE_KINDS.items()],
        )

    @route("/superiors", access="write", post=True, get=False)
    def superiors(self) -> Response:
        """Move everybody under one superior to another."""
        source, target = chosen_employee("from"), chosen_employee("to")
        count = moving.reassign_superiors(source.id, target.id, actor=actor(), now=now())
        return _done(
            ngettext(
                "%(count)s employee has another superior now.",
                "%(count)s employees have another superior now.",
                count,
                count=count,
            )
        )

    @route("/move", access="write", post=True, get=False)
    def move(self) -> Response:
        """Record that somebody moves: what is left blank stays."""
        acts.perform(
            "employee", chosen_employee("employee").id, "move", request.form.to_dict(), actor=actor(), now=now()
        )
        return _done(_("The move is recorded."))

    @route("/<int:key>/moves/<int:move_id>/withdraw", access="write", post=True, get=False)
    def withdraw_move(self, key: int, move_id: int) -> Response:
        """Withdraw a move to come."""
        moving.withdraw_move(key, move_id, actor=actor(), now=now())
        return _done(_("The move is withdrawn."))

    @route("/back", access="write", post=True, get=False)
    def back(self) -> Response:
        """Record from which day on somebody is back."""
        people.come_back(chosen_employee("employee").id, _day("back_on"), actor=actor(), now=now())
        return _done(_("The return is recorded."))

    @route("/leave", access="write", post=True, get=False)
    def leave(self) -> Response:
        """Record a time away."""
        ends = _day("ends_on") if request.form.get("ends_on") else None
        people.record_leave(
            chosen_employee("employee").id,
            request.form.get("kind", ""),
            _day("starts_on"),
            ends,
            actor=actor(),
            now=now(),
        )
        return _done(_("The leave is recorded."))

    @route("/leave/<int:key>/end", access="write", post=True, get=False)
    def end_leave(self, key: int) -> Response:
        """Say when a leave ended."""
        people.end_leave(key, _day("ends_on"), actor=actor(), now=now())
        return _done(_("The end of the leave is recorded."))

    @route("/<int:key>/leaves/<int:leave_id>/withdraw", access="write", post=True, get=False)
    def withdraw_leave(self, key: int, leave_id: int) -> Response:
        """Take back a leave that was entered in error."""
        asked = {"leave": leave_id, "reason": request.form.get("reason", "")}
        acts.perform("employee", key, "withdraw_leave", asked, actor=actor(), now=now())
        return _done(_("The leave is taken back."))

    @route("/left", access="write", post=True, get=False)
    def left(self) -> Response:
        """Record that somebody has left."""
        people.mark_left(
            chosen_employee("employee").id,
            _day("left_on"),
            request.form.get("reason", "")[:2000],
            actor=actor(),
            now=now(),
        )
        return _done(_("It is recorded; the account is closed, and undetermined cases are closed as left."))

    @route("/code", access="write", post=True, get=False)
    def code(self) -> str | Response:
        """A new slip for somebody who lost theirs; for somebody who has signed in before it is asked for, and printed by a second."""
        person = chosen_employee("employee")
        if person.user_id is None:
            raise Invalid(
                {"employee": N_("This employee has no account yet: one is made after the import of employees.")}
            )
        try:
            slips = activation_slips([person.id], actor=actor(), now=now())
        except Invalid:
            return redirect(url_for("ConfirmationView.code", user_id=person.user_id), 303)
        address = f"{settings().portal_url}/activate/"
        return self.show_page("imports/slips.html", title=_("Activation slips"), slips=slips, address=address)

    @route("/centre/<int:key>", access="write", post=True, get=False)
    def centre(self, key: int) -> Response:
        """Mark a department, and those below it, as part of the centre or not."""
        count = people.mark_in_centre(key, request.form.get("in_centre") == "1", actor=actor(), now=now())
        return _done(
            ngettext("%(count)s department was changed.", "%(count)s departments were changed.", count, count=count)
        )


def _coming(move: ComingMove, why: Any, places: list[dict[str, Any]]) -> dict[str, Any]:
    """A move to come as its row shows it: whose, what changes, and what stands against it where its day has come."""
    paths = {each["id"]: each["path"] for each in places}
    parts = [
        (_("Department"), paths.get(move.department_id)),
        (_("Superior"), move.superior.name if move.superior else None),
        (_("Post"), move.post),
        (_("Queue"), move.queue),
    ]
    fault = _fault(why)
    return {
        "move": move,
        "what": _(", ").join(f"{name}{_(': ')}{value}" for name, value in parts if value),
        "fault": fault,
    }


def _fault(why: Any) -> str | None:
    if why is None:
        return None
    if isinstance(why, Refused):
        return refusal_text(why.refusal)
    return _(", ").join(field_messages(why).values())


def _done(text: str) -> Response:
    flash(text, "success")
    return redirect(url_for("PeopleView.index"), 303)


def chosen_employee(name: str) -> Employee:
    """The employee that a form's field names. Raises `Invalid`."""
    row = visible_row(Employee, request.form.get(name, ""))
    if row is None:
        raise Invalid({name: N_("This choice does not exist, or is not yours to make.")})
    return row


def _day(name: str) -> date:
    try:
        return day_named(request.form.get(name, ""))
    except ValueError:
        raise Invalid({name: NO_DAY}) from None
