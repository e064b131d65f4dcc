"""What hangs on a person in words: what each kind is called, what can be done about it, where it leads (1.2-g)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from admin.domain.codes import BasisAct, Constituency, Office
from admin.queries.people.open_work import Item

Link = Callable[[Item], str]


def _case(item: Item) -> str:
    return url_for("CaseView.show", review_id=item.key)


@dataclass(frozen=True)
class Group:
    """Kinds of work that the same people take: what they are called together, and the fields that name who takes them."""

    title: Any
    kinds: tuple[str, ...]
    takers: tuple[tuple[str, Any], ...]
    clause: str


GROUPS = (
    Group(
        lazy("As superior"),
        ("cases_as_superior", "people", "moves"),
        (("superior", lazy("The new superior")), ("other_superior", lazy("Who takes what may not go to the first"))),
        "3.3-f",
    ),
    Group(
        lazy("As head or reviewer"),
        ("cases_as_head", "departments", "appointments"),
        (("head", lazy("The new head or reviewer")), ("other_head", lazy("Who takes what may not go to the first"))),
        "3.3-f",
    ),
    Group(lazy("Seats"), ("seats",), (("member", lazy("Who takes the seats")),), "6.1-b"),
    Group(lazy("As deputy of others"), ("deputies",), (("deputy", lazy("Who is deputy instead")),), "3.3-c"),
)
# By which clause what nobody takes over stays where it is.
STAYS_BY = {"appeals": "3.3.5-b", "meetings": "3.3.4-a", "complaints": "6.3.2", "proposals": "6.1-a"}
# What each kind of work is called, what can be done about it, and where its link leads.
KINDS: dict[str, tuple[Any, Any, Link]] = {
    "cases_as_superior": (lazy("Open cases as superior"), None, _case),
    "cases_as_head": (lazy("Open cases as head or reviewer"), None, _case),
    "people": (
        lazy("People under them"),
        None,
        lambda item: url_for("EmployeeView.show", pk=item.key),
    ),
    "moves": (
        lazy("People who will come under them"),
        None,
        lambda item: url_for("PeopleView.index"),
    ),
    "departments": (
        lazy("Departments headed"),
        None,
        lambda item: url_for("DepartmentView.show", pk=item.key),
    ),
    "ratings": (
        lazy("Ratings asked of them"),
        lazy("Other colleagues are drawn instead. No one is told whose cases these are."),
        lambda item: url_for("CycleView.missing", cycle_id=item.key, stage="rating"),
    ),
    "appeals": (
        lazy("Appeals waiting for their answer"),
        lazy("An appeal that the superior does not answer goes to the panel."),
        lambda item: url_for("AppealPageView.index", appeal_id=item.key),
    ),
    "appointments": (
        lazy("Appointments as reviewer in a planned cycle"),
        None,
        lambda item: url_for("CycleView.preview", cycle_id=item.key),
    ),
    "seats": (
        lazy("Seats on the committee or the appeal panel"),
        lazy("The seat ends, and the successor's begins on the next day. Without a successor it only ends."),
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
    "deputies": (
        lazy("Appointments as deputy"),
        lazy("The appointment ends today. Another deputy takes over until its last day, or the cases go back."),
        lambda item: url_for("DeputyView.index"),
    ),
    "proposals": (
        lazy("Proposals that wait for a second person"),
        lazy("A second person rejects it, and another person of HR proposes it again."),
        lambda item: url_for("ConfirmationView.show", key=item.key),
    ),
}


def shown(kind: str, item: Item) -> tuple[str, str]:
    """What an item is called, and its address."""
    offices, groups = Office.labels(), Constituency.labels()
    number = _(offices[item.number]) if kind == "seats" else item.number
    name = {"seats": groups, "meetings": offices, "proposals": BasisAct.labels()}.get(kind, {}).get(item.name)
    text = f"{number} {_(name) if name else item.name}" if item.name != item.number else number
    return text, KINDS[kind][2](item)
