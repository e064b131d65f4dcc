"""XLSX, XLS and ODS answer alike: error values, formulas, percentages, durations, hidden rows, dates counted from 1904."""

from __future__ import annotations

import io
import struct
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import xlsxwriter

from admin.files.biff import globals_of, xls_marks
from admin.files.cleaning import clean_seconds
from admin.files.dates import clean_date
from admin.files.faults import FileFault
from admin.files.marks import Marks
from admin.files.table_reading import read_table
from tests.files.making import packed

HEADS = ["工號", "月份", "績效分", "通話總秒數", "日期"]
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"


def xlsx(dates_1904: bool = False) -> bytes:
    """A row of values that calamine does not tell whole, one with an error and one with a formula; the last row is hidden."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": dates_1904}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADS)
        page.write_row(1, 0, ["1", "2025-10"])
        page.write_number(1, 2, 0.853, book.add_format({"num_format": "0.0%"}))
        page.write_number(1, 3, 1.5, book.add_format({"num_format": "[h]:mm:ss"}))
        page.write_datetime(1, 4, datetime(2020, 2, 3), book.add_format({"num_format": "yyyy-mm-dd"}))
        page.write_row(2, 0, ["2", "2025-10"])
        page.write_formula(2, 2, "=NA()", value="#N/A")
        page.write_formula(2, 3, "=1+1", value=2)
        page.set_row(2, None, None, {"hidden": True})
    return out.getvalue()


def ods() -> bytes:
    """The same as ODS."""

    def cell(attributes: str, shown: str) -> str:
        return f"<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>"

    def text(shown: str) -> str:
        return cell('office:value-type="string"', shown)

    first = [
        text("1"), text("2025-10"), cell('office:value-type="percentage" office:value="0.853"', "85.3%"),
        cell('office:value-type="time" office:time-value="PT36H00M00S"', "36:00:00"),
        cell('office:value-type="date" office:date-value="2020-02-03"', "2020-02-03"),
    ]  # fmt: skip
    second = [
        text("2"), text("2025-10"),
        cell('table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"', "#N/A"),
        cell('table:formula="of:=1+1" office:value-type="float" office:value="2"', "2"),
    ]  # fmt: skip
    rows = [f"<table:table-row>{''.join(cells)}</table:table-row>" for cells in ([text(head) for head in HEADS], first)]
    rows.append(f'<table:table-row table:visibility="filter">{"".join(second)}</table:table-row>')
    names = (
        f'xmlns:office="{OFFICE}office:1.0" xmlns:table="{OFFICE}table:1.0" xmlns:text="{OFFICE}text:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    )
    body = f'<office:body><office:spreadsheet><table:table table:name="表">{"".join(rows)}</table:table></office:spreadsheet></office:body>'
    return packed(
        {
            "mimetype": SPREADSHEET,
            "content.xml": f"<office:document-content {names}>{body}</office:document-content>",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{OFFICE}manifest:1.0"/>',
        }
    )


@pytest.mark.parametrize("made", [xlsx(), xlsx(dates_1904=True), ods()], ids=["xlsx", "xlsx of 1904", "ods"])
def test_every_workbook_gives_the_same_values_and_marks(made: bytes) -> None:
    table = read_table("a", made)
    assert table.rows[0] == ["1", "2025-10", "85.3%", timedelta(hours=36), date(2020, 2, 3)]
    assert (table.rows[1][2], table.formulas, table.hidden) == ("#N/A", {(1, 3)}, 1)


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


END = record(0x000A, b"")


def test_the_records_of_xls_tell_errors_formulas_percentages_and_hidden_rows() -> None:
    formats = record(0x041E, struct.pack("<HHB", 170, 4, 0) + b"0.0%")
    styles = b"".join(record(0x00E0, struct.pack("<HH", 0, key) + bytes(16)) for key in (0, 170, 9))
    named = record(0x0085, struct.pack("<IBB", 4321, 0, 0) + bytes([2, 1]) + "名冊".encode("utf-16-le"))
    said = globals_of(record(0x0022, b"\x01\x00") + formats + styles + named + END)
    assert (said.percents, said.sheets, said.dates_1904) == ({1, 2}, {"名冊": 4321}, True)
    sheet = [
        record(0x0208, struct.pack("<HHHHHHHH", 4, 0, 3, 0, 0, 0, 0x20, 0)),
        record(0x0203, struct.pack("<HHHd", 1, 2, 1, 0.853)),
        record(0x0205, struct.pack("<HHHBB", 2, 0, 0, 0x2A, 1)),
        record(0x0205, struct.pack("<HHHBB", 2, 1, 0, 1, 0)),  # a truth value is none
        record(0x0006, struct.pack("<HHH", 3, 0, 0) + struct.pack("<d", 2.0) + bytes(6)),
        record(0x0006, struct.pack("<HHH", 3, 1, 0) + bytes([2, 0, 7, 0, 0, 0, 0xFF, 0xFF]) + bytes(6)),
        record(0x00BD, struct.pack("<HH", 4, 0) + struct.pack("<Hi", 2, 0) + struct.pack("<Hi", 0, 0) + b"\x01\x00"),
    ]  # fmt: skip
    marks = xls_marks(b"".join(sheet) + END, 0, said.percents)
    assert marks == Marks({(4, 0)}, {(3, 0): "#N/A", (4, 1): "#DIV/0!"}, {(2, 2), (5, 0)}, {5}, {})


def test_a_workbook_with_a_password_says_so() -> None:
    with pytest.raises(FileFault, match="password"):
        globals_of(record(0x002F, bytes(6)) + END)
    manifest = (
        f'<m:manifest xmlns:m="{OFFICE}manifest:1.0"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    )
    with pytest.raises(FileFault, match="password"):
        read_table("a.ods", packed({"mimetype": SPREADSHEET, "content.xml": "x", "META-INF/manifest.xml": manifest}))


def test_cells_far_outside_an_ods_table_are_refused_before_they_are_built() -> None:
    head = f'xmlns:office="{OFFICE}office:1.0" xmlns:table="{OFFICE}table:1.0"'
    for spread in (
        '<table:table-row table:number-rows-repeated="900000000">{0}</table:table-row>',
        "<table:table-row>{1}</table:table-row>" * 9_000,
    ):
        cells = (
            '<table:table-cell office:value-type="float" office:value="1"/>',
            '<table:table-cell table:number-columns-repeated="16000"/>',
        )
        row = spread.format(cells[0], cells[1] + cells[0])
        body = f'<office:body><office:spreadsheet><table:table table:name="a">{row}</table:table></office:spreadsheet></office:body>'
        with pytest.raises(FileFault, match="far outside"):
            read_table(
                "a", packed({"content.xml": f"<office:document-content {head}>{body}</office:document-content>"})
            )


SERIAL = 43_864  # of 2020-02-03


@pytest.mark.parametrize(
    ("cell", "chosen", "day"),
    [
        (float(SERIAL), {}, (2020, 2, 3)),
        (float(SERIAL - 1_462), {"dates_1904": True}, (2020, 2, 3)),
        (20_200_203.0, {}, (2020, 2, 3)),
        (1_090_203.0, {"order": "roc"}, (2020, 2, 3)),
        (980_203.0, {"order": "roc"}, (2009, 2, 3)),
        ("1090203", {"order": "roc"}, (2020, 2, 3)),
        ("中華民國113年1月15日", {}, (2024, 1, 15)),
        ("民國一百零九年二月三日", {}, (2020, 2, 3)),
        ("民國九十九年十二月三十一日", {}, (2010, 12, 31)),
        ('="2020-02-03"', {}, (2020, 2, 3)),
        ("3-Feb-2020", {}, (2020, 2, 3)),
    ],
)
def test_dates_are_read_however_they_are_written(cell: Any, chosen: dict[str, Any], day: tuple[int, int, int]) -> None:
    assert clean_date(cell, **chosen) == date(*day)


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        (timedelta(hours=36), 129_600),
        (datetime(1900, 1, 1, 12), 129_600),  # 1.5 under hh:mm:ss
        (datetime(1904, 1, 2, 12), 129_600),
        (date(1900, 1, 1), 86_400),
        ("36:00:00", 129_600),
        ("1234:00:05", 4_442_405),
    ],
)
def test_durations_of_more_than_a_day_keep_their_days(cell: Any, seconds: int) -> None:
    assert clean_seconds(cell) == seconds
