"""Workbooks (XLSX, XLS) to raw rows, after a look at what calamine does not tell: formulas, errors, far-away cells."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import python_calamine
from lxml import etree  # type: ignore[import-untyped]

from admin.domain.refusals import N_
from admin.files.faults import FileFault
from admin.files.office_parts import parsed
from admin.files.tables import Row
from admin.files.zips import DAMAGED, check_sizes, open_zip, part, unpacked

MAX_COLUMNS = 1_000
MAX_CELLS = 40_000_000  # the rectangle that calamine builds in memory, blank cells included
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FAR = re.compile(rb" r=[\"'][A-Z]{3}[0-9]")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*? r=[\"'](\d+)[\"']")
_MARKED = re.compile(rb"<(?:\w+:)?f[\s/>]|\bt\s*=\s*[\"']e[\"']")  # worth reading as XML: a formula, an error
_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class Sheet:
    """One sheet as raw rows: (row number in the file, cells), blank rows left out and counted."""

    name: str
    rows: list[tuple[int, Row]]
    blank_rows: int = 0
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)  # (row number, column index)
    errors: set[tuple[int, int]] = field(default_factory=set)


class Workbook:
    """An opened workbook; `names` are its visible sheets. Raises `FileFault` when it is none."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._archive = None if data.startswith(OLE) else open_zip(data)
        self._parts = _sheet_parts(data, self._archive) if self._archive else {}
        if self._archive:
            check_sizes(data, self._archive, frozenset(self._parts.values()))
            self._scans = {
                name: self._scan(place) for name, place in self._parts.items() if place in self._archive.namelist()
            }
        self._book = _opened(data)
        self.names = [
            m.name
            for m in self._book.sheets_metadata
            if m.visible == python_calamine.SheetVisibleEnum.Visible
            and m.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        if not self.names:
            raise FileFault(N_("The workbook has no visible sheet"))

    def sheet(self, name: str) -> Sheet:
        """The sheet's rows. Raises `FileFault` when it is too wide or damaged."""
        try:
            raw = self._book.get_sheet_by_name(name)
        except python_calamine.CalamineError as wrong:
            raise FileFault(N_("Sheet %(sheet)s cannot be read; save the workbook again"), sheet=name) from wrong
        if raw.total_width > MAX_COLUMNS:
            raise FileFault(N_("Sheet %(sheet)s has more than %(limit)s columns"), sheet=name, limit=MAX_COLUMNS)
        formulas, errors = self._marks(name)
        sheet = Sheet(name, [], merged=list(raw.merged_cell_ranges or []), formulas=formulas, errors=errors)
        sheet.rows = list(_filled_rows(raw))
        if sheet.rows:
            sheet.blank_rows = sheet.rows[-1][0] - len(sheet.rows)
        return sheet

    def _scan(self, place: str) -> bool:
        """Refuse cells so far out that the rectangle would fill the memory; tell whether marks are to be looked for."""
        assert self._archive is not None
        entry = self._archive.getinfo(place)
        tail, last_row, marked, far = b"", 0, False, False
        for chunk in unpacked(self._data, entry):
            window = tail + chunk
            marked = marked or bool(_MARKED.search(window))
            far = far or bool(_FAR.search(window))
            rows = _ROW.findall(window[-4096:]) or _ROW.findall(window)
            last_row = max([last_row, *map(int, rows)])
            tail = window[-256:]
        if far and last_row * 703 > MAX_CELLS:
            raise FileFault(N_("A cell is far outside the table; delete the empty columns to the right and save again"))
        return marked

    def _marks(self, name: str) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
        formulas: set[tuple[int, int]] = set()
        errors: set[tuple[int, int]] = set()
        if not self._archive or not self._scans.get(name):
            return formulas, errors
        content = b"".join(unpacked(self._data, self._archive.getinfo(self._parts[name])))
        for place, is_error in _marked_cells(content):
            (errors if is_error else formulas).add(place)
        return formulas, errors


def _marked_cells(content: bytes) -> Iterator[tuple[tuple[int, int], bool]]:
    """(row number, column index) of every cell with an error value (True) or a formula, however its XML is spelt."""
    try:
        for _event, cell in etree.iterparse(io.BytesIO(content), tag="{*}c", resolve_entities=False, no_network=True):
            is_error = cell.get("t") == "e"
            if (is_error or cell.find("{*}f") is not None) and (ref := _REF.fullmatch(cell.get("r", ""))):
                yield (int(ref[2]), column_index(ref[1])), is_error
            cell.clear()
            while cell.getprevious() is not None:
                del cell.getparent()[0]
    except etree.XMLSyntaxError as wrong:
        raise FileFault(DAMAGED) from wrong


def _opened(data: bytes) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.CalamineWorkbook.from_object(io.BytesIO(data))
    except python_calamine.PasswordError as wrong:
        raise FileFault(N_("The file is protected by a password; save it without one")) from wrong
    except python_calamine.CalamineError as wrong:
        raise FileFault(
            N_("The file is damaged or is not a workbook; open it in your spreadsheet program and save it as XLSX")
        ) from wrong


def _filled_rows(raw: python_calamine.CalamineSheet) -> Iterator[tuple[int, Row]]:
    for number, cells in enumerate(raw.iter_rows(), start=1):
        if any(cell != "" for cell in cells):
            yield number, cells


def _sheet_parts(data: bytes, archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → part of the package; raises `FileFault` when the package is no XLSX workbook."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        raise FileFault(_not_a_workbook(names))
    book = parsed(part(data, archive, "xl/workbook.xml"))
    relations = {r.get("Id"): r.get("Target", "") for r in parsed(part(data, archive, "xl/_rels/workbook.xml.rels"))}
    parts = {}
    for node in book.iter():
        if node.tag.endswith("}sheet"):
            target = relations.get(node.get(_RELATION), "")
            parts[node.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


def _not_a_workbook(names: set[str]) -> str:
    if "word/document.xml" in names:
        return N_("This is a Word document, not a spreadsheet; save the table as XLSX")
    if "xl/workbook.bin" in names or "content.xml" in names:
        return N_("This kind of spreadsheet is not read; save it as XLSX")
    return N_("This is a packed file, not a spreadsheet; send the XLSX itself")


def column_index(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def column_letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
