"""/setup: a new centre set up in one flow with a rail, each stop resumable, until its first cycle is open (3, 6.1)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.refusals import N_, Invalid
from admin.forms.setting_up import at_their_rows, departments_of, picked_of, posts_of, seats_of
from admin.models import Employee, db
from admin.operations.committee.seats import appoint_members
from admin.operations.people.departments import settle_centre
from admin.operations.seconding import NOTHING_DONE, Proposed
from admin.queries.committee.forming import as_picked, forming, what_is_missing
from admin.queries.people.heads import centre_page
from admin.queries.system.setting_up import next_stop, stops
from admin.views.system.setting_up_words import PLACES, TITLES
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import visible_row


class SetUpView(Page):
    """A page for each stop; what a stop still needs is asked of the database each time."""

    route_base = "/setup"

    @route("/")
    def index(self) -> Response:
        """Lead to the reader's next stop; home where the set-up is over."""
        found = stops(db.session(), actor(), today())
        return redirect(url_for(PLACES[next_stop(found)]) if found else url_for("HomeView.index"))

    @route("/centre", access="write", post=True)
    def centre(self) -> str | Response:
        """Departments and their heads, proposed and confirmed in one table; the posts that stand outside the ladder."""
        if request.method == "GET":
            page = centre_page(db.session(), today(), wanted_part(), wanted_part("posts"))
            return self._stop("centre", page)
        departments = departments_of(request.form, _person)
        changed, people = settle_centre(departments, posts_of(request.form), actor=actor(), now=now())
        told = [
            ngettext("%(num)s department changed.", "%(num)s departments changed.", changed),
            ngettext("%(num)s person changed place.", "%(num)s people changed place.", people) if people else "",
        ]
        flash(" ".join(each for each in told if each), "success")
        return self._on("centre")

    @route("/bodies", access="write", post=True)
    def bodies(self) -> str | Response:
        """Committee and panel on one page: proposed, checked by their rules as they are picked, given at once."""
        if request.method == "GET":
            return self._stop("bodies", forming(db.session(), actor(), today()))
        picked = picked_of(request.form)
        if not picked:
            raise Invalid({"employee-0": N_("Name one employee by number.")})
        try:
            appoint_members(seats_of(request.form, picked), actor=actor(), now=now())
        except Proposed:
            flash(_(NOTHING_DONE), "info")
        except Invalid as wrong:
            raise at_their_rows(wrong, picked) from wrong
        return self._on("bodies")

    @route("/bodies/check", access="write")
    def check(self) -> str:
        """What the bench lacks with what is picked on the page so far: a part of the page."""
        rows = [as_picked(each.slot, each.employee_id, today(), None) for each in picked_of(request.args)]
        gaps = what_is_missing(db.session(), rows, today())
        return render_template("system/setting_up/missing.html", gaps=gaps)

    def _on(self, name: str) -> Response:
        """Where a stop leads when it was sent: on to the next one, or back to what is left of it."""
        found = stops(db.session(), actor(), today())
        done = not any(stop.needed for stop in found if stop.name == name)
        given: dict[str, Any] = request.args.to_dict()
        return redirect(url_for(".index") if done and found else url_for(f".{name}", **given), 303)

    def _stop(self, name: str, page: Any) -> str:
        """A stop's page under the rail."""
        found = stops(db.session(), actor(), today())
        return self.show_page(f"system/setting_up/{name}.html", page, title=_(TITLES[name]), stops=found, here=name)


def _person(field: str) -> int | None:
    text = request.form.get(field, "").strip()
    if not text:
        return None
    if (row := visible_row(Employee, text)) is None:
        raise Invalid({field: N_("This choice does not exist, or is not yours to make.")})
    return int(row.id)
