"""A mapping from what the headers, the values, the titles and the names of sheet and file say; the rest is left open."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from datetime import datetime
from typing import Any

from admin.domain.metrics import COUNTS, RATES
from admin.files.cleaning import clean_text
from admin.files.dates import at_midnight, clean_moment, date_parts
from admin.files.faults import Unclean
from admin.files.headers import header_keys, unit_of
from admin.files.mapping import DATE_FIELDS, Mapping, distinct_values
from admin.files.metric_words import metric_named
from admin.files.periods import month_in, period_in, span_said, year_in, years_said
from admin.files.tables import MONTH_COLUMN, SHEET_COLUMN, VALUE_COLUMN, YEAR_COLUMN, Table
from admin.files.value_words import VALUE_WORDS
from admin.files.vocabulary import fields_named, header_words

_ROC_DAY = re.compile(r"[01]\d{2}(0[1-9]|1[0-2])[0-3]\d")
_ERA = re.compile(r"民國|民国|\bROC\b|Minguo", re.IGNORECASE)
_COMMA = re.compile(r"[+-]?(?:\d+,\d{1,2}|\d{1,3}(?:\.\d{3})+,\d+)%?")
_POINT = re.compile(r"[+-]?(?:\d*\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d+)?)%?")
_MONTH_ALONE = re.compile(r"\d{1,2}(?:\.0)?\s*(?:月份?)?|[QH][1-4]|第?[一二三四1-4]季度?|[上下]半年度?", re.IGNORECASE)
_LEVEL_SIGNS = ("/", ">", "→", "\\", " - ")  # between the levels of a department
DURATIONS = frozenset({"wait", "talk"})
_LOOKED_AT = 20  # rows
_LEVELS = 3  # of likeness that `header_keys` has


def propose(table: Table, kind: str) -> Mapping:
    """The mapping that a file itself says."""
    mapping = Mapping(kind)
    _propose_made(table, mapping)
    _propose_fields(table, mapping)
    if kind == "metrics":
        _propose_wide(table, mapping)
    if kind == "employees" and "department" in mapping.fields:
        mapping.options["department_separator"] = _separator(table, mapping)
    for name in VALUE_WORDS:
        if name in mapping.fields:
            mapping.options[name] = known_values(name, distinct_values(table, mapping.fields[name]))
    if order := proposed_date_order(table, mapping):
        mapping.options["date_order"] = order
    if decimal := _proposed_decimal(table, mapping):
        mapping.options["decimal"] = decimal
    if constants := _said(table, mapping):
        mapping.options["constants"] = constants
    return mapping


def _propose_made(table: Table, mapping: Mapping) -> None:
    """The columns that came of the file's shape: periods as columns, several sheets as one table."""
    value = "rating" if mapping.kind == "ratings" else "value"
    made = {MONTH_COLUMN: "month", YEAR_COLUMN: "year", VALUE_COLUMN: value}
    mapping.fields.update({name: header for header, name in made.items() if header in table.headers})
    if not table.together:
        return
    if mapping.kind == "metrics" and VALUE_COLUMN in table.headers and all(map(metric_named, table.together)):
        mapping.fields["metric"] = SHEET_COLUMN
    elif mapping.kind == "metrics" and "month" not in mapping.fields and all(map(period_in, table.together)):
        mapping.fields["month"] = SHEET_COLUMN
    elif mapping.kind == "ratings" and "year" not in mapping.fields and all(map(year_in, table.together)):
        mapping.fields["year"] = SHEET_COLUMN


def lacks_year(table: Table, mapping: Mapping) -> bool:
    """Whether there are months that say no year."""
    if mapping.kind != "metrics" or "month" not in mapping.fields or "year" in mapping.fields:
        return False
    return any(_MONTH_ALONE.fullmatch(str(cell).strip()) for cell in set(table.column(mapping.fields["month"])))


def _said(table: Table, mapping: Mapping) -> dict[str, str]:
    """What holds for all rows and stands in a title or in the name of sheet or file: the year, the period, the metric."""
    texts = [*table.titles, *([] if table.together else [table.sheet or ""]), table.name.rsplit(".", 1)[0]]
    said: dict[str, str] = {}
    years = years_said(texts)
    if len(years) == 1 and (lacks_year(table, mapping) or (mapping.kind == "ratings" and "year" not in mapping.fields)):
        said["year"] = str(min(years))
    if mapping.kind != "metrics":
        return said
    if VALUE_COLUMN in table.headers and "metric" not in mapping.fields:
        bare = [found[1] for found in map(year_in, texts) if found]  # 2025年來電量
        codes = {code for text in (*texts, *bare) if (code := metric_named(text))}
        if len(codes) == 1:
            said["metric"] = codes.pop()
    if "month" not in mapping.fields and mapping.options.get("wide"):
        span = span_said(texts)
        months = {found[0] for text in texts if (found := month_in(text)) and "-" in found[0]}
        if span or len(months) == 1:
            said["month"] = "/".join(span) if span else months.pop()
    return said


def _propose_fields(table: Table, mapping: Mapping) -> None:
    """The nearest names first: one that needs its bracket or code set aside gives way to one that does not."""
    words, taken = header_words(mapping.kind), {*mapping.fields.values()}
    for level in range(_LEVELS):
        for header in sorted(table.headers, key=lambda each: unit_of(each) is None):  # the one that says its unit
            keys = header_keys(header)
            name = words.get(keys[level]) if level < len(keys) else None
            if name and name not in mapping.fields and header not in taken and table.headers.count(header) == 1:
                mapping.fields[name] = header
                taken.add(header)
    for header in table.headers:
        named = sorted(name for kind, name in fields_named(header) if kind == mapping.kind)
        if (
            len(named) == 1
            and named[0] not in mapping.fields
            and header not in taken
            and table.headers.count(header) == 1
        ):
            mapping.fields[named[0]] = header  # 工號 Employee No.: the name in two languages
            taken.add(header)
    if mapping.kind == "contacts" and "day" not in mapping.fields and _holds_days(table, mapping.fields.get("clock")):
        mapping.fields["day"] = mapping.fields["clock"]  # 2026-03-02 09:30:00 says both
    for name in DURATIONS & mapping.fields.keys():
        if unit_of(mapping.fields[name]) is None and (told := _with_unit(table, words, name)):
            mapping.fields[name] = told  # beside a day's fraction, the column that says what it counts
    order = {header: place for place, header in enumerate(table.headers)}
    mapping.fields = dict(sorted(mapping.fields.items(), key=lambda each: order[each[1]]))


def _holds_days(table: Table, header: str | None) -> bool:
    """Whether the moments under a header say their days."""
    cells = [cell for cell in (table.column(header) if header else ()) if cell not in ("", None)][:_LOOKED_AT]
    timed = any(isinstance(cell, datetime) for cell in cells)
    return bool(cells) and all(_has_day(at_midnight(cell) if timed else cell) for cell in cells)


def _has_day(cell: Any) -> bool:
    try:
        return bool((moment := clean_moment(cell)) and moment[0])
    except Unclean:
        return False


def _with_unit(table: Table, words: MappingType[str, str], name: str) -> str:
    told = (h for h in table.headers if unit_of(h) and any(words.get(key) == name for key in header_keys(h)))
    return next(told, "")


def _propose_wide(table: Table, mapping: Mapping) -> None:
    if "metric" in mapping.fields and "value" in mapping.fields:
        return
    taken = set(mapping.fields.values())
    wide: dict[str, str] = {}
    for header in table.headers:
        code = metric_named(header)
        if code and header not in taken and table.headers.count(header) == 1:
            wide.setdefault(code, header)
    counted = {code: header for code, header in wide.items() if code in COUNTS or _has_count(code, wide)}
    # Averages alone are taken too: their counts may be in the portal, and where they are not, that is what is missing.
    if wide := counted or wide:
        mapping.options["wide"] = wide


def _has_count(code: str, wide: MappingType[str, str]) -> bool:
    """Whether a rate can be taken: its count stands beside it, and its sum does not."""
    return RATES[code].sample in wide and RATES[code].amount not in wide


def known_values(name: str, values: Iterable[str]) -> dict[str, str]:
    """Of the values of a field's column those that mean one thing, each with ours."""
    words = {word.casefold(): ours for ours, synonyms in VALUE_WORDS[name].items() for word in synonyms}
    return {value: words[value.casefold()] for value in values if value.casefold() in words}


def _separator(table: Table, mapping: Mapping) -> str:
    """ "/" cuts Chinese paths; IT/IS is one department, so Latin names are left whole unless HR says otherwise."""
    cells = {
        cell.replace("／", "/").replace("＞", ">")
        for cell in table.column(mapping.fields["department"])
        if isinstance(cell, str)
    }
    for sign in _LEVEL_SIGNS:
        values = [cell for cell in cells if sign in cell]
        if values and (sign != "/" or any(character > "\u2e80" for value in values for character in value)):
            return sign
    return ""


def proposed_date_order(table: Table, mapping: Mapping) -> str | None:
    """Day or month first, or the Republican era, from all date columns together (one file, one program).

    None when they do not say.
    """
    first = second = republican = False
    for name in DATE_FIELDS & mapping.fields.keys():
        for cell in set(table.column(mapping.fields[name])):
            republican = republican or _is_republican(cell)
            try:
                parts = date_parts(cell)
            except Unclean:
                continue
            if parts:
                first, second = first or parts[0] > 12, second or parts[1] > 12
    if first == second:
        republican = republican or any(
            _ERA.search(mapping.fields[name]) for name in DATE_FIELDS & mapping.fields.keys()
        )
        return "roc" if republican and not first else None
    return "dmy" if first else "mdy"


def _is_republican(cell: Any) -> bool:
    """Whether the cell is seven figures that can be no other date (1090203)."""
    if isinstance(cell, float) and cell.is_integer():
        cell = str(int(cell))
    return isinstance(cell, str) and bool(_ROC_DAY.fullmatch(cell.strip()))


def _proposed_decimal(table: Table, mapping: Mapping) -> str | None:
    """ "," where figures have it before one or two digits, and none has a point."""
    comma = False
    for cell in _figures(table, mapping):
        if _POINT.fullmatch(cell):
            return None
        comma = comma or bool(_COMMA.fullmatch(cell))
    return "," if comma else None


def _figures(table: Table, mapping: Mapping) -> Iterable[str]:
    names = ("value", "sample", "satisfaction", "wait", "talk")
    headers = [mapping.fields[name] for name in names if name in mapping.fields]
    for header in (*headers, *mapping.options.get("wide", {}).values()):
        for cell in table.column(header):
            if isinstance(cell, str) and cell:
                try:
                    yield clean_text(cell)
                except Unclean:
                    continue
