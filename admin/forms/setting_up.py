"""What the pages of the set-up post, as the operations take it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.codes import Constituency
from admin.domain.forming import PlaceIn, Slot
from admin.domain.refusals import N_, Invalid
from admin.operations.people.departments import Settled
from admin.web.records import number_of, numbers_of

MOST_ROWS = 40


def departments_of(form: MultiDict[str, str], person: Callable[[str], int | None]) -> dict[int, Settled]:
    """The table of departments: who heads each (`person` reads the field of that name), and of which it was asked whether
    they are of the centre."""
    asked = set(numbers_of(form.getlist("asked")))
    return {
        key: Settled(person(f"head-{key}"), form.get(f"centre-{key}") == "1" if key in asked else None)
        for key in numbers_of(form.getlist("department"))
    }


def posts_of(form: MultiDict[str, str]) -> dict[str, bool]:
    """The posts that the page asked about, and whether each manages."""
    managing = set(form.getlist("manages"))
    return {post: post in managing for post in form.getlist("post")}


@dataclass(frozen=True)
class Picked:
    """A line of the table of seats: its place on the page, the seat, and whom it is for."""

    row: int
    slot: Slot
    employee_id: int


def picked_of(form: MultiDict[str, str]) -> list[Picked]:
    """The lines of the table of seats in which somebody is named. Raises `Invalid` for a place or constituency that is none."""
    found = []
    for row in range(min(number_of(form.get("rows")) or 0, MOST_ROWS)):
        person = number_of(form.get(f"employee-{row}"))
        if not person:
            continue
        place, constituency = form.get(f"place-{row}", ""), form.get(f"constituency-{row}", "")
        if place not in list(PlaceIn) or constituency not in Constituency.labels():
            raise Invalid({f"place-{row}": N_("Choose one of the committee's constituencies and offices.")})
        found.append(Picked(row, Slot(PlaceIn(place), Constituency(constituency)), person))
    return found


def seats_of(form: MultiDict[str, str], picked: list[Picked]) -> list[dict[str, Any]]:
    """The seats as the operation takes them, all of one term. Raises `Invalid`."""
    begins, ends = _day(form, "term_from"), _day(form, "term_to") if form.get("term_to") else None
    return [
        {
            "employee_id": each.employee_id,
            "constituency": each.slot.constituency.value,
            "office": each.slot.place.office.value,
            "term_from": begins,
            "term_to": ends,
            "on_panel": each.slot.place.on_panel,
            "panel_chair": each.slot.place is PlaceIn.PANEL_CHAIR,
        }
        for each in picked
    ]


def _day(form: MultiDict[str, str], name: str) -> date:
    try:
        return day_named(form.get(name, ""))
    except ValueError:
        raise Invalid({name: NO_DAY}) from None


def at_their_rows(wrong: Invalid, picked: list[Picked]) -> Invalid:
    """What is wrong with the seats, at the lines of the page on which they stand."""
    fields = {}
    for name, text in wrong.fields.items():
        field, _dash, place = name.rpartition("-")
        row = picked[int(place)].row if place.isdecimal() and int(place) < len(picked) else None
        fields[name if row is None else f"{'employee' if field == 'employee' else 'place'}-{row}"] = text
    return Invalid(fields, wrong.facts)
