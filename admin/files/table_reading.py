"""HR's files become tables: the sheet, the header and the encoding are found and shown, never assumed."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import Any

from admin.domain.codes import ImportKind
from admin.domain.refusals import N_, P_
from admin.files.choices import HowRead
from admin.files.delimited import delimited_rows, separator_of
from admin.files.encodings import decode
from admin.files.faults import FileFault, FileNote
from admin.files.header_finding import SEARCHED_ROWS, find_header, header_text, known_headers, offered
from admin.files.periods import same_kind_of_name
from admin.files.table_rows import take_rows
from admin.files.tables import SHEET_COLUMN, Table
from admin.files.workbook_reading import OLE, Sheet, Workbook

MAX_BYTES = 100 * 1024 * 1024
MAX_LINES = 2_000_000  # of a text; so many rows of two cells already take all the memory that reading may take
PARTED = frozenset({ImportKind.METRICS, ImportKind.RATINGS, ImportKind.CONTACTS})  # may stand on several sheets
TITLES = 5  # rows above the header whose texts are kept


def read_table(name: str, data: bytes, *, kind: str | None = None, **chosen: Any) -> Table:
    """Read an XLSX, XLS, ODS, CSV or TSV file; what is not chosen (see `choices.HowRead`) is found.

    `kind` is the import that it is for: rows of figures may stand on several sheets, two lists of people are two versions.

    Raises `FileFault` when the file as a whole cannot be used: empty, too large, something else in disguise, protected,
    no rows; `Untold` where HR has to say how it is read.
    """
    reading = HowRead.from_json(chosen)
    if kind_of(data) == "workbook":
        return _from_workbook(name, data, reading, in_parts=kind in PARTED)
    text, found = decode(data, reading.encoding)
    if text.count("\n") > MAX_LINES:
        raise FileFault(N_("The file has more than %(limit)s rows; divide it"), limit=MAX_LINES)
    separator = reading.separator or separator_of(text)
    rows, blank = delimited_rows(text, separator)
    table = _table(name, Sheet("", rows, blank_rows=blank), reading.header_row, ragged=True)
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


def _from_workbook(name: str, data: bytes, reading: HowRead, *, in_parts: bool) -> Table:
    book = Workbook(data)
    asked = reading.sheets or ((reading.sheet,) if reading.sheet is not None else ())
    for sheet in asked:
        if sheet not in book.names:
            raise FileFault(
                N_("There is no visible sheet %(sheet)s; the workbook has %(sheets)s"),
                sheet=sheet,
                sheets=", ".join(book.names),
            )
    if asked:
        raws, alike = [book.sheet(sheet) for sheet in asked], list[str]()
    else:
        raws, alike = _best_sheets(book, in_parts)
    tables = [_table(name, raw, reading.header_row, ragged=False) for raw in raws]
    table = tables[0] if len(tables) == 1 else _as_one(tables)
    table.sheets, table.alike = book.names, alike
    if book.hidden:
        table.notes.append(FileNote(N_("Hidden sheets are not read: %(sheets)s"), {"sheets": ", ".join(book.hidden)}))
    if alike:
        table.notes.append(
            FileNote(
                N_("Sheet %(sheet)s was read; these sheets look alike and were not read: %(others)s"),
                {"sheet": table.sheet, "others": ", ".join(alike)},
            )
        )
    return table


def _best_sheets(book: Workbook, in_parts: bool) -> tuple[list[Sheet], list[str]]:
    """The sheet with the most known columns; with those that are parts of it: one for each month, year or metric."""
    if len(book.names) == 1:
        return [book.sheet(book.names[0])], []
    sheets = [book.sheet(name) for name in book.names]
    scores = [max((known_headers(cells) for _, cells in s.rows[:SEARCHED_ROWS]), default=-1) for s in sheets]
    best = max(range(len(sheets)), key=lambda i: scores[i])
    alike = [s for i, s in enumerate(sheets) if i != best and scores[i] == scores[best] > 0]
    together = [s for s in sheets if s is sheets[best] or s in alike]
    if in_parts and len(together) > 1 and same_kind_of_name([s.name for s in together]):
        return together, []
    return [sheets[best]], [s.name for s in alike]


def _as_one(tables: list[Table]) -> Table:
    """Sheets as one table: their rows one below the other, and a column that says which sheet a row is from."""
    headers = list(dict.fromkeys(header for table in tables for header in table.headers))
    for table in tables:
        for header in table.duplicates:
            table.index(header)  # what stands twice cannot be put under one name
    one = replace(
        tables[0],
        headers=[*headers, SHEET_COLUMN],
        rows=[],
        row_numbers=[],
        notes=[],
        faults=[],
        formulas=set(),
        titles=[],
    )
    one.together = [str(table.sheet) for table in tables]
    for table in tables:
        places = [table.headers.index(header) if header in table.headers else None for header in headers]
        begin = len(one.rows)
        one.rows += [[*("" if i is None else row[i] for i in places), table.sheet] for row in table.rows]
        one.row_numbers += table.row_numbers
        one.places += [(str(table.sheet), {})] * len(table.rows)
        moved = {place: new for new, place in enumerate(places) if place is not None}
        one.formulas |= {(begin + row, moved[column]) for row, column in table.formulas if column in moved}
        one.faults += [replace(fault, column=f"{table.sheet}!{fault.column or ''}") for fault in table.faults]
        one.notes += [note for note in table.notes if note not in one.notes]
        one.hidden += table.hidden if table is not tables[0] else 0
    one.notes.append(
        FileNote(
            N_("Sheets read as one table: %(sheets)s"),
            {"sheets": ", ".join(one.together)},
        )
    )
    return one


def _table(name: str, raw: Sheet, header_row: int | None, *, ragged: bool) -> Table:
    if not raw.rows:
        raise FileFault(N_("The file is empty"))
    filled = _fill_merged(raw)
    header = find_header(raw.rows, header_row)
    table = Table(
        name, raw.name or None, [], None, None, raw.rows[header.place][0], header.names, [], [],
        formulas=raw.formulas, dates_1904=raw.dates_1904, head=[(int(number), line) for number, line in offered(raw.rows)],
        titles=[header_text(cell) for _, cells in raw.rows[: header.place][:TITLES] for cell in cells if cell != ""],
    )  # fmt: skip
    _note_reading(table, raw, header.place, header.rows, filled)
    take_rows(table, raw.rows[header.place + header.rows :], raw, ragged=ragged)
    return table


def _note_reading(table: Table, raw: Sheet, place: int, rows: int, filled: int) -> None:
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
    if rows > 1:
        table.notes.append(
            FileNote(
                N_("Rows %(first)s and %(second)s together are the header"),
                {"first": table.header_row, "second": raw.rows[place + 1][0]},
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
