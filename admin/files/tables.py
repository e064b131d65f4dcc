"""A file's table as it was found: where it stood, its columns, its rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from admin.domain.refusals import N_
from admin.files.faults import Fault, FileFault, FileNote

Row = list[Any]
# Columns that no file has: of several sheets as one table the sheet, of months or years as columns the period and the value.
SHEET_COLUMN, MONTH_COLUMN, YEAR_COLUMN, VALUE_COLUMN = "(sheet)", "(month)", "(year)", "(value)"
MADE_COLUMNS = frozenset({SHEET_COLUMN, MONTH_COLUMN, YEAR_COLUMN, VALUE_COLUMN})


@dataclass
class Table:
    """A file's table. `rows` are cells under `headers`; `row_numbers` count as the file's own program counts.

    `faults` are structural (a row with a missing cell); `formulas` are (place among the rows, column index) of cells that
    hold a formula; a mapping decides whether they matter. `sheets` are all that could be read, `alike` those that look like
    the one that was; `titles` are the texts above the header, `head` the first rows as one line each. `places`
    say of each row where it is from, if that is not plain: its sheet, and by header the columns of the file.
    """

    name: str
    sheet: str | None
    sheets: list[str]
    encoding: str | None
    separator: str | None
    header_row: int
    headers: list[str]
    rows: list[Row]
    row_numbers: list[int]
    notes: list[FileNote] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    alike: list[str] = field(default_factory=list)
    together: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    head: list[tuple[int, str]] = field(default_factory=list)
    hidden: int = 0
    dates_1904: bool = False
    places: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    across: list[str] = field(default_factory=list)  # the columns that became rows

    @property
    def duplicates(self) -> list[str]:
        """Headers that stand over more than one column."""
        return [header for header, times in Counter(self.headers).items() if times > 1]

    def place_of(self, index: int, header: str) -> str:
        """A row's column as the file calls it."""
        if not self.places:
            return header
        sheet, names = self.places[index]
        return f"{sheet}!{names.get(header, header)}" if sheet else names.get(header, header)

    def column(self, header: str) -> list[Any]:
        """The cells under a header; raises `FileFault` when it is missing or stands twice."""
        index = self.index(header)
        return [row[index] for row in self.rows]

    def index(self, header: str) -> int:
        """The column's place; raises `FileFault` when it is missing or stands twice."""
        places = [i for i, name in enumerate(self.headers) if name == header]
        if not places:
            raise FileFault(N_("There is no column %(column)s in this file"), column=header)
        if len(places) > 1:
            raise FileFault(
                N_("The column %(column)s appears %(times)s times in row %(row)s; rename or delete all but one"),
                column=header,
                times=len(places),
                row=self.header_row,
            )
        return places[0]
