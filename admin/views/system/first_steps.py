"""The first steps of a new centre, in words: what each is for, how it stands, whose it is and where it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.access.actor import Actor
from admin.domain.refusals import N_
from admin.queries.system.first_steps import FirstStep
from admin.web.texts import translated

WHO = {"admin": N_("Administrator"), "hr": N_("HR")}
WORDS = {
    "accounts": (
        N_("The first of HR and of management"),
        N_(
            "These two are named on the server's command line: ./scripts/manage found. Everyone else is proposed "
            "by one person and confirmed by another, under Confirmations."
        ),
    ),
    "calendar": (N_("The working calendar"), N_("Deadlines are counted only in years that HR has confirmed.")),
    "parameters": (
        N_("The policy's values"),
        N_("Values that the policy leaves to the company; unconfirmed ones are marked provisional and still apply."),
    ),
    "employees": (N_("The employees"), ""),
    "centre": (N_("The centre's departments and their heads"), ""),
    "sign_ins": (N_("Sign-ins for the employees"), ""),
    "grades": (N_("Grades held so far"), ""),
    "figures": (
        N_("Metrics and annual ratings"),
        N_(
            "Scores and grounds are based on them: import the monthly figures or contact logs, and the ratings of past years."
        ),
    ),
    "committee": (
        N_("The review committee"),
        N_("Members of HR, centre management and related departments, a chair, alternates and a secretary."),
    ),
    "panel": (
        N_("The appeal panel"),
        N_("Members from two or more constituencies who do not vote in the first ballot, one of them as chair."),
    ),
    "officers": (
        N_("Complaint officers"),
        N_("Who receives what is filed through the complaint form. A second person confirms them."),
    ),
    "pay": (N_("Pay bands"), N_("What each grade is paid; seen by HR and, for their own grade, by employees.")),
    "cycle": (
        N_("The first review cycle"),
        N_("Try a rehearsal first: nothing of it counts. Then plan the year's cycle, see who is in, and open it."),
    ),
}
PLACES = {
    "accounts": "ConfirmationView.index",
    "parameters": "SetUpView.rules",
    "calendar": "SetUpView.rules",
    "employees": "SetUpView.files",
    "centre": "SetUpView.centre",
    "sign_ins": "SetUpView.accounts",
    "grades": "SetUpView.files",
    "figures": "SetUpView.files",
    "committee": "SetUpView.bodies",
    "panel": "SetUpView.bodies",
    "officers": "ConfirmationView.new",
    "pay": "PayView.index",
    "cycle": "SetUpView.opening",
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
    title, text = WORDS[step.kind]
    own = OWN_TEXTS.get(step.kind)
    return _(title), own(step) if own else _(text)


def _people(step: FirstStep) -> str:
    if step.done:
        return ngettext("%(num)s person in service.", "%(num)s people in service.", step.facts["people"])
    return _("Import HR's list: the departments come with it.")


def _sign_ins(step: FirstStep) -> str:
    return _(
        "Hand out the activation codes, on slips or as a workbook: %(accounts)s accounts, %(used)s signed in so far.",
        accounts=step.facts["accounts"],
        used=step.facts["signed_in"],
    )


def _centre(step: FirstStep) -> str:
    facts = step.facts
    if not facts["centre"]:
        return _("Mark the departments that belong to the centre: everyone in service there is assessed.")
    marked = ngettext("%(num)s department is marked.", "%(num)s departments are marked.", facts["centre"])
    if not facts["headless"]:
        return marked
    return f"{marked} " + ngettext("%(num)s has no head.", "%(num)s have no head.", facts["headless"])


def _grades(step: FirstStep) -> str:
    facts = step.facts
    if facts["waiting"]:
        return ngettext("%(num)s grade waits for management.", "%(num)s grades wait for management.", facts["waiting"])
    return _("Take them over once, with date and document. People without a grade get an initial grading.")


OWN_TEXTS: dict[str, Callable[[FirstStep], str]] = {
    "employees": _people,
    "centre": _centre,
    "sign_ins": _sign_ins,
    "grades": _grades,
}
