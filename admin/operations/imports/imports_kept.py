"""What was chosen for a file holds for the next one of its kind: words, columns, order of dates; never what it is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from admin.files.choices import HowRead
from admin.files.faults import FileFault
from admin.files.mapping import VALUES, distinct_values
from admin.files.mapping import Mapping as FileMapping
from admin.files.proposing import known_values
from admin.files.tables import Table
from admin.files.value_words import VALUE_WORDS
from admin.queries.imports.imports import last_mappings

OF_ONE_FILE = ("sheet", "sheets", "header_row")  # where the table stands in it
FOR_ONE_FILE = ("month", "year", "metric")  # what all of its rows are for
SAID_BY_VALUES = ("date_order", "decimal")  # where the file shows it, it is not asked what was before
OF_ONE_TIME = ("in_centre", "accounts", "logins", "leave_out", "decided")


def lasting(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """What of a mapping holds for the next file of its kind."""
    options = {name: value for name, value in (mapping.get("options") or {}).items() if name not in OF_ONE_TIME}
    constants = {name: value for name, value in options.get("constants", {}).items() if name not in FOR_ONE_FILE}
    reading = {name: value for name, value in (mapping.get("reading") or {}).items() if name not in OF_ONE_FILE}
    plain = {name: value for name, value in mapping.items() if name not in ("options", "reading", "sheet")}
    plain["options"] = {name: value for name, value in options.items() if name != "constants"}
    if constants:
        plain["options"]["constants"] = constants
    return plain | ({"reading": reading} if reading else {})


def file_mapping(
    kind: str,
    mapping: Mapping[str, Any] | None,
    proposed: FileMapping,
    values_of: Callable[[str], Sequence[str]],
) -> FileMapping:
    """The mapping as given; what it does not say comes from the headers, the values and the titles of the file.

    `values_of`: the different values under a header; of a column that the file did not propose, words that we know are known too.
    """
    if not mapping:
        return proposed
    given = FileMapping.from_json(kind, mapping)
    words = {name: {**proposed.options.get(name, {}), **given.options.get(name, {})} for name in (*VALUES, "constants")}
    given.options = {**proposed.options, **given.options, **{name: value for name, value in words.items() if value}}
    # Options alone (a date order, say) are an answer to the file's own proposal, not a mapping without columns.
    if not given.fields:
        given.fields = dict(proposed.fields)
    for name in VALUE_WORDS.keys() & given.fields.keys():
        if known := known_values(name, values_of(given.fields[name])):
            given.options[name] = {**known, **given.options.get(name, {})}
    return given


def begun_mapping(session: Session, table: Table, kind: str, proposed: FileMapping) -> FileMapping:
    """The mapping that a file begins with: the last one of a file with the same columns, else what the file says."""
    for kept, file in last_mappings(session, kind):
        try:
            earlier = FileMapping.from_json(kind, lasting(kept))
        except FileFault:  # of a version that had other options
            continue
        if earlier.fields and earlier.headers <= set(table.headers):
            _without_its_own(earlier, (file or {}).get("proposed", {}).get("options") or {})
            _with_new_columns(earlier, proposed, set(table.headers) - set((file or {}).get("headers", table.headers)))
            earlier.reading = HowRead()  # this file was read by what it says itself
            begun = file_mapping(kind, earlier.to_json(), proposed, partial(distinct_values, table))
            begun.options |= {name: said for name in SAID_BY_VALUES if (said := proposed.options.get(name))}
            return begun
    return proposed


def _without_its_own(earlier: FileMapping, own: Mapping[str, Any]) -> None:
    """What the earlier file's own values said, and nobody chose, holds for that file alone: another one is asked about."""
    for name in SAID_BY_VALUES:
        if earlier.options.get(name) == own.get(name):
            earlier.options.pop(name, None)


def _with_new_columns(earlier: FileMapping, proposed: FileMapping, new: set[str]) -> None:
    """Columns that the earlier file did not have are used as they say themselves; those that HR left out stay out."""
    for name, header in proposed.fields.items():
        if header in new:
            earlier.fields.setdefault(name, header)
    wide = {code: header for code, header in proposed.options.get("wide", {}).items() if header in new}
    if wide:
        earlier.options["wide"] = wide | earlier.options.get("wide", {})


def encoding_before(session: Session, kind: str) -> str | None:
    """The encoding that HR named for the last file of a kind, to be offered first."""
    named = ((kept.get("reading") or {}).get("encoding") for kept, _file in last_mappings(session, kind))
    return next((name for name in named if name), None)
