"""Whom a row is about: by number, or by name where the file has none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from admin.domain.refusals import N_
from admin.files.cleaning import clean_text
from admin.files.faults import FileNote
from admin.files.numbers import Known, difference
from admin.files.reading import Cleaned, Context


def name_key(name: str) -> str:
    """ "LeBlanc, Brandon  R" and "Brandon R. LeBlanc" are one name; Chinese names are compared without blanks."""
    if name.isascii():
        return " ".join(sorted(re.findall(r"[a-z0-9']+", name.casefold())))
    return re.sub(r"\s+", "", name).casefold()


def names_of(cleaned: Cleaned) -> list[str | None]:
    """The names, from one column or from those of surname and given name."""
    if "name" in cleaned:
        return cleaned.cells("name", _name)
    surnames, given = cleaned.cells("surname", _name), cleaned.cells("given_name", _name)
    return [_full_name(first, second) for first, second in zip(surnames, given, strict=True)]


def _name(cell: object) -> str:
    return clean_text(cell, 100)


def _full_name(surname: str | None, given: str | None) -> str | None:
    parts = [part for part in (surname, given) if part]
    if all(part.isascii() for part in parts):
        return " ".join(reversed(parts)) or None
    return "".join(parts) or None


def people_of(cleaned: Cleaned, context: Context) -> list[str | None]:
    """The employee number of each row, required: its own, or that of its name, which the mapping or the portal knows.

    A fault for every number that the portal does not know, and once for every name that is nobody's or several people's; an
    empty context knows nobody and checks nothing.
    """
    if "number" not in cleaned:
        return _by_name(cleaned, context)
    numbers = cleaned.employee_numbers()
    if context.people:
        known = Known(context.people)
        for index, number in enumerate(numbers):
            if number and (twin := known.twin(number)):
                cleaned.fault(index, "number", difference(number, twin)[0], other=twin)
            elif number and number not in context.people:
                cleaned.fault(
                    index,
                    "number",
                    N_("There is no employee with this number in the portal; import the employees first"),
                )
        _compare_names(cleaned, context, numbers)
    return numbers


def numbers_by_name(people: Mapping[str, str]) -> dict[str, list[str]]:
    """The numbers of all who have a name."""
    found: dict[str, list[str]] = defaultdict(list)
    for number, name in people.items():
        found[name_key(name)].append(number)
    return found


def _by_name(cleaned: Cleaned, context: Context) -> list[str | None]:
    names, known = names_of(cleaned), numbers_by_name(context.people)
    said = {name_key(name): number for name, number in cleaned.mapping.options.get("names", {}).items()}
    field = "name" if "name" in cleaned else "surname"
    cleaned.required(field, names)
    told: set[str] = set()
    numbers: list[str | None] = []
    for index, name in enumerate(names):
        key = name_key(name) if name else ""
        found = [said[key]] if key in said else known.get(key, [])
        numbers.append(found[0] if len(found) == 1 and (not context.people or found[0] in context.people) else None)
        if name and numbers[-1] is None:
            if key not in told:
                told.add(key)
                _say_whom(cleaned, index, field, found)
            cleaned.spoil(index)
    return numbers


def _say_whom(cleaned: Cleaned, index: int, field: str, found: list[str]) -> None:
    if len(found) > 1:
        message = N_("%(count)s employees have this name (%(numbers)s); say in the mapping which is meant")
        cleaned.fault(index, field, message, count=len(found), numbers=", ".join(found[:5]))
    else:
        cleaned.fault(index, field, N_("No employee in the portal has this name; say in the mapping who is meant"))


def _compare_names(cleaned: Cleaned, context: Context, numbers: list[str | None]) -> None:
    """A note of names that are others than the portal's: a slipped row shows by them."""
    names = names_of(cleaned)
    others = [
        index
        for index, (number, name) in enumerate(zip(numbers, names, strict=True))
        if number and name and number in context.people and name_key(context.people[number]) != name_key(name)
    ]
    if others:
        row = cleaned.table.row_numbers[others[0]]
        message = N_(
            "In %(count)s rows the name is not the one that the portal has for the number (first in row %(row)s)"
        )
        cleaned.notes.append(FileNote(message, {"count": len(others), "row": row}))
