"""One table written as XLSX, XLS and ODS, with what calamine alone would not tell of its cells.

XLS and ODS are written here, for no tool does it: the records of BIFF8 in an OLE container, and the XML of ODS.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from tests.files.making import packed

FORMATS = {"percent": "0.0%", "duration": "[h]:mm:ss", "day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss"}
ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


@dataclass(frozen=True)
class Percent:
    """A share that is shown as a percentage."""

    value: float


@dataclass(frozen=True)
class Formula:
    """A formula with the value, or the error, that it shows."""

    value: float | str


Rows = Sequence[Sequence[Any]]


def days_of(value: date | timedelta, dates_1904: bool) -> float:
    """A day, a moment or a duration as the number that a workbook keeps."""
    if isinstance(value, timedelta):
        return value.total_seconds() / 86_400
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    begins = datetime(1904, 1, 1) if dates_1904 else datetime(1899, 12, 30)
    return (moment - begins).total_seconds() / 86_400


def format_of(value: Any) -> str | None:
    """Which of the number formats a value is shown in."""
    kinds = ((Percent, "percent"), (timedelta, "duration"), (datetime, "moment"), (date, "day"))
    return next((name for kind, name in kinds if isinstance(value, kind)), None)


def as_xlsx(rows: Rows, dates_1904: bool = False) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": dates_1904}) as book:
        page, formats = (
            book.add_worksheet(),
            {name: book.add_format({"num_format": code}) for name, code in FORMATS.items()},
        )
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                style = formats.get(format_of(value) or "")
                if isinstance(value, Formula):
                    page.write_formula(row, column, "=1+1", value=value.value)
                elif isinstance(value, Percent):
                    page.write_number(row, column, value.value, style)
                elif isinstance(value, date | timedelta):
                    page.write_number(row, column, days_of(value, dates_1904), style)
                elif isinstance(value, str):
                    page.write_string(row, column, value)
                elif value is not None:
                    page.write_number(row, column, value)
    return out.getvalue()


# -- ODS -------------------------------------------------------------------------------------------------------------


def _ods_cell(value: Any) -> str:
    match value:
        case None | "":
            return "<table:table-cell/>"
        case Formula(value=str(shown)):
            given = (
                'table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"'
            )
        case Formula(value=number):
            given, shown = f'table:formula="of:=1+1" office:value-type="float" office:value="{number}"', str(number)
        case Percent(value=number):
            given, shown = f'office:value-type="percentage" office:value="{number}"', f"{number:.1%}"
        case timedelta():
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            hours, minutes = divmod(minutes, 60)
            given, shown = f'office:value-type="time" office:time-value="PT{hours:02}H{minutes:02}M{seconds:02}S"', "…"
        case date():
            given, shown = f'office:value-type="date" office:date-value="{value.isoformat()}"', value.isoformat()
        case str():
            given, shown = 'office:value-type="string"', escape(value)
        case _:
            given, shown = f'office:value-type="float" office:value="{value}"', str(value)
    return f"<table:table-cell {given}><text:p>{shown}</text:p></table:table-cell>"


def as_ods(rows: Rows, _dates_1904: bool = False) -> bytes:
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in rows)
    names = (
        f'xmlns:office="{OFFICE}office:1.0" xmlns:table="{OFFICE}table:1.0" xmlns:text="{OFFICE}text:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    )
    body = f'<office:body><office:spreadsheet><table:table table:name="表">{lines}</table:table></office:spreadsheet></office:body>'
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {names}>{body}</office:document-content>",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{OFFICE}manifest:1.0"/>',
        }
    )


# -- XLS -------------------------------------------------------------------------------------------------------------


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _text(text: str, length: str) -> bytes:
    return struct.pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")


def _xls_cell(row: int, column: int, value: Any, styles: dict[str, int], dates_1904: bool) -> bytes:
    place = struct.pack("<HHH", row, column, styles.get(format_of(value) or "", 0))
    match value:
        case None | "":
            return b""
        case Formula(value=str(shown)):
            result = bytes([2, 0, ERRORS[shown], 0, 0, 0, 0xFF, 0xFF])
            return _record(0x0006, place + result + bytes(6) + b"\x03\x00\x1e\x01\x00")
        case Formula(value=number):
            return _record(0x0006, place + struct.pack("<d", float(number)) + bytes(6) + b"\x03\x00\x1e\x01\x00")
        case Percent(value=number):
            return _record(0x0203, place + struct.pack("<d", number))
        case date() | timedelta():
            return _record(0x0203, place + struct.pack("<d", days_of(value, dates_1904)))
        case str():
            return _record(0x0204, place + _text(value, "<H"))
        case _:
            return _record(0x0203, place + struct.pack("<d", float(value)))


def as_xls(rows: Rows, dates_1904: bool = False) -> bytes:
    codes = list(enumerate(FORMATS.values(), start=164))
    styles = {name: place for place, name in enumerate(FORMATS, start=1)}
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _record(
        0x0042, struct.pack("<H", 1200)
    )
    head += _record(0x0022, struct.pack("<H", int(dates_1904)))
    head += b"".join(_record(0x041E, struct.pack("<H", key) + _text(code, "<H")) for key, code in codes)
    head += b"".join(_record(0x00E0, struct.pack("<HH", 0, key) + bytes(16)) for key in (0, *(key for key, _ in codes)))
    name = _text("表", "<B")
    begins = len(head) + 4 + 6 + len(name) + 4
    head += _record(0x0085, struct.pack("<IBB", begins, 0, 0) + name) + _record(0x000A)
    widest = max(map(len, rows))
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    sheet += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, widest, 0))
    sheet += b"".join(
        _xls_cell(row, column, value, styles, dates_1904)
        for row, cells in enumerate(rows)
        for column, value in enumerate(cells)
    )
    return _in_ole(head + sheet + _record(0x000A))


def _in_ole(stream: bytes) -> bytes:
    """A container with one stream: the sector of the allocation table, the directory's, then the stream's."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    count, end, free = len(stream) // 512, 0xFFFFFFFE, 0xFFFFFFFF
    assert count + 2 <= 128, "one sector of the allocation table is enough for what tests write"
    chain = [0xFFFFFFFD, end, *range(3, count + 2), end]
    table = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le") if name else b""
        return text.ljust(64, b"\0") + struct.pack(
            "<HBBIII16xI8x8xIQ", len(text), kind, 1, free, free, child, 0, start, size
        )

    directory = (
        entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream)) + entry("", 0, free, 0, 0) * 2
    )
    return header + table + directory + stream


WRITERS = {"xlsx": as_xlsx, "xls": as_xls, "ods": as_ods}
