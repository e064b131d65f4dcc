"""/people/open-work: whoever has left or is leaving with open work, what hangs on each, and the bulk way out (1.2-g)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from admin.domain.codes import Constituency, Office
from admin.domain.refusals import NotFound
from admin.models import Employee, Review, db
from admin.operations.cases.reviews import why_not_corrected
from admin.operations.people.handing_over import hand_over_as_head, hand_over_as_superior
from admin.queries.people.open_work import Item, leavers, open_work
from admin.views.people.people import chosen_employee
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.records import numbers_of, visible_row

Link = Callable[[Item], str]
AS_SUPERIOR, AS_HEAD = ("cases_as_superior", "people"), ("cases_as_head", "departments")


def _case(item: Item) -> str:
    return url_for("CaseView.show", review_id=item.key)


# What each kind of work is called, what can be done about it, and where its link leads.
WORDS: dict[str, tuple[Any, Any, Link]] = {
    "cases_as_superior": (lazy("Open cases as superior"), lazy("Hand them over below."), _case),
    "cases_as_head": (lazy("Open cases as head or reviewer"), lazy("Hand them over below."), _case),
    "people": (
        lazy("People under them"),
        lazy("Hand them over below."),
        lambda item: url_for("EmployeeView.show", pk=item.key),
    ),
    "moves": (
        lazy("People who will come under them"),
        lazy("Withdraw the move to come and record it with another superior."),
        lambda item: url_for("PeopleView.index"),
    ),
    "departments": (
        lazy("Departments headed"),
        lazy("Hand them over below."),
        lambda item: url_for("DepartmentView.show", pk=item.key),
    ),
    "ratings": (
        lazy("Ratings asked of them"),
        lazy("Release them on the case's page and ask another colleague."),
        _case,
    ),
    "appeals": (
        lazy("Appeals waiting for their answer"),
        lazy("An appeal that the superior does not answer goes to the panel."),
        lambda item: url_for("AppealPageView.index", appeal_id=item.key),
    ),
    "appointments": (
        lazy("Appointments as reviewer in a planned cycle"),
        lazy("Appoint another reviewer in the preview of the cycle."),
        lambda item: url_for("CycleView.preview", cycle_id=item.key),
    ),
    "seats": (
        lazy("Seats on the committee or the appeal panel"),
        lazy("End the seat and appoint somebody else."),
        lambda item: url_for("CommitteeMemberView.edit", pk=item.key),
    ),
    "meetings": (
        lazy("Meetings as chair or secretary"),
        lazy("Whoever takes the office over holds and signs them."),
        lambda item: url_for("MeetingRoomView.index", meeting_id=item.key),
    ),
    "complaints": (
        lazy("Complaints that they investigate"),
        lazy("Chair or secretary appoint another officer."),
        lambda item: url_for("ComplaintView.show", pk=item.key),
    ),
}


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
        person = _person(key)
        work = open_work(db.session(), person.id, today())
        return self.show_page(
            "people/open_work.html",
            title=_("Open work of %(name)s", name=person.name),
            person=person,
            groups=[(*WORDS[kind][:2], [_shown(kind, item) for item in items]) for kind, items in work.items()],
            as_superior=_offered(work, AS_SUPERIOR),
            as_head=_offered(work, AS_HEAD),
        )

    @route("/<int:key>/open-work/superior", access="write", post=True, get=False)
    def superior(self, key: int) -> Response:
        """Hand cases and people over to another superior."""
        count = hand_over_as_superior(
            _person(key).id,
            chosen_employee("to").id,
            request.form.get("reason", ""),
            review_ids=numbers_of(request.form.getlist("cases_as_superior")),
            employee_ids=numbers_of(request.form.getlist("people")),
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
            review_ids=numbers_of(request.form.getlist("cases_as_head")),
            department_ids=numbers_of(request.form.getlist("departments")),
            actor=actor(),
            now=now(),
        )
        return _done(key, count)


def _person(key: int) -> Employee:
    row = visible_row(Employee, key)
    if row is None:
        raise NotFound("Employee")
    return row


def _shown(kind: str, item: Item) -> tuple[str, str]:
    """What an item is called, and its address."""
    offices, groups = Office.labels(), Constituency.labels()
    number = _(offices[item.number]) if kind == "seats" else item.number
    name = {"seats": groups, "meetings": offices}.get(kind, {}).get(item.name)
    text = f"{number} {_(name) if name else item.name}" if item.name != item.number else number
    return text, WORDS[kind][2](item)


def _offered(work: dict[str, list[Item]], kinds: tuple[str, ...]) -> list[tuple[str, int, str]]:
    """What can be handed over, as (field, number, text): what the operation would refuse to this reader is left out."""
    rows = [(kind, item) for kind in kinds for item in work.get(kind, [])]
    cases = {item.key for kind, item in rows if kind.startswith("cases")}
    mine = {key for key in cases if (case := visible_row(Review, key)) and why_not_corrected(case, actor()) is None}
    return [
        (kind, item.key, f"{WORDS[kind][0]}{_(': ')}{_shown(kind, item)[0]}")
        for kind, item in rows
        if not kind.startswith("cases") or item.key in mine
    ]


def _done(key: int, count: int) -> Response:
    flash(_("%(count)s things were handed over.", count=count), "success")
    return redirect(url_for("OpenWorkView.show", key=key), 303)
