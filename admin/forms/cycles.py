"""What the control room's forms post, as the operations take it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from werkzeug.datastructures import MultiDict

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.refusals import N_, Invalid
from admin.operations.cycles.cycles import STAGE_DAYS, CyclePlan
from admin.operations.fields import day_end
from admin.queries.outcome.adjustments_ahead import AdjustmentRow
from admin.web.records import number_of, numbers_of


def day_of(form: Mapping[str, str], name: str) -> date | None:
    """A date field; None where it is empty, `Invalid` where it is none."""
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        return day_named(text)
    except ValueError:
        raise Invalid({name: NO_DAY}) from None


def plan_of(form: MultiDict[str, str]) -> CyclePlan:
    """The plan of a cycle; a deadline is in time until the midnight after its day."""
    year = form.get("year", "").strip()
    if not (year.isdecimal() and len(year) == 4):
        raise Invalid({"year": N_("A year has four figures.")})
    days = {name: day_of(form, name) for name in STAGE_DAYS}
    deadlines: dict[str, datetime] = {name: day_end(found) for name, found in days.items() if found is not None}
    kind = "rehearsal" if form.get("kind") == "rehearsal" else "regular"
    chosen = tuple(numbers_of(form.getlist("departments"))) if kind == "rehearsal" else ()
    return CyclePlan(int(year), kind, form.get("month_reason", "").strip()[:2000], deadlines or None, chosen)


def grades_chosen(form: MultiDict[str, str]) -> list[AdjustmentRow]:
    """The grade of each person for whom one is chosen. Raises `Invalid` where none is."""
    rows = [AdjustmentRow(number, form.get(f"grade-{number}", "")) for number in form.getlist("graded")]
    chosen = [row for row in rows if row.grade.strip()]
    if not chosen:
        raise Invalid({f"grade-{rows[0].number}" if rows else "graded": N_("Choose a grade for at least one person.")})
    return chosen


def superiors_of(form: MultiDict[str, str]) -> dict[int, int]:
    """The superior of each person for whom one is named. Raises `Invalid` where nobody has one."""
    asked = numbers_of(form.getlist("unled"))
    named = {key: number_of(form.get(f"superior-{key}")) for key in asked}
    if not any(named.values()):
        raise Invalid({f"superior-{asked[0]}" if asked else "employee": N_("Name one employee by number.")})
    return {key: superior for key, superior in named.items() if superior}


def reviewers_of(form: MultiDict[str, str], numbered: Callable[[str], int | None]) -> dict[int, int]:
    """The reviewer of each ticked person: the one chosen beside them, or the one whose number is given for all that are ticked.

    Raises `Invalid` where nobody is ticked or somebody has none.
    """
    ticked = numbers_of(form.getlist("employee"))
    if not ticked:
        raise Invalid({"employee": N_("Tick at least one person.")})
    number = form.get("number", "").strip()
    if number:
        found = numbered(number)
        if found is None:
            raise Invalid({"number": N_("There is no employee with this number.")})
        return dict.fromkeys(ticked, found)
    chosen = {key: number_of(form.get(f"reviewer-{key}")) for key in ticked}
    if without := [key for key, reviewer in chosen.items() if not reviewer]:
        raise Invalid({f"reviewer-{without[0]}": N_("Name one employee by number.")})
    return {key: reviewer for key, reviewer in chosen.items() if reviewer}
