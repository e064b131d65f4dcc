"""The set-up of a new centre in words: its rail, and what is told on each stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.domain.forming import PLACE_LABELS
from admin.domain.refusals import N_
from admin.models import db
from admin.queries.people.heads import Candidate, Why
from admin.queries.system.first_steps import sets_up
from admin.queries.system.setting_up import Stop
from admin.web.acting import actor

TITLES = {
    "files": N_("People and their files"),
    "centre": N_("Departments and heads"),
    "bodies": N_("Committee and panel"),
    "rules": N_("Calendar and values"),
    "accounts": N_("Accounts and codes"),
    "opening": N_("Open the cycle"),
}
PLACES = {
    "files": "SetUpView.files",
    "centre": "SetUpView.centre",
    "bodies": "SetUpView.bodies",
    "rules": "SetUpView.rules",
    "accounts": "SetUpView.accounts",
    "opening": "SetUpView.opening",
}
WAITS = {
    "second": N_("Waits for a second person"),
    "management": N_("Waits for management"),
    "hr": N_("Waits for HR"),
    "admin": N_("Waits for the administrator"),
}


def way_back() -> tuple[str, str] | None:
    """Back to the set-up from a page beside it, while it runs: what the link says, and where it leads."""
    if not sets_up(db.session(), actor()):
        return None
    return _("Back to the set-up"), url_for("SetUpView.index")


def places() -> list[tuple[str, str]]:
    """Where somebody may sit, as a form offers it."""
    return [(place.value, _(label)) for place, label in PLACE_LABELS.items()]


def rail(stops: Sequence[Stop], here: str) -> list[dict[str, Any]]:
    """The stops as page.rail shows them; the page that is open is the present one."""
    return [
        {
            "label": _(TITLES[stop.name]),
            "state": "now" if stop.name == here else "done" if stop.done else "next",
            "note": _note(stop, here),
            "url": url_for(PLACES[stop.name]) if stop.name != here else None,
        }
        for stop in stops
    ]


def _note(stop: Stop, here: str) -> str:
    if stop.done:
        return _("Done") if stop.name == here else ""
    if stop.waits_for:
        return _(WAITS[stop.waits_for])
    return "" if stop.needed else _("can wait")


def following(stops: Sequence[Stop], here: str) -> tuple[str, str] | None:
    """The stop after this one: what it is called, and where it is."""
    names = [stop.name for stop in stops]
    if here not in names[:-1]:
        return None
    name = names[names.index(here) + 1]
    return _(TITLES[name]), url_for(PLACES[name])


def why_proposed(candidate: Candidate) -> str:
    """Why somebody is proposed as the head of a department."""
    if candidate.why is Why.POST:
        return _("by the post %(post)s", post=candidate.post)
    if candidate.why is Why.ABOVE:
        return _("from outside it; %(count)s of its people report upwards to them", count=candidate.leads)
    return ngettext("%(num)s person reports to them", "%(num)s people report to them", candidate.leads)
