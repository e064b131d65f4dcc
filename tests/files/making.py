"""Files made for the tests: workbooks and delimited texts from plain rows."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from admin.files.mapping import Mapping
from admin.files.proposing import propose
from admin.files.reading import Context, Parsed
from admin.files.table_reading import read_table
from admin.files.tables import Table

SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TODAY = date(2026, 11, 23)
NOBODY = Context(TODAY)
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HEADER = ["工號", "姓名", "部門", "崗位", "入職日期", "離職日期", "狀態", "直屬上級", "電子郵件"]


def sample(name: str) -> bytes:
    """A public sample file, or a skip where the samples are not at hand."""
    if not (DATA / name).exists():
        pytest.skip(f"the public sample {name} is not at {DATA}")
    return (DATA / name).read_bytes()


def person(number: Any, **changes: Any) -> list[Any]:
    """A faultless row under `HEADER`, with changes by header."""
    row = dict(
        zip(
            HEADER,
            [number, f"員工{number}", "客服中心/一線", "客服專員", "2020-03-01", "", "在職", "", ""],
            strict=True,
        )
    )
    return list({**row, **changes}.values())


def delimited(rows: list[list[Any]], encoding: str = "utf-8", separator: str = ",") -> bytes:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(
    rows: list[list[Any]], sheets: dict[str, list[list[Any]]] | None = None, merges: tuple[str, ...] = ()
) -> bytes:
    """Rows as XLSX: dates native, "=…" as formulas, other texts as they are; `merges` are ranges such as A1:C1."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, content in {"Sheet1": rows, **(sheets or {})}.items():
            page = book.add_worksheet(name)
            for number, cells in enumerate(content):
                for column, cell in enumerate(cells):
                    if isinstance(cell, date):
                        page.write_datetime(number, column, cell, day)
                    elif isinstance(cell, str) and cell.startswith("="):
                        page.write_formula(number, column, cell, value="#N/A" if "NA(" in cell else 7)
                    elif cell != "":
                        page.write(number, column, cell)
            for area in merges:
                page.merge_range(area, "")
                _rewrite(page, content, area)
    return out.getvalue()


def _rewrite(page: Any, content: list[list[Any]], area: str) -> None:
    """merge_range blanks the first cell; give it back what it held."""
    from xlsxwriter.utility import xl_cell_to_rowcol

    row, column = xl_cell_to_rowcol(area.split(":")[0])
    page.write(row, column, content[row][column])


def packed(parts: dict[str, Any]) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    """The same package with parts changed or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    return packed({**parts, **changes})


def far_cell(row: int = 1_048_576, column: str = "ZZ") -> bytes:
    """A workbook of some kilobytes with a cell so far out that the rectangle before it fills the memory."""
    cell = "<row r='{0}'><c r='{1}{0}' t='inlineStr'><is><t>x</t></is></c></row>"
    rows = cell.format(1, "A") + cell.format(row, column)
    sheet = f"<worksheet xmlns='{SHEETS}'><sheetData>{rows}</sheetData></worksheet>"
    return repacked(workbook([["a"]]), {"xl/worksheets/sheet1.xml": sheet.encode()})


def _sheet_of(inner: str) -> bytes:
    return repacked(
        workbook([["a"]]), {"xl/worksheets/sheet1.xml": f"<worksheet xmlns='{SHEETS}'>{inner}</worksheet>".encode()}
    )


def _cell(place: str) -> str:
    return f"<c r='{place}' t='inlineStr'><is><t>x</t></is></c>"


def _deep(depth: int) -> str:
    return "<a>" * depth + "</a>" * depth


OVER_ONE_ANOTHER = "<mergeCell ref='A2:A1048576'/>"
# Workbooks of some kilobytes that claim, or make whoever reads them do, far more.
HUGE: dict[str, Callable[[], bytes]] = {
    "a cell in the last place": far_cell,
    "a row in the billions": lambda: far_cell(4_000_000_000, "A"),
    "a billion texts": lambda: repacked(
        workbook([["a"]]), {"xl/sharedStrings.xml": f"<sst xmlns='{SHEETS}' uniqueCount='4000000000'/>".encode()}
    ),
    "areas over one another": lambda: _sheet_of(
        f"<sheetData><row r='1'>{_cell('A1')}{_cell('B1')}</row><row r='2'>{_cell('A2')}{_cell('B2')}</row></sheetData>"
        f"<mergeCells>{OVER_ONE_ANOTHER * 50_000}</mergeCells>"
    ),
    "deep XML in a sheet": lambda: _sheet_of(f"<sheetData>{_deep(300_000)}</sheetData>"),
    "deep XML in a formula": lambda: _sheet_of(
        f"<sheetData><row r='1'><c r='A1'><f>{_deep(200_000)}</f></c></row></sheetData>"
    ),
    "deep XML in the list of sheets": lambda: repacked(
        workbook([["a"]]), {"xl/workbook.xml": f"<workbook>{_deep(300_000)}</workbook>".encode()}
    ),
}


def blank_png(side: int) -> bytes:
    """A black picture of side × side pixels that takes three bytes a pixel once it is unpacked, and made in no time."""
    return png(side, packed_zeros(side * (3 * side + 1)))


def packed_zeros(size: int) -> bytes:
    """So many zeros, deflated, without having them all at any moment; a megabyte at least."""
    block = 1 << 20
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(block)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(block)) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.compress(bytes(size % block)) + packer.flush()
    adler = (size % 65521) << 16 | 1  # of nothing but zeros
    return first + again * (size // block - 1) + end[:-4] + struct.pack(">I", adler)


def png(side: int, packed_rows: bytes) -> bytes:
    """A picture that claims to be side × side, with these bytes as its rows."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed_rows) + chunk(b"IEND", b"")


def relation(kind: str, target: str, mode: str = "External") -> bytes:
    """The relations of a part: one, outside the document unless `mode` says "Internal"."""
    kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    inner = f'<Relationship Id="r1" Type="{kind}" Target="{target}" TargetMode="{mode}"/>'
    return f"<Relationships>{inner}</Relationships>".encode()


def table_of(rows: list[list[Any]]) -> Table:
    """Rows through CSV to a table."""
    return read_table("test.csv", delimited(rows))


def parse(
    reader: Any, kind: str, rows: list[list[Any]] | Table, context: Context = NOBODY, **options: Any
) -> Parsed[Any]:
    """Rows through the proposed mapping; `options` are added to it."""
    table = rows if isinstance(rows, Table) else table_of(rows)
    mapping: Mapping = propose(table, kind)
    mapping.options.update(options)
    return reader(table, mapping, context)


def places(parsed: Parsed[Any]) -> list[tuple[int | None, str | None]]:
    """Where the faults are."""
    return [(fault.row, fault.column) for fault in parsed.faults]
