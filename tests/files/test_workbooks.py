"""Spreadsheets out: inert, readable again, the same bytes for the same rows."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import python_calamine
from opencc import OpenCC

from admin.files.faults import Fault, FileNote
from admin.files.grades import grade_lookup
from admin.files.import_fields import FIELDS
from admin.files.reading import Context
from admin.files.table_reading import read_table
from admin.files.workbooks import LANGUAGES, SheetOut, fault_workbook, template_workbook, write_sheets, write_workbook
from admin.operations.imports.import_kinds import KINDS
from tests.files.making import TODAY, parse

HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "http://example.org",
    "{{7*7}}",
    "<img onerror=x>",
    "王\u202e明",
    "𠮷",
    "a\x00b",
    "000123",
    "x" * 40_000,
]


def cells(data: bytes, sheet: int = 0) -> list[list[object]]:
    return python_calamine.CalamineWorkbook.from_object(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def test_hostile_text_stays_text() -> None:
    data = write_sheets([SheetOut("清單", ["名稱"], [[text] for text in HOSTILE])])
    assert [row[0] for row in cells(data)[1:-1]] == [text.replace("\x00", "\ufffd") for text in HOSTILE[:-1]]
    sheet = part(data, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet and "hyperlink" not in sheet


def test_values_keep_their_types_and_the_header_stays_in_sight() -> None:
    row = [1, Decimal("2.5"), date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, tzinfo=UTC), True, None, 10**20]
    data = write_sheets([SheetOut("a", list("ABCDEFG"), [row], ["備註"])])
    assert cells(data)[1] == [1.0, 2.5, date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), True, "", str(10**20)]
    sheet = part(data, "xl/worksheets/sheet1.xml")
    assert 'state="frozen"' in sheet and "<autoFilter" in sheet


def test_the_same_rows_give_the_same_bytes() -> None:
    def once() -> bytes:
        return write_workbook("a", ["b"], [["c"], [1]])

    assert once() == once()


def test_sheet_names_that_excel_refuses_are_changed() -> None:
    names = ["a/b:c*?[]", "x" * 40, "X" * 40, "", "'quoted'"]
    data = write_sheets([SheetOut(name, ["a"], []) for name in names])
    found = python_calamine.CalamineWorkbook.from_object(io.BytesIO(data)).sheet_names
    assert len({name.casefold() for name in found}) == 5 and max(map(len, found)) <= 31


def test_the_report_of_faults_names_row_column_and_reason_in_the_readers_language() -> None:
    faults = [Fault(3, "工號", "=1+1", "Row %(row)s again", {"row": 2})]
    notes = [FileNote("%(count)s blank rows were skipped", {"count": 4})]
    data = fault_workbook("people.xlsx", faults, notes, translate=lambda message: f"譯 {message}")
    assert cells(data)[0][0] == "譯 Row in the file"
    data = fault_workbook("people.xlsx", faults, notes)
    assert cells(data)[1] == [3.0, "工號", "=1+1", "Row 2 again"]
    assert cells(data, 1)[1] == ["4 blank rows were skipped"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(KINDS))
def test_every_template_imports_as_it_is(kind: str, language: str) -> None:
    table = read_table("template.xlsx", template_workbook(kind, language))
    names = [("M2", ["中級二級", "中级二级"]), ("J3", ["初級三級", "初级三级"])]
    context = Context(TODAY, grades=grade_lookup(names))
    parsed = parse(KINDS[kind].read, kind, table, context)
    assert (parsed.faults, len(parsed.rows)) == ([], 2)
    assert parsed.fields == {spec.name for spec in FIELDS[kind] if not spec.beside}


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_template_is_written_in_the_script_of_its_language(kind: str) -> None:
    def said(language: str) -> str:
        rows = cells(template_workbook(kind, language))
        return " ".join(str(cell) for row in rows for cell in row)

    assert OpenCC("t2s").convert(said("zh_hans")) == said("zh_hans")
    assert not re.search("[\u4e00-\u9fff]", said("en"))
