"""Spreadsheets out: lists, reports of faults, templates for imports. No text becomes a formula or a link."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from admin.domain.refusals import N_
from admin.domain.texts import printable
from admin.files.examples import MARKS
from admin.files.faults import Fault, FileNote
from admin.files.field_specs import FieldSpec
from admin.files.import_fields import FIELDS
from admin.files.tables import Table

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LANGUAGES = ("zh_hant", "zh_hans", "en")
LONGEST_CELL = 32_767  # Excel's own limit
WIDEST, NARROWEST = 60, 8
_MADE = datetime(2000, 1, 1)  # workbooks carry no clock: same rows, same bytes


@dataclass
class SheetOut:
    """A sheet to be written: a header and rows of texts, numbers, dates, booleans or None."""

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Any]]
    remarks: Sequence[str] = field(default_factory=tuple)  # lines below the table


def write_workbook(title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One list as a workbook: see `write_sheets`."""
    return write_sheets([SheetOut(title, headers, rows)])


def write_sheets(sheets: Sequence[SheetOut]) -> bytes:
    """The workbook's bytes: bold header, first row frozen, filter, widths by content; same input, same bytes."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"author": "", "created": _MADE})
        styles = _styles(book)
        taken: set[str] = set()
        for sheet in sheets:
            _write_sheet(book.add_worksheet(_sheet_name(sheet.name, taken)), sheet, styles)
    return out.getvalue()


def _styles(book: xlsxwriter.Workbook) -> dict[str, Format]:
    return {
        "header": book.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        ),
        "text": book.add_format(
            {"num_format": "@", "valign": "top"}
        ),  # text format: Excel leaves 000123 alone when edited
        "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"}),
        "plain": book.add_format({"valign": "top"}),
    }


def _sheet_name(name: str, taken: set[str]) -> str:
    """Excel's rules: 31 characters, none of []:*?/\\, no quote at either end, no name twice."""
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip("' ")[:28] or "Sheet"
    candidate, count = base, 1
    while candidate.casefold() in taken:
        count += 1
        candidate = f"{base}{count}"
    taken.add(candidate.casefold())
    return candidate


def _write_sheet(page: Worksheet, sheet: SheetOut, styles: dict[str, Format]) -> None:
    widths = [_width(header) + 2 for header in sheet.headers]
    for column, header in enumerate(sheet.headers):
        page.write_string(0, column, safe_text(header), styles["header"])
    last = 0
    for last, cells in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(cells):
            _write_cell(page, last, column, cell, styles)
            if last <= 200:
                widths[column] = max(widths[column], _width(cell))
    for column, width in enumerate(widths):
        page.set_column(column, column, min(max(width + 1, NARROWEST), WIDEST))
    page.freeze_panes(1, 0)
    if sheet.headers and last:
        page.autofilter(0, 0, last, len(sheet.headers) - 1)
    for offset, remark in enumerate(sheet.remarks, start=last + 2):
        page.write_string(offset, 0, safe_text(remark))
    page.set_landscape()
    page.repeat_rows(0)
    page.fit_to_pages(1, 0)


def _write_cell(page: Worksheet, row: int, column: int, cell: Any, styles: dict[str, Format]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        page.write_boolean(row, column, cell, styles["plain"])
    elif isinstance(cell, (int, float, Decimal)) and abs(float(cell)) < 1e15:
        page.write_number(row, column, float(cell), styles["plain"])
    elif isinstance(cell, datetime):
        page.write_datetime(row, column, cell.replace(tzinfo=None), styles["moment"])
    elif isinstance(cell, date):
        page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), styles["date"])
    else:
        page.write_string(row, column, safe_text(cell), styles["text"])


def safe_text(value: Any) -> str:
    """The text as a cell can hold it: without characters that XML cannot carry, cut at Excel's limit."""
    return printable(str(value))[:LONGEST_CELL]


def _width(value: Any) -> int:
    """Columns that a cell's longest line takes; Han characters take two."""
    if isinstance(value, (date, datetime)):
        return 16 if isinstance(value, datetime) else 10
    text = "" if value is None else str(value)[:200]
    return max((sum(2 if c > "\u2e80" else 1 for c in line) for line in text.splitlines()), default=0)


def fault_workbook(
    name: str, faults: Sequence[Fault], notes: Sequence[FileNote] = (), translate: Callable[[str], str] = str,
    table: Table | None = None,
) -> bytes:  # fmt: skip
    """Every fault of an import by row and column, for HR to mend the file by; and what was done to the file.

    With the `table` its faulty rows follow as they are in the file, each with what is wrong in front of it.
    `translate` maps message ids to the reader's language.
    """
    headers = [
        translate(N_("Row in the file")),
        translate(N_("Column in the file")),
        translate(N_("Value found")),
        translate(N_("What is wrong")),
    ]
    rows = [(fault.row, fault.column, fault.value, fault.text(translate)) for fault in faults]
    sheets = [SheetOut(translate(N_("Faults of the file")), headers, rows, [name])]
    if table is not None and faults:
        sheets.append(_faulty_rows(table, faults, translate))
    if notes:
        sheets.append(
            SheetOut(
                translate(N_("Notes on the file")),
                [translate(N_("Note on the file"))],
                [(note.text(translate),) for note in notes],
            )
        )
    return write_sheets(sheets)


def _faulty_rows(table: Table, faults: Sequence[Fault], translate: Callable[[str], str]) -> SheetOut:
    wrong: dict[int | None, list[str]] = defaultdict(list)
    for fault in faults:
        wrong[fault.row].append(f"{fault.column}: {fault.text(translate)}" if fault.column else fault.text(translate))
    headers = [translate(N_("Row in the file")), translate(N_("What is wrong")), *table.headers]
    rows = [
        (number, "\n".join(wrong[number]), *cells)
        for number, cells in zip(table.row_numbers, table.rows, strict=True)
        if number in wrong
    ]
    return SheetOut(translate(N_("Rows with faults")), headers, rows)


_EXAMPLES: dict[str, dict[str, tuple[Any, Any]]] = {
    "employees": {
        "number": ("000101", "000102"),
        "name": ("範例甲", "範例乙"),
        "department": ("客服中心/一線組", "客服中心/一線組"),
        "post": ("組長", "客服專員"),
        "hired": (date(2019, 3, 4), date(2022, 7, 1)),
        "joined_centre": (date(2019, 3, 4), None),
        "left": (None, None),
        "status": ("在職", "在職"),
        "queue": ("一線", "一線"),
        "superior": (None, "000101"),
        "superior_name": (None, "範例甲"),
        "email": ("a@example.org", None),
        "management": ("是", "否"),
        "born": (date(1990, 5, 17), None),
        "logins": ("agent101", "agent102,chat102"),
    },
    "grades": {
        "number": ("000101", "000102"),
        "grade": ("中級二級", "初級三級"),
        "since": (date(2024, 1, 1), date(2025, 1, 1)),
        "document": ("人字第2024-003號", None),
    },
    "metrics": {
        "number": ("000101", "000102"),
        "month": ("2026-03", "2026-03"),
        "queue": ("一線", "一線"),
        "metric": ("answered", "answered"),
        "value": (512, 480),
        "sample": (210, 180),
    },
    "ratings": {"number": ("000101", "000102"), "year": ("2025", "2025"), "rating": ("優秀", "合格")},
    "contacts": {
        "login": ("agent101", "agent102"),
        "day": (date(2026, 3, 2), date(2026, 3, 2)),
        "contact": ("C000001", "C000002"),
        "clock": ("09:00:05", "09:01:10"),
        "answered_at": ("09:00:25", None),
        "queue": ("一線", "一線"),
        "answered": ("是", "否"),
        "resolved": ("是", "否"),
        "wait": (20, None),
        "talk": (185, None),
        "satisfaction": (5, None),
        "complaint": ("否", "否"),
    },
}


# The examples' words in the other two scripts; what stands in no row reads the same in all.
_IN_OTHER_LANGUAGES: dict[str, tuple[str, str]] = {
    "範例甲": ("示例甲", "Sample A"),
    "範例乙": ("示例乙", "Sample B"),
    "客服中心/一線組": ("客服中心/一线组", "Contact centre/First line"),
    "組長": ("组长", "Team leader"),
    "客服專員": ("客服专员", "Agent"),
    "在職": ("在职", "In service"),
    "一線": ("一线", "First line"),
    "是": ("是", "Yes"),
    "否": ("否", "No"),
    "中級二級": ("中级二级", "M2"),
    "初級三級": ("初级三级", "J3"),
    "人字第2024-003號": ("人字第2024-003号", "HR-2024-003"),
    "優秀": ("优秀", "Excellent"),
    "合格": ("合格", "Satisfactory"),
}


def template_workbook(kind: str, language: str = "zh_hant") -> bytes:
    """An import's empty form with two made-up rows, headed in one of `LANGUAGES`; their mark keeps them out of an import.

    Raises KeyError for an unknown kind, ValueError for an unknown language.
    """
    place = LANGUAGES.index(language)
    specs = [spec for spec in FIELDS[kind] if not spec.beside]
    headers = [_template_header(spec, place) for spec in specs]
    rows = [[_example(_EXAMPLES[kind][spec.name][line], place) for spec in specs] for line in (0, 1)]
    numbers = {row[0] for row in rows}
    # A superior's number is marked as the person's own is, so that the one row leads to the other.
    rows = [[f"{MARKS[place]}{cell}" if cell in numbers else cell for cell in row] for row in rows]
    return write_workbook(kind, headers, rows)


def _example(value: Any, place: int) -> Any:
    others = _IN_OTHER_LANGUAGES.get(value) if isinstance(value, str) else None
    return others[place - 1] if others and place else value


def _template_header(spec: FieldSpec, place: int) -> str:
    required = ("（必填）", "（必填）", " (required)")[place]
    return spec.headers[place] + (required if spec.required else "")
