"""What HR types to propose adjustments, and how management answers row by row (4.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.refusals import N_, Invalid
from admin.files.adjustments import FileRow
from admin.files.dates import clean_date
from admin.files.faults import Unclean
from admin.queries.outcome.adjustments_ahead import AdjustmentRow
from admin.web.records import number_of

DAY = re.compile(r"\d{2,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?")
LINE = re.compile(r"[\s,;，；、\t]+")
DECISIONS = ("approve", "reject")


def adjustment_rows(form: Mapping[str, str]) -> list[AdjustmentRow]:
    """The single row, if it is filled in, and one row for each line of the list. Raises `Invalid`."""
    number, grade = form.get("number", "").strip(), form.get("grade", "").strip()
    rows = [AdjustmentRow(number, grade)] if number else []
    wrong = {}
    for place, line in enumerate(filter(None, map(str.strip, form.get("list", "").splitlines())), 1):
        number, grade, rest = (*LINE.split(line, 2), "", "")[:3]
        try:
            day, reason = _day_first(rest)
        except Unclean:
            wrong[f"list {place}"] = NO_DAY
        else:
            rows.append(AdjustmentRow(number, grade.upper(), day, reason))
        if not grade:
            wrong[f"list {place}"] = N_(
                "A line holds an employee number and the code of a grade; a day and a reason may follow."
            )
    if wrong:
        raise Invalid(wrong)
    return rows


def _day_first(rest: str) -> tuple[date | None, str]:
    first, _space, more = rest.strip().partition(" ") if "\t" not in rest else rest.strip().partition("\t")
    return (clean_date(first), more.strip()) if DAY.fullmatch(first) else (None, rest.strip())


def lines_of(rows: Sequence[FileRow]) -> str:
    """The rows of a file as the list of the form has them, so that both are proposed by one door."""
    return "\n".join(
        "\t".join(filter(None, (row.number, row.grade, str(row.effective_on or ""), row.reason))) for row in rows
    )


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
