"""HR's files become tables: the sheet, the header and the encoding are found and shown, never assumed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from admin.domain.refusals import N_, P_
from admin.files.delimited import delimited_rows, separator_of
from admin.files.encodings import decode
from admin.files.faults import Fault, FileFault, FileNote, quoted
from admin.files.header_finding import SEARCHED_ROWS, find_header, header_text, known_headers
from admin.files.tables import Row, Table
from admin.files.vocabulary import all_header_keys, header_key
from admin.files.workbook_reading import OLE, Sheet, Workbook, column_letters

MAX_BYTES = 100 * 1024 * 1024
MAX_LINES = 2_000_000  # of a text; so many rows of two cells already take all the memory that reading may take
_TOTAL = re.compile(
    r"(合計|合计|總計|总计|小計|小计|共計|共计|平均值?|(sub|grand )?totals?|sum|average)[:：]?(\d+.*)?", re.IGNORECASE
)
_REMARK = re.compile(
    r"(製表|制表|列印|打印|備註|备注|說明|说明|註|注|審核|审核|printed|prepared|note|page|第\d+頁|第\d+页).*",
    re.IGNORECASE,
)


_CELL_MISSING = N_(
    "The row has %(cells)s cells and the header %(width)s: a cell is missing, and those after it have moved"
)
_CELL_TOO_MANY = N_(
    "The row has %(cells)s cells and the header %(width)s: a separator inside a value lacks its quotation marks"
)


def read_table(
    name: str, data: bytes, *, sheet: str | None = None, header_row: int | None = None, encoding: str | None = None
) -> Table:
    """Read an XLSX, XLS, CSV or TSV file; what is not given is found.

    `header_row` counts from 1. Raises `FileFault` when the file as a whole cannot be used: empty, too large, something
    else in disguise, wrong encoding, no or two headers, no rows.
    """
    kind = kind_of(data)
    if kind == "workbook":
        return _from_workbook(name, data, sheet, header_row)
    text, found = decode(data, encoding)
    if text.count("\n") > MAX_LINES:
        raise FileFault(N_("The file has more than %(limit)s rows; divide it"), limit=MAX_LINES)
    separator = separator_of(text)
    rows, blank = delimited_rows(text, separator)
    raw = Sheet("", rows, blank_rows=blank)
    table = _table(name, raw, header_row, ragged=True)
    table.sheet, table.encoding, table.separator = None, found, separator
    return table


def kind_of(data: bytes) -> str:
    """ "workbook" or "text". Raises `FileFault` for anything else, whatever its name says."""
    if not data.strip(b"\0 \r\n\t"):
        raise FileFault(N_("The file is empty"))
    if len(data) > MAX_BYTES:
        raise FileFault(N_("The file is larger than %(limit)s MB; split it"), limit=MAX_BYTES // 1024 // 1024)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", OLE)):
        return "workbook"
    head = data[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<head", b"<body", b"<?xml", b"<meta", b"mime-version")):
        raise FileFault(
            N_("This is a web page under a spreadsheet's name; open it in your spreadsheet program and save it as XLSX")
        )
    if head.startswith(b"%pdf"):
        raise FileFault(N_("This is a PDF, not a spreadsheet; export the table as XLSX"))
    if head.startswith(
        (b"\x89png", b"\xff\xd8\xff", b"gif8", b"{\\rtf", b"rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\x7felf", b"mz\x90")
    ):
        raise FileFault(N_("This is not a spreadsheet; export the table as XLSX or CSV"))
    return "text"


def _from_workbook(name: str, data: bytes, sheet: str | None, header_row: int | None) -> Table:
    book = Workbook(data)
    if sheet is not None and sheet not in book.names:
        raise FileFault(
            N_("There is no visible sheet %(sheet)s; the workbook has %(sheets)s"),
            sheet=sheet,
            sheets=", ".join(book.names),
        )
    chosen, others = (book.sheet(sheet), []) if sheet is not None else _best_sheet(book)
    table = _table(name, chosen, header_row, ragged=False)
    table.sheets = book.names
    if others:
        table.notes.append(
            FileNote(
                N_("Sheet %(sheet)s was read; these sheets look alike and were not read: %(others)s"),
                {"sheet": chosen.name, "others": ", ".join(others)},
            )
        )
    return table


def _best_sheet(book: Workbook) -> tuple[Sheet, list[str]]:
    if len(book.names) == 1:
        return book.sheet(book.names[0]), []
    sheets = [book.sheet(name) for name in book.names]
    scores = [max((known_headers(cells) for _, cells in s.rows[:SEARCHED_ROWS]), default=-1) for s in sheets]
    best = max(range(len(sheets)), key=lambda i: scores[i])
    return sheets[best], [s.name for i, s in enumerate(sheets) if i != best and scores[i] == scores[best] > 0]


def _table(name: str, raw: Sheet, header_row: int | None, *, ragged: bool) -> Table:
    if not raw.rows:
        raise FileFault(N_("The file is empty"))
    filled = _fill_merged(raw)
    place = find_header(raw.rows, header_row)
    number, cells = raw.rows[place]
    table = Table(
        name,
        raw.name or None,
        [],
        None,
        None,
        number,
        [header_text(cell) for cell in cells],
        [],
        [],
        formulas=raw.formulas,
        errors=raw.errors,
    )
    _note_reading(table, raw, place, filled)
    _take_rows(table, raw.rows[place + 1 :], ragged)
    _drop_footers(table)
    if not table.rows:
        raise FileFault(N_("The file has no rows under its header (row %(row)s)"), row=number)
    _check_no_second_header(table)
    _check_merged_across(table, raw)
    _drop_nameless(table)
    return table


def _note_reading(table: Table, raw: Sheet, place: int, filled: int) -> None:
    if place:
        table.notes.append(
            FileNote(
                P_(
                    "%(count)s row above the header (row %(row)s) was skipped",
                    "%(count)s rows above the header (row %(row)s) were skipped",
                ),
                {"count": place, "row": table.header_row},
            )
        )
    if raw.blank_rows:
        table.notes.append(
            FileNote(
                P_("%(count)s blank row was skipped", "%(count)s blank rows were skipped"), {"count": raw.blank_rows}
            )
        )
    if filled:
        table.notes.append(
            FileNote(
                P_(
                    "%(count)s merged area was filled with the value that it shows",
                    "%(count)s merged areas were filled with the value that they show",
                ),
                {"count": filled},
            )
        )


def _fill_merged(raw: Sheet) -> int:
    """Give every row of an area merged downwards the value that it shows; the number of areas filled."""
    if not raw.merged:
        return 0
    numbers, count = [number for number, _ in raw.rows], 0
    below: dict[int, int] = {}  # by column, the last row that one was filled down to
    for (top, left), (bottom, right) in sorted(raw.merged):
        if left != right or top == bottom:
            continue
        if top <= below.get(left, -1):
            raise FileFault(N_("Merged cells overlap here (row %(row)s); separate them"), row=top + 1)
        below[left] = bottom
        place = bisect_left(numbers, top + 1)
        if numbers[place : place + 1] != [top + 1] or left >= len(first := raw.rows[place][1]):
            continue
        count += 1
        for _, cells in raw.rows[place + 1 : bisect_left(numbers, bottom + 2)]:
            if cells[left] == "":
                cells[left] = first[left]
    return count


def _check_merged_across(table: Table, raw: Sheet) -> None:
    numbers = set(table.row_numbers) if raw.merged else set()
    for (top, left), (_, right) in raw.merged:
        if left != right and top + 1 in numbers:
            table.faults.append(
                Fault(
                    top + 1, column_letters(left), "", N_("Cells of several columns are merged here; separate them"), {}
                )
            )


def _take_rows(table: Table, rows: Sequence[tuple[int, Row]], ragged: bool) -> None:
    width = len(table.headers)
    for number, cells in rows:
        if len(cells) != width:
            cells = _fitted(table, number, cells, width, ragged)
        table.rows.append(cells)
        table.row_numbers.append(number)


def _fitted(table: Table, number: int, cells: Row, width: int, ragged: bool) -> Row:
    # A cell lost in the middle moves all later ones to the left: values land in wrong columns without looking wrong
    facts = {"cells": len(cells), "width": width}
    if len(cells) < width:
        if ragged and not _is_footer(cells):
            table.faults.append(Fault(number, None, "", _CELL_MISSING, facts))
        return [*cells, *[""] * (width - len(cells))]
    if any(cell != "" for cell in cells[width:]):
        table.faults.append(Fault(number, None, quoted(cells[width]), _CELL_TOO_MANY, facts))
    return cells[:width]


def _is_footer(cells: Row) -> bool:
    filled = [cell for cell in cells if cell != ""]
    first = filled[0] if filled else ""
    if not isinstance(first, str):
        return False
    text = re.sub(r"\s+", "", first) if not first.isascii() else first.strip()
    return bool(_TOTAL.fullmatch(text)) or (len(filled) == 1 and bool(_REMARK.fullmatch(text)))


def _drop_footers(table: Table) -> None:
    kept: list[int] = []
    for index, cells in enumerate(table.rows):
        if not _is_footer(cells):
            kept.append(index)
            continue
        value = quoted(next(cell for cell in cells if cell != ""))
        table.notes.append(
            FileNote(
                N_("Row %(row)s (%(value)s) is a total or a remark and was left out"),
                {"row": table.row_numbers[index], "value": value},
            )
        )
    if len(kept) < len(table.rows):
        table.rows = [table.rows[i] for i in kept]
        table.row_numbers = [table.row_numbers[i] for i in kept]


def _check_no_second_header(table: Table) -> None:
    """Raise `FileFault` when a header stands again among the rows: two tables in one sheet."""
    named = [(i, header) for i, header in enumerate(table.headers) if header]
    for index, cells in enumerate(table.rows):
        hits = 0
        for column, header in named[:4]:
            hits += cells[column] == header
        if hits >= min(2, len(named)) or (_may_be_header(cells) and known_headers(cells) >= 3):
            raise FileFault(
                N_("Row %(row)s is a second header: the sheet holds two tables; give each its own file"),
                row=table.row_numbers[index],
            )


def _may_be_header(cells: Row) -> bool:
    """Cheap look at the first cells; only then is the whole row compared."""
    return any(
        type(cell) is str and not cell[:1].isdigit() and len(cell) <= 30 and _is_header_word(cell) for cell in cells[:3]
    )


@lru_cache(maxsize=4096)
def _is_header_word(cell: str) -> bool:
    return header_key(cell) in all_header_keys()


def _drop_nameless(table: Table) -> None:
    empty = [
        i
        for i, header in enumerate(table.headers)
        if not header and all(row[i] == "" or row[i] is None for row in table.rows)
    ]
    table.headers = [header or f"({column_letters(i)})" for i, header in enumerate(table.headers)]
    for header in table.duplicates:
        table.notes.append(
            FileNote(
                N_("The column %(column)s appears more than once; it cannot be imported until renamed"),
                {"column": header},
            )
        )
    if not empty:
        return
    table.notes.append(
        FileNote(
            P_(
                "%(count)s column without name or content was left out",
                "%(count)s columns without name or content were left out",
            ),
            {"count": len(empty)},
        )
    )
    kept = [i for i in range(len(table.headers)) if i not in set(empty)]
    table.headers = [table.headers[i] for i in kept]
    table.rows = [[row[i] for i in kept] for row in table.rows]
    moved = {old: new for new, old in enumerate(kept)}
    table.formulas = {(row, moved[column]) for row, column in table.formulas if column in moved}
    table.errors = {(row, moved[column]) for row, column in table.errors if column in moved}
