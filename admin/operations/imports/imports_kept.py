"""What was chosen for a file holds for the next one of its kind: words, columns, order of dates; never what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from admin.files.choices import HowRead
from admin.files.faults import FileFault
from admin.files.mapping import Mapping as FileMapping
from admin.files.mapping import distinct_values
from admin.files.tables import Table
from admin.operations.imports.imports_reading import file_mapping
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


def begun_mapping(session: Session, table: Table, kind: str, proposed: FileMapping) -> FileMapping:
    """The mapping that a file begins with: the last one of a file with the same columns, else what the file says."""
    for kept in last_mappings(session, kind):
        try:
            earlier = FileMapping.from_json(kind, lasting(kept))
        except FileFault:  # of a version that had other options
            continue
        if earlier.fields and earlier.headers <= set(table.headers):
            earlier.reading = HowRead()  # this file was read by what it says itself
            begun = file_mapping(kind, earlier.to_json(), proposed, partial(distinct_values, table))
            begun.options |= {name: said for name in SAID_BY_VALUES if (said := proposed.options.get(name))}
            return begun
    return proposed


def encoding_before(session: Session, kind: str) -> str | None:
    """The encoding that HR named for the last file of a kind, to be offered first."""
    named = ((kept.get("reading") or {}).get("encoding") for kept in last_mappings(session, kind))
    return next((name for name in named if name), None)
