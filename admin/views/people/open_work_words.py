"""What hangs on a person in words: what each kind is called, what can be done about it, where it leads (1.2-g)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from admin.domain.codes import Constituency, Office
from admin.queries.people.open_work import Item

Link = Callable[[Item], str]


def _case(item: Item) -> str:
    return url_for("CaseView.show", review_id=item.key)


# What each kind of work is called, what can be done about it, and where its link leads.
KINDS: dict[str, tuple[Any, Any, Link]] = {
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
        lazy("On the pages of these cases, people who are not in service are released first."),
        lambda item: url_for("CycleView.missing", cycle_id=item.key, stage="rating"),
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
        lazy("End the seat and appoint someone else."),
        lambda item: url_for("CommitteeMemberView.edit", pk=item.key),
    ),
    "meetings": (
        lazy("Meetings as chair or secretary"),
        lazy("The successor in the office holds and signs them."),
        lambda item: url_for("MeetingRoomView.index", meeting_id=item.key),
    ),
    "complaints": (
        lazy("Complaints that they investigate"),
        lazy("Chair or secretary appoint another officer."),
        lambda item: url_for("ComplaintView.show", pk=item.key),
    ),
}


def shown(kind: str, item: Item) -> tuple[str, str]:
    """What an item is called, and its address."""
    offices, groups = Office.labels(), Constituency.labels()
    number = _(offices[item.number]) if kind == "seats" else item.number
    name = {"seats": groups, "meetings": offices}.get(kind, {}).get(item.name)
    text = f"{number} {_(name) if name else item.name}" if item.name != item.number else number
    return text, KINDS[kind][2](item)
