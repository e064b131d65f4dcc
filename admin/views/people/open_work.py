"""/people/open-work: whoever has left or is leaving with open work, what hangs on each, and the bulk way out (1.2-g)."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.refusals import NotFound
from admin.models import Employee, db
from admin.operations.people.handing_over import hand_over_as_head, hand_over_as_superior
from admin.queries.people.open_work import all_handed_over, leavers, open_work_page
from admin.views.people.people import chosen_employee
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import numbers_of, visible_row


class OpenWorkView(Page):
    """HR's list of leavers with open work, and a page for each person."""

    route_base = "/people"

    @route("/open-work")
    def index(self) -> str:
        """Who has left or is leaving, with how many things."""
        return self.show_page(
            "people/leavers.html", title=_("Open work of leavers"), leavers=leavers(db.session(), today())
        )

    @route("/<int:key>/open-work", asks="employee.hand_over_as_superior employee.hand_over_as_head")
    def show(self, key: int) -> str:
        """Everything that hangs on one person."""
        page = open_work_page(db.session(), key, wanted_part, actor(), today())
        return self.show_page("people/open_work.html", page, title=_("Open work of %(name)s", name=page.person.name))

    @route("/<int:key>/open-work/superior", access="write", post=True, get=False)
    def superior(self, key: int) -> Response:
        """Hand cases and people over to another superior."""
        count = hand_over_as_superior(
            _person(key).id,
            chosen_employee("to").id,
            request.form.get("reason", ""),
            review_ids=_chosen(key, "cases_as_superior"),
            employee_ids=_chosen(key, "people"),
            actor=actor(),
            now=now(),
        )
        return _done(key, count)

    @route("/<int:key>/open-work/head", access="write", post=True, get=False)
    def head(self, key: int) -> Response:
        """Hand cases and departments over to another head or reviewer."""
        count = hand_over_as_head(
            _person(key).id,
            chosen_employee("to").id,
            request.form.get("reason", ""),
            review_ids=_chosen(key, "cases_as_head"),
            department_ids=_chosen(key, "departments"),
            actor=actor(),
            now=now(),
        )
        return _done(key, count)


def _person(key: int) -> Employee:
    row = visible_row(Employee, key)
    if row is None:
        raise NotFound("Employee")
    return row


def _chosen(key: int, kind: str) -> list[int]:
    """What is ticked of a kind, or all of it, also what stands on its other parts."""
    if kind in request.form.getlist("all"):
        return all_handed_over(db.session(), key, kind, actor(), today())
    return numbers_of(request.form.getlist(kind))


def _done(key: int, count: int) -> Response:
    flash(
        ngettext("%(count)s item was handed over.", "%(count)s things were handed over.", count, count=count), "success"
    )
    return redirect(url_for("OpenWorkView.show", key=key), 303)
