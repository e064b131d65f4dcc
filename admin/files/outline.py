"""What a file's table looks like without its rows: what the page on its columns shows, kept with the import's report."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from admin.files.cleaning import plain
from admin.files.mapping import Mapping, distinct_values
from admin.files.proposing import lacks_year
from admin.files.tables import Table

SAMPLES = 3
SEARCHED = 500  # rows from which the samples are taken
LONGEST_SAMPLE = 40
LONGEST_VALUE = 200  # a text longer than this is no choice in a list


@dataclass(frozen=True)
class Outline:
    """A table's shape: where it stands, its headers, how many rows, first values of each column, and the values of a column
    that holds so few different ones that their meaning can be chosen. `proposed`: the columns as their headers say.

    Beside the sheet that was read: those that look alike, those that were read with it as one table, the columns
    that became rows, the first rows; whether months say no year.
    """

    sheet: str | None
    sheets: list[str]
    encoding: str | None
    separator: str | None
    header_row: int
    headers: list[str]
    rows: int
    samples: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    proposed: dict[str, Any] = field(default_factory=dict)
    alike: list[str] = field(default_factory=list)
    together: list[str] = field(default_factory=list)
    across: list[str] = field(default_factory=list)
    head: list[list[Any]] = field(default_factory=list)
    hidden: int = 0
    lacks_year: bool = False

    def values_of(self, header: str) -> list[str]:
        """The different values under a header; [] where they are no list of choices."""
        return self.values.get(header, [])

    def to_json(self) -> dict[str, Any]:
        """As the report keeps it."""
        return asdict(self)


def outline_of(table: Table, proposed: Mapping) -> Outline:
    """The outline of a table that was read."""
    once = [header for header in dict.fromkeys(table.headers) if table.headers.count(header) == 1]
    values = {header: _choices(table, header) for header in once}
    return Outline(
        table.sheet, table.sheets, table.encoding, table.separator, table.header_row, table.headers, len(table.rows),
        [_samples(table, index) for index in range(len(table.headers))],
        {header: found for header, found in values.items() if found}, proposed.to_json(),
        table.alike, table.together, table.across, [list(each) for each in table.head], table.hidden,
        lacks_year(table, proposed),
    )  # fmt: skip


def kept_outline(report: MappingType[str, Any]) -> Outline | None:
    """The outline in an import's report; None where its file was never read, or read by an earlier version."""
    kept = report.get("file") or {}
    names = {each.name for each in fields(Outline)}
    return Outline(**{name: kept[name] for name in names}) if names <= kept.keys() else None


def _choices(table: Table, header: str) -> list[str]:
    found = distinct_values(table, header)
    return found if all(len(value) <= LONGEST_VALUE for value in found) else []


def _samples(table: Table, index: int) -> str:
    seen: dict[str, None] = {}
    for row in table.rows[:SEARCHED]:
        if row[index] not in ("", None):
            seen.setdefault(plain(row[index])[:LONGEST_SAMPLE])
        if len(seen) == SAMPLES:
            break
    return ", ".join(seen)
