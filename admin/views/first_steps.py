"""The first steps of a new centre, in words: what each is for, how it stands, whose it is and where it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.access.actor import Actor
from admin.domain.refusals import N_
from admin.queries.first_steps import FirstStep
from admin.web.texts import translated

WHO = {"admin": N_("Administrator"), "hr": N_("HR")}
PLACES = {
    "accounts": "AccountView.list",
    "parameters": "PolicyVersionView.parameters",
    "calendar": "CalendarView.index",
    "employees": "ImportView.index",
    "centre": "PeopleView.index",
    "sign_ins": "ImportView.index",
    "own_accounts": "AccountView.list",
    "grades": "ImportView.index",
    "figures": "ImportView.index",
    "committee": "CommitteeMemberView.list",
    "panel": "CommitteeMemberView.list",
    "officers": "AccountView.list",
    "pay": "PayBandView.list",
    "cycle": "CycleView.index",
}


def first_steps_shown(steps: Sequence[FirstStep], me: Actor) -> dict[str, Any] | None:
    """The card's content; None where there are no first steps. The reader's next one is marked."""
    if not steps:
        return None
    mine = [step for step in steps if me.has(step.who) and not step.done]
    following = next((step for step in mine if not step.optional), mine[0] if mine else None)
    needed = [step for step in steps if not step.optional and step.kind != "cycle"]
    return {
        "done": sum(step.done for step in needed),
        "of": len(needed),
        "steps": [_shown(step, me, step is following) for step in steps],
    }


def _shown(step: FirstStep, me: Actor, following: bool) -> dict[str, Any]:
    title, text = _words(step)
    why = translated(step.refusal.reason, step.refusal.facts) if step.refusal else None
    return {
        "title": title,
        "text": text,
        "why": why,
        "done": step.done,
        "optional": step.optional,
        "who": _(WHO[step.who]),
        "url": url_for(PLACES[step.kind]) if me.has(step.who) else None,
        "following": following,
    }


def _words(step: FirstStep) -> tuple[str, str]:
    facts = step.facts
    people = ngettext("%(num)s person in service.", "%(num)s people in service.", facts["people"])
    words = {
        "accounts": (
            _("Accounts for HR and management"),
            _("HR runs the assessment; management approves adjustments and grades taken over."),
        ),
        "parameters": (
            _("The policy's values"),
            _(
                "Values that the policy leaves to the company; unconfirmed ones are marked provisional and hold all the same."
            ),
        ),
        "calendar": (_("The working calendar"), _("Deadlines are counted only in years that HR has confirmed.")),
        "employees": (
            _("The employees"),
            people if step.done else _("Import HR's list: the departments come with it."),
        ),
        "centre": (_("The centre's departments and their heads"), _centre(facts)),
        "sign_ins": (
            _("Sign-ins for the employees"),
            _(
                "Hand out the activation codes, on slips or as a workbook: %(accounts)s accounts, %(used)s signed in so far.",
                accounts=facts["accounts"],
                used=facts["signed_in"],
            ),
        ),
        "own_accounts": (
            _("HR colleagues work with their own accounts"),
            _(
                "Give the role to the accounts of HR's employees, so that nobody handles their own case; then close the first account."
            ),
        ),
        "grades": (_("Grades held so far"), _grades(facts)),
        "figures": (
            _("Metrics and annual ratings"),
            _(
                "Scores and grounds rest on them: import the monthly figures or contact logs, and the ratings of past years."
            ),
        ),
        "committee": (
            _("The review committee"),
            _("Members of HR, centre management and related departments, a chair, alternates and a secretary."),
        ),
        "panel": (
            _("The appeal panel"),
            _("Members of two constituencies or more who do not vote in the first instance, one of them its chair."),
        ),
        "officers": (_("Complaint officers"), _("Who receives what is filed through the complaint form.")),
        "pay": (_("Pay bands"), _("What each grade is paid; seen by HR and, for their own grade, by employees.")),
        "cycle": (
            _("The first review cycle"),
            _("Try a rehearsal first: nothing of it counts. Then plan the year's cycle, see who is in, and open it."),
        ),
    }
    return words[step.kind]


def _centre(facts: dict[str, int]) -> str:
    if not facts["centre"]:
        return _("Mark the departments that belong to the centre: everyone in service there is assessed.")
    marked = ngettext("%(num)s department is marked.", "%(num)s departments are marked.", facts["centre"])
    if not facts["headless"]:
        return marked
    return f"{marked} " + ngettext("%(num)s has no head.", "%(num)s have no head.", facts["headless"])


def _grades(facts: dict[str, int]) -> str:
    if facts["waiting"]:
        return ngettext("%(num)s grade waits for management.", "%(num)s grades wait for management.", facts["waiting"])
    return _("Take them over once, with date and document. Whoever has none is graded for the first time.")
