"""A file's table as the readers of each kind of import get it, and where a column stands in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from admin.domain.refusals import N_
from admin.files.faults import Fault, FileFault, FileNote

Row = list[Any]


@dataclass
class Table:
    """A file's table. `rows` are cells under `headers`; `row_numbers` count as the file's own program counts.

    `faults` are structural (a row with a missing cell); `formulas` and `errors` are (row number, column index) of cells
    that hold a formula or an error value; a mapping decides whether they matter.
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
    errors: set[tuple[int, int]] = field(default_factory=set)

    @property
    def duplicates(self) -> list[str]:
        """Headers that stand over more than one column."""
        return [header for header, times in Counter(self.headers).items() if times > 1]

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
