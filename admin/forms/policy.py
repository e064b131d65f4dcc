"""What HR types on the page of parameters: values as text, read as each parameter's kind (6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.refusals import N_, Invalid
from admin.rulebook.book import Rulebook
from admin.rulebook.content import Parameter


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
