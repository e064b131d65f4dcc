"""The worked cases' rules about the bodies: seats, ballots, findings, grounds, who is out (3.3.4, 3.3.5, 6.3.2, 6.3-d)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from admin.domain import filings, power, ratings, recognition, seats, voting
from admin.domain.codes import Body
from admin.rulebook.case_setting import Adapter, Setting, verdict


def _votes(given: Mapping[str, Any]) -> list[bool]:
    return [True] * given["for"] + [False] * given["against"]


def _tally(setting: Setting) -> dict[str, Any]:
    return {"outcome": voting.tally(_votes(setting.given), minimum=setting.parameters["votes_minimum"]).outcome}


def _panel_tally(setting: Setting) -> dict[str, Any]:
    return {"outcome": voting.panel_tally(_votes(setting.given), minimum=setting.parameters["panel_minimum"])}


def _quorum(setting: Setting) -> dict[str, Any]:
    return {"needed": voting.quorum(setting.given["appointed"])}


def _consent(setting: Setting) -> dict[str, Any]:
    given = setting.given
    return verdict(voting.check_consent(given["present"], given["proposal"], given["flags"]))


def _seat(setting: Setting) -> dict[str, Any]:
    """A seat that is to be given beside those that are there, each `{person, body, chair}` without an end."""
    rows = (setting.given["seat"], *setting.given["others"])
    since = date(2026, 1, 1)
    wanted, *others = (
        seats.Seat(row["person"], Body(row["body"]), since, chair=row.get("chair", False)) for row in rows
    )
    return verdict(seats.check_seat(wanted, others))


def _apart(setting: Setting) -> dict[str, Any]:
    """Somebody who holds these offices is given another."""
    return verdict(power.check_apart(setting.given["held"], setting.given["added"]))


def _hands(setting: Setting) -> dict[str, Any]:
    return verdict(seats.check_hands(acted=setting.given["acted"], changed=setting.given["changed"]))


def _finding(setting: Setting) -> dict[str, Any]:
    minimum = setting.parameters["votes_minimum"]
    return verdict(voting.check_finding(setting.given["voters"], setting.given["cast"], minimum=minimum))


def _ground(setting: Setting) -> dict[str, Any]:
    """Somebody files on `ground` after the filings that are there."""
    found = [filings.Filing(**row) for row in setting.given["filings"]]
    return verdict(filings.check_ground(found, "filer", setting.given["ground"]))


def _meant(setting: Setting) -> dict[str, Any]:
    """Whether somebody may be meant by what stands as the accused, while nobody has said who is."""
    wording = recognition.Wording(setting.given["written"], listed=True)
    return verdict(recognition.check_not_meant(wording, recognition.Named(1, **setting.given["who"])))


def _shown(setting: Setting) -> dict[str, Any]:
    return verdict(ratings.check_shown(setting.given["raters"]))


BODIES: Mapping[str, Adapter] = {
    "filings.check_ground": _ground,
    "ratings.check_shown": _shown,
    "recognition.check_not_meant": _meant,
    "power.check_apart": _apart,
    "seats.check_hands": _hands,
    "seats.check_seat": _seat,
    "voting.check_consent": _consent,
    "voting.check_finding": _finding,
    "voting.panel_tally": _panel_tally,
    "voting.quorum": _quorum,
    "voting.tally": _tally,
}
