"""CSV and TSV to raw rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from admin.domain.refusals import N_
from admin.files.faults import FileFault
from admin.files.tables import Row
from admin.files.workbook_reading import MAX_COLUMNS

SEPARATORS = (",", "\t", ";", "|")
RARE_SEPARATORS = ("，", "；", "^", "~", "\x1f")  # looked for where none of the usual ones cuts anything
_SAID = re.compile(r"sep=(.)\r?$", re.IGNORECASE)  # a first line by which Excel is told
LONGEST_CELL = 131_072
_SNIFFED_ROWS = 30


def separator_of(text: str) -> str:
    """The separator that the file names, or that cuts the first rows into the most equal columns; a comma when nothing does."""
    lines = text[:100_000].splitlines()[:_SNIFFED_ROWS]
    if lines and (said := _SAID.fullmatch(lines[0].strip(" \"'"))):
        return said[1]
    head = "\n".join(lines)
    for signs in (SEPARATORS, RARE_SEPARATORS):
        best = max(signs, key=lambda separator: _evenness(head, separator))
        if _evenness(head, best) > 0:
            return best
    return ","


def _evenness(head: str, separator: str) -> float:
    try:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(head), delimiter=separator) if row)
    except csv.Error:
        return 0.0
    width, times = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
    return (width - 1) * times / max(1, sum(widths.values()))


def delimited_rows(text: str, separator: str) -> tuple[list[tuple[int, Row]], int]:
    """(row number, cells) of every row that is not blank, and the number of blank ones.

    A row is a record: a line break inside quotes does not count, as in a spreadsheet. Raises `FileFault`.
    """
    rows: list[tuple[int, Row]] = []
    reader, number = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 0
    csv.field_size_limit(LONGEST_CELL)
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cells) and any(not cell.isspace() for cell in cells if cell):
                rows.append((number, cells))
            if len(cells) > MAX_COLUMNS:
                raise FileFault(N_("Row %(row)s has more than %(limit)s columns"), row=number, limit=MAX_COLUMNS)
    except csv.Error as wrong:
        raise _broken(number + 1, str(wrong)) from wrong
    last = rows[-1][0] if rows else 0
    return rows, max(number - len(rows), last - len(rows))


def _broken(row: int, reason: str) -> FileFault:
    if "field larger" in reason:
        return FileFault(N_("A cell in row %(row)s holds more than %(limit)s characters"), row=row, limit=LONGEST_CELL)
    return FileFault(
        N_("The quotation marks in row %(row)s do not match; a part of the file is missing, or the row needs fixing"),
        row=row,
    )
