"""Employees from a file: who they are, since when, where, under whom."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from admin.domain.power import check_names
from admin.domain.refusals import N_
from admin.files.cleaning import clean_email, clean_key, clean_text, describe
from admin.files.faults import Unclean
from admin.files.mapping import Mapping
from admin.files.numbers import Known, alike, difference
from admin.files.people import name_key, names_of
from admin.files.reading import Cleaned, Context, Parsed
from admin.files.tables import Table

EARLIEST_HIRE = date(1940, 1, 1)
YOUNGEST = 14  # years; nobody is hired before


@dataclass(frozen=True, slots=True)
class EmployeeRow:
    """One employee as the file has it; None is blank or not in the file (`Parsed.fields` tells which)."""

    row: int
    number: str
    name: str
    department: tuple[str, ...]
    post: str | None
    hired: date
    joined_centre: date | None
    left: date | None
    status: str | None
    queue: str | None
    superior: str | None
    email: str | None
    management: bool | None
    logins: tuple[str, ...]


def read_employees(table: Table, mapping: Mapping, context: Context) -> Parsed[EmployeeRow]:
    """Employees and every fault by row and column. Raises `FileFault` when the mapping does not fit the file."""
    cleaned = Cleaned(table, mapping, context)
    columns = _columns(cleaned, mapping.options.get("department_separator", ""))
    cleaned.unique("number", columns["number"], N_("This employee number is already in row %(row)s"))
    _check_written(cleaned, Known(context.people), columns["number"])
    _check_names(cleaned, columns)
    for name in ("name", "department", "hired"):
        cleaned.required(name, columns[name])
    _check_dates(cleaned, context.today, *(columns[name] for name in ("hired", "joined_centre", "left", "status")))
    _check_births(cleaned, context.today, columns["hired"])
    columns["superior"] = _superiors(cleaned, context, columns["number"], columns["name"])
    _check_cycles(cleaned, context, columns["number"], columns["superior"])
    ordered = [columns[name] for name in EmployeeRow.__slots__[1:]]
    cells = zip(table.row_numbers, *ordered, strict=True)
    return cleaned.parsed([EmployeeRow(*row) for index, row in enumerate(cells) if cleaned.good(index)])


def _columns(cleaned: Cleaned, separator: str) -> dict[str, list[Any]]:
    """Every column cleaned, by the names of `EmployeeRow`; the superior as it is written."""
    return {
        "number": cleaned.employee_numbers(),
        "name": names_of(cleaned),
        "department": _departments(cleaned, separator),
        "post": cleaned.texts("post", 100),
        "hired": cleaned.dates("hired"),
        "joined_centre": cleaned.dates("joined_centre"),
        "left": cleaned.dates("left"),
        "status": cleaned.choices("status"),
        "queue": cleaned.texts("queue", 60),
        "email": cleaned.cells("email", clean_email),
        "management": [None if flag is None else flag == "yes" for flag in cleaned.choices("management")],
        "logins": [logins or () for logins in cleaned.cells("logins", _logins)],
    }


def _departments(cleaned: Cleaned, separator: str) -> list[tuple[str, ...] | None]:
    """Each row's path, from one column or from those of division, department and section together."""
    department = cleaned.cells("department", lambda cell: _path(cell, separator))
    above, below = (cleaned.cells(name, lambda cell: _path(cell, separator)) for name in ("division", "section"))
    if "division" not in cleaned and "section" not in cleaned:
        return department
    return [_joined(*parts) for parts in zip(above, department, below, strict=True)]


def _joined(
    above: tuple[str, ...] | None, path: tuple[str, ...] | None, below: tuple[str, ...] | None
) -> tuple[str, ...] | None:
    """One path; what a level says already (客服中心/一組 beside 一組) is not said twice."""
    joined: tuple[str, ...] = ()
    for part in (above, path, below):
        if part and joined[-len(part) :] != part:
            joined = part if part[: len(joined)] == joined else joined + part
    return joined or None


def _path(cell: Any, separator: str) -> tuple[str, ...]:
    text = clean_text(cell)
    parts = tuple(part.strip() for part in text.split(separator) if part.strip()) if separator else (text,)
    if not parts:
        raise Unclean(N_("This must not be blank"))
    return parts


def _logins(cell: Any) -> tuple[str, ...]:
    text = clean_key(cell, 200)
    return tuple(dict.fromkeys(part for part in re.split(r"[,;、\s]+", text) if part))


def _check_names(cleaned: Cleaned, columns: dict[str, list[Any]]) -> None:
    """Nobody comes by a file who is named like the system (6.1-a)."""
    for index, (number, name) in enumerate(zip(columns["number"], columns["name"], strict=True)):
        for field, message in check_names({"number": number, "name": name}).items():
            cleaned.fault(index, field, message)


def _check_written(cleaned: Cleaned, known: Known, numbers: list[str | None]) -> None:
    """1 and 001 are one person whose zeros Excel ate, or two, in one file or beside the portal: HR must say."""
    first: dict[str, int] = {}
    for index, number in enumerate(numbers):
        if number is None:
            continue
        if twin := known.twin(number):
            cleaned.fault(index, "number", difference(number, twin)[0], other=twin)
        other = first.setdefault(alike(number), index)
        if (before := numbers[other]) is not None and before != number:
            row = cleaned.table.row_numbers[other]
            cleaned.fault(index, "number", difference(number, before)[1], other=before, row=row)


def _check_dates(
    cleaned: Cleaned,
    today: date,
    hired: list[date | None],
    joined: list[date | None],
    left: list[date | None],
    statuses: list[str | None],
) -> None:
    for index, (start, centre, end, status) in enumerate(zip(hired, joined, left, statuses, strict=True)):
        if start and start < EARLIEST_HIRE:
            cleaned.fault(index, "hired", N_("The date is too long ago to be meant"))
        if start and start > today:
            cleaned.fault(index, "hired", N_("The date is in the future. Enter today or an earlier date."))
        if centre and centre > today:
            cleaned.fault(index, "joined_centre", N_("The date is in the future. Enter today or an earlier date."))
        if start and centre and centre < start:
            cleaned.fault(
                index, "joined_centre", N_("Joined the centre before being hired (%(hired)s)"), hired=start.isoformat()
            )
        if start and end and end < start:
            cleaned.fault(index, "left", N_("Left before being hired (%(hired)s)"), hired=start.isoformat())
        if end and end > today and status != "in_service" and status != "on_leave":
            cleaned.fault(index, "left", N_("The date is in the future. Enter today or an earlier date."))
        if end and end < today and status == "in_service":
            cleaned.fault(index, "left", N_("The employee is in service and has a date of leaving in the past"))


def _check_births(cleaned: Cleaned, today: date, hired: list[date | None]) -> None:
    """A date of birth serves to find a slip in another date, and is kept nowhere: no fault repeats it."""
    births = cleaned.cells("born", cleaned.date_or_nothing)
    for index, (born, start) in enumerate(zip(births, hired, strict=True)):
        if born and born > today:
            cleaned.fault(index, None, N_("The date of birth is in the future. Enter an earlier date."))
        elif born and start and start < born:
            cleaned.fault(index, "hired", N_("Hired before being born: one of the two dates is wrong"))
        elif born and start and start < date(born.year + YOUNGEST, born.month, min(born.day, 28)):
            cleaned.fault(index, "hired", N_("Hired as a child: one of the dates of hiring and of birth is wrong"))


def _superiors(
    cleaned: Cleaned, context: Context, numbers: list[str | None], names: list[str | None]
) -> list[str | None]:
    """The superiors' numbers; a superior may be given by number, by name, or by both, which must then agree."""
    known = {**context.people, **{number: name or "" for number, name in zip(numbers, names, strict=True) if number}}
    given = cleaned.cells("superior", lambda cell: clean_key(cell, 100))
    given_names = cleaned.texts("superior_name", 100)
    by_name: dict[str, list[str]] = defaultdict(list)
    if any(given_names) or any(value not in known for value in given if value):
        for number, name in known.items():
            by_name[name_key(name)].append(number)
    _check_one_number_per_name(cleaned, given, given_names, known)
    written, result = Known(known), list[str | None]()
    for index, (value, called) in enumerate(zip(given, given_names, strict=True)):
        column = "superior" if value else "superior_name"
        if value and value not in known and (twin := written.twin(value)) and name_key(value) not in by_name:
            cleaned.fault(index, column, difference(value, twin)[0], other=twin)
            result.append(None)
            continue
        result.append(_superior(cleaned, index, column, value or called, known, by_name))
        if value and called and value in known and name_key(known[value]) != name_key(called):
            message = N_("Employee %(number)s is %(name)s, not this person")
            cleaned.fault(index, "superior_name", message, number=value, name=known[value])
    return result


def _superior(
    cleaned: Cleaned, index: int, column: str, value: str | None, known: dict[str, str], by_name: dict[str, list[str]]
) -> str | None:
    if value is None or value in known:
        return value
    found = by_name.get(name_key(value), []) or _number_and_name(value, known, by_name)
    if len(found) == 1:
        return found[0]
    if found:
        message = N_("%(count)s employees have this name (%(numbers)s); give the superior's number")
        cleaned.fault(index, column, message, count=len(found), numbers=", ".join(found[:5]))
    else:
        cleaned.fault(index, column, N_("Neither the file nor the portal has an employee of this number or name"))
    return None


def _number_and_name(value: str, known: dict[str, str], by_name: dict[str, list[str]]) -> list[str]:
    """The numbers that may be meant by "00301 周美玲" or 周美玲（組長）: a known number beside its own name, else a name and more."""
    parts = [part for part in re.split(r"[\s()（）\[\]【】/／,，、:：_-]+", value) if part]
    for number in (part for part in parts if part in known):
        rest = "".join(part for part in parts if part != number)
        return [number] if name_key(known[number]) == name_key(rest) else []
    return by_name.get(name_key(parts[0]), []) if len(parts) > 1 else []


def _check_one_number_per_name(
    cleaned: Cleaned, given: list[str | None], names: list[str | None], known: dict[str, str]
) -> None:
    """One unknown superior under two numbers: mistyped, or two people; either way the rows must be looked at.

    Known numbers are left alone: two people may have one name.
    """
    if not any(names):
        return
    numbers: dict[str, set[str]] = defaultdict(set)
    pairs = list(zip(given, names, strict=True))
    for value, name in pairs:
        if value and name and value not in known:
            numbers[name_key(name)].add(value)
    for index, (value, name) in enumerate(pairs):
        if not value or not name or value in known or len(numbers[name_key(name)]) < 2:
            continue
        message = N_("The superior %(name)s appears with several numbers: %(numbers)s")
        cleaned.fault(
            index, "superior", message, name=describe(name), numbers=", ".join(sorted(numbers[name_key(name)]))
        )


def _check_cycles(cleaned: Cleaned, context: Context, numbers: list[str | None], superiors: list[str | None]) -> None:
    """A person may not be, through any number of steps, their own superior."""
    line: dict[str, str | None] = dict(context.superiors)
    rows: dict[str, int] = {}
    for index, number in enumerate(numbers):
        if number:
            rows.setdefault(number, index)  # a repeated number is a fault already
    if "superior" in cleaned or "superior_name" in cleaned:
        line.update({number: superiors[index] for number, index in rows.items()})
    done: set[str] = set()
    for start in rows:
        path: dict[str, None] = {}
        current: str | None = start
        while current and current not in done and current not in path:
            path[current] = None
            current = line.get(current)
        if current in path:
            _report_cycle(cleaned, rows, list(path)[list(path).index(str(current)) :])
        done.update(path)


def _report_cycle(cleaned: Cleaned, rows: dict[str, int], cycle: list[str]) -> None:
    column = "superior" if "superior" in cleaned else "superior_name"
    for place, number in enumerate(cycle):
        if number in rows:
            line = [*cycle[place:], *cycle[:place], number]
            message = N_("The employee would be their own superior: %(line)s")
            cleaned.fault(rows[number], column, message, line=" → ".join(line[:12]))
