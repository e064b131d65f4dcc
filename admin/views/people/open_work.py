"""/people/open-work: whoever has left or is leaving with open work, what hangs on each, and the bulk way out (1.2-g)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.refusals import NotFound
from admin.models import Employee, db
from admin.operations.people.handing_over import Handing, foretell, hand_over
from admin.queries.people.handing_over import HandingPlan, HandingPreview
from admin.queries.people.open_work import all_handed_over, open_work_page, waiting
from admin.views.people.open_work_words import GROUPS
from admin.views.people.people import chosen_employee
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import numbers_of, visible_row

TAKERS = ("superior", "other_superior", "head", "other_head", "member", "deputy")
HANDED = tuple(kind for group in GROUPS for kind in group.kinds)
FIELDS = {*TAKERS, *HANDED, "all", "ratings", "reason"}


class OpenWorkView(Page):
    """HR's list of leavers with open work, and a page for each person."""

    route_base = "/people"

    @route("/open-work")
    def index(self) -> str:
        """Who has left or is leaving, with how many things."""
        return self.show_page(
            "people/leavers.html", waiting(db.session(), wanted_part, today()), title=_("Open work of leavers")
        )

    @route("/<int:key>/open-work", asks="employee.hand_over")
    def show(self, key: int) -> str:
        """Everything that hangs on one person, and who takes it."""
        page = open_work_page(db.session(), key, wanted_part, actor(), now())
        return self.show_page("people/open_work.html", page, title=_("Open work of %(name)s", name=page.person.name))

    @route("/<int:key>/open-work/hand-over", access="write", post=True, get=False)
    def hand_over(self, key: int) -> Response | str:
        """Show who would get what; what was shown is done when the form comes with it."""
        person, given, reason = _person(key), _handing(key), request.form.get("reason", "")
        if seen := request.form.get("seen", ""):
            plan = hand_over(person.id, given, reason, seen, actor=actor(), now=now())
            return _done(key, plan)
        plan = foretell(person.id, given, actor=actor(), now=now())
        sent = [(name, value) for name in sorted(FIELDS) for value in request.form.getlist(name)]
        page, title = HandingPreview(person, plan, sent, reason), _("Hand over the work of %(name)s", name=person.name)
        return self.show_page("people/hand_over.html", page, title=title)


def _person(key: int) -> Employee:
    row = visible_row(Employee, key)
    if row is None:
        raise NotFound("Employee")
    return row


def _handing(key: int) -> Handing:
    named: dict[str, Any] = {
        f"{name}_id": chosen_employee(name).id for name in TAKERS if request.form.get(name, "").strip()
    }
    chosen: dict[str, Any] = {kind: _chosen(key, kind) for kind in HANDED}
    return Handing(**named, **chosen, ratings=request.form.get("ratings") == "1")


def _chosen(key: int, kind: str) -> list[int]:
    """What is ticked of a kind, or all of it, also what stands on its other parts."""
    if kind in request.form.getlist("all"):
        return all_handed_over(db.session(), key, kind, actor(), today())
    return numbers_of(request.form.getlist(kind))


def _done(key: int, plan: HandingPlan) -> Response:
    count, stays = plan.count, plan.count_staying
    said = ngettext("%(count)s item was handed over.", "%(count)s things were handed over.", count, count=count)
    if stays:
        said += " " + ngettext("%(count)s item stays.", "%(count)s items stay.", stays, count=stays)
    flash(said, "success")
    return redirect(url_for("OpenWorkView.show", key=key), 303)
