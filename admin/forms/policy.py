"""What HR types on the page of parameters: values as text, read as each parameter's kind (6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.refusals import N_, Invalid
from admin.queries.policy.scorecards import points_of
from admin.rulebook.book import Rulebook
from admin.rulebook.content import DIRECTIONS, Parameter
from admin.rulebook.editing import EditableEntry


def typed_values(form: Mapping[str, str], book: Rulebook) -> dict[str, int | str]:
    """The values of the parameters that were sent. Raises `Invalid` naming each that cannot be read."""
    values: dict[str, int | str] = {}
    wrong: dict[str, str] = {}
    for parameter in book.parameters:
        if parameter.id not in form:
            continue
        try:
            values[parameter.id] = _typed(parameter, form[parameter.id].strip())
        except ValueError:
            wrong[parameter.id] = N_("A whole number is needed here.")
    if wrong:
        raise Invalid(wrong)
    return values


def _typed(parameter: Parameter, text: str) -> int | str:
    if parameter.type == "choice":
        return text
    if len(text) > 9:
        raise ValueError(text)
    return int(text)


def changed_values(values: Mapping[str, int | str], book: Rulebook, on: date) -> dict[str, int | str]:
    """Those of the values that are not the ones in force that day."""
    return {key: value for key, value in values.items() if value != book.value(key, on)}


def effective_day(text: str, today: date) -> date:
    """The day from which a draft shall hold. Raises `Invalid`."""
    try:
        return day_named(text) if text.strip() else today
    except ValueError:
        raise Invalid({"effective_from": NO_DAY}) from None


NO_PAIRS = N_("Each line is a value, a colon and a percentage, such as 4.5: 95. This line is not: %(line)s")


def typed_entry(entry: EditableEntry, text: str) -> Any:
    """What was typed at an entry of a draft, as the rulebook holds it; what is no number stays a text, which it names as such.

    Raises `Invalid` for a curve with a line that is no pair, and for a direction that there is not.
    """
    if entry.kind == "points":
        return _pairs(entry, text)
    if entry.kind == "direction" and text not in DIRECTIONS:
        raise Invalid({entry.name: N_("Choose one of the list.")})
    if entry.kind in ("number", "count"):
        return _number(text.strip(), whole=entry.kind == "count")
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _pairs(entry: EditableEntry, text: str) -> list[list[Decimal]]:
    try:
        return [list(pair) for pair in points_of(text.replace("：", ":"))]
    except ValueError as error:
        raise Invalid({entry.name: NO_PAIRS}, {"line": str(error)}) from None


def _number(text: str, *, whole: bool) -> Decimal | int | str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    return int(number) if whole and number == number.to_integral_value() and abs(number) < 10**9 else number
