"""What HR types to propose adjustments, and how management answers row by row (4.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.refusals import N_, Invalid
from admin.operations.outcome.adjustments import AdjustmentRow
from admin.web.records import number_of

LINE = re.compile(r"[\s,;，；、\t]+")
DECISIONS = ("approve", "reject")


def adjustment_rows(form: Mapping[str, str]) -> list[AdjustmentRow]:
    """The single row, if it is filled in, and one row for each line of the list. Raises `Invalid`."""
    number, grade = form.get("number", "").strip(), form.get("grade", "").strip()
    rows = [AdjustmentRow(number, grade)] if number else []
    wrong = {}
    for place, line in enumerate(filter(None, map(str.strip, form.get("list", "").splitlines())), 1):
        parts = LINE.split(line)
        if len(parts) == 2:
            rows.append(AdjustmentRow(parts[0], parts[1].upper()))
        else:
            wrong[f"list {place}"] = N_("A line holds an employee number and the code of a grade, nothing else.")
    if wrong:
        raise Invalid(wrong)
    return rows


def wished_day(form: Mapping[str, str]) -> date:
    """The day from which the grades shall hold. Raises `Invalid`."""
    try:
        return day_named(form.get("effective_on", ""))
    except ValueError:
        raise Invalid({"effective_on": NO_DAY}) from None


def decisions_of(form: Mapping[str, str]) -> dict[int, tuple[str, str]]:
    """Which rows management approves or rejects, with the reasons; rows left open are left out."""
    found = {}
    for name, value in form.items():
        key = number_of(name.removeprefix("decision-"))
        if name.startswith("decision-") and key is not None and value in DECISIONS:
            found[key] = (value, form.get(f"reason-{key}", "").strip())
    if not found:
        raise Invalid({"rows": N_("Approve or reject at least one row.")})
    return found
