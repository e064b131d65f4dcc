"""Tables of a few columns that are no kind of import: the columns found by their names, each fault by row and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from admin.domain.refusals import N_
from admin.files.cleaning import clean_text, describe
from admin.files.faults import Fault, FileFault, Unclean
from admin.files.field_specs import FieldSpec
from admin.files.grades import grade_key
from admin.files.headers import header_key, header_keys
from admin.files.tables import Table


@dataclass(frozen=True)
class SmallTable:
    """What was found: the file's header of each field, the rows that can be read (with their number), every fault."""

    columns: Mapping[str, str]
    rows: Sequence[tuple[int, dict[str, Any]]]
    faults: Sequence[Fault]


def read_small(table: Table, fields: Sequence[FieldSpec], value: Callable[[str, Any], Any]) -> SmallTable:
    """Each row by its fields, of which `value` makes what a cell means; a field that is needed must not be blank.

    Raises `FileFault` where a column that is needed is not there.
    """
    columns = _columns(table, fields)
    places = {name: table.index(header) for name, header in columns.items()}
    needed = {spec.name for spec in fields if spec.required}
    rows, faults = [], list(table.faults)
    broken = {(row, place) for row, place in table.formulas if place in places.values()}
    for index, cells in enumerate(table.rows):
        number, found, wrong = table.row_numbers[index], dict[str, Any](), list[Fault]()
        for name, place in places.items():
            try:
                if (index, place) in broken:
                    raise Unclean(N_("This is a formula; paste its value in its place"))
                found[name] = value(name, cells[place])
                if found[name] is None and name in needed:
                    raise Unclean(N_("This must not be blank"))
            except Unclean as fault:
                wrong.append(Fault(number, columns[name], describe(cells[place]), fault.message, fault.facts))
        if not wrong:
            rows.append((number, found))
        faults += wrong
    return SmallTable(columns, rows, faults)


def grade_in(cell: Any, grades: Mapping[str, str]) -> str | None:
    """The code of the grade that a cell names in any language; None where it is blank. Raises `Unclean` with the known ones."""
    text = clean_text(cell)
    if not text:
        return None
    if (code := grades.get(grade_key(text))) is None:
        known = ", ".join(dict.fromkeys(grades.values()))
        raise Unclean(
            N_("There is no grade %(grade)s on the ladder; the grades are %(known)s"), grade=describe(text), known=known
        )
    return code


def _columns(table: Table, fields: Sequence[FieldSpec]) -> dict[str, str]:
    known = {header_key(word): spec.name for spec in fields for word in (*spec.headers, *spec.synonyms)}
    found: dict[str, str] = {}
    for header in table.headers:
        name = next((known[key] for key in header_keys(header) if key in known), None)
        if name is not None:
            found.setdefault(name, header)
    missing = [spec.label for spec in fields if spec.required and spec.name not in found]
    if missing:
        raise FileFault(N_("These columns are missing: %(fields)s"), fields=missing)
    return found
