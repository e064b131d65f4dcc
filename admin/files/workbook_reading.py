"""Workbooks (XLSX, XLS, ODS) to raw rows, after a look at what calamine does not tell (`marks`)."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

import python_calamine

from admin.domain.refusals import N_
from admin.files.biff import PROTECTED, globals_of, workbook_stream, xls_marks
from admin.files.faults import FileFault
from admin.files.marks import FAR_OUT, MAX_CELLS, Marks, Place, percent_styles, xlsx_marks
from admin.files.ods import Area, ods_marks
from admin.files.office_parts import parsed
from admin.files.tables import Row
from admin.files.zips import check_sizes, open_zip, part, unpacked

MAX_COLUMNS = 1_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FAR = re.compile(rb" r=[\"'][A-Z]{3}[0-9]")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*? r=[\"'](\d+)[\"']")
# Worth reading as XML: a formula, an error, a hidden row.
_MARKED = re.compile(rb"<(?:\w+:)?f[\s/>]|\bt\s*=\s*[\"']e[\"']|\bhidden\s*=")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class Sheet:
    """One sheet as raw rows: (row number in the file, cells), blank rows left out and counted."""

    name: str
    rows: list[tuple[int, Row]]
    blank_rows: int = 0
    merged: list[Area] = field(default_factory=list)
    formulas: set[Place] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)  # numbers of the rows that a filter or a hand has hidden
    dates_1904: bool = False


class Workbook:
    """An opened workbook; `names` are its visible sheets, `hidden` the others. Raises `FileFault` when it is none."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._format = _Xls(data) if data.startswith(OLE) else _packed(data)
        self._book = _opened(data)
        sheets = [m for m in self._book.sheets_metadata if m.typ == python_calamine.SheetTypeEnum.WorkSheet]
        self.names = [m.name for m in sheets if m.visible == python_calamine.SheetVisibleEnum.Visible]
        self.hidden = [m.name for m in sheets if m.name not in self.names]
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
        marks, merged = self._format.marks(name)
        sheet = Sheet(name, [], merged=merged or list(raw.merged_cell_ranges or []), formulas=marks.formulas)
        sheet.dates_1904 = self._format.dates_1904
        shown = {number for number, _ in (*marks.errors, *marks.others)}  # what calamine gives may be blank
        numbered = enumerate(raw.iter_rows(), start=1)
        sheet.rows = [(number, cells) for number, cells in numbered if number in shown or _is_filled(cells)]
        marks.put_in(sheet.rows)
        sheet.hidden = marks.hidden & {number for number, _ in sheet.rows}
        if sheet.rows:
            sheet.blank_rows = sheet.rows[-1][0] - len(sheet.rows)
        return sheet


class _Xls:
    """What an XLS file says of its sheets. Raises `FileFault` where it is protected."""

    def __init__(self, data: bytes) -> None:
        self._stream = workbook_stream(data)
        self._globals = globals_of(self._stream)
        self.dates_1904 = self._globals.dates_1904

    def marks(self, name: str) -> tuple[Marks, list[Area]]:
        """The marks of a sheet; the merged areas are calamine's."""
        start = self._globals.sheets.get(name)
        return (Marks() if start is None else xls_marks(self._stream, start, self._globals.percents)), []


class _Ods:
    """What an ODS file says of its sheets. Raises `FileFault`: protected, damaged."""

    dates_1904 = False  # its dates are written out

    def __init__(self, data: bytes, archive: zipfile.ZipFile) -> None:
        if "META-INF/manifest.xml" in archive.namelist():
            manifest = parsed(part(data, archive, "META-INF/manifest.xml"))
            if any(str(node.tag).endswith("}encryption-data") for node in manifest.iter()):
                raise FileFault(PROTECTED)
        check_sizes(data, archive)
        self._sheets = ods_marks(part(data, archive, "content.xml"))

    def marks(self, name: str) -> tuple[Marks, list[Area]]:
        """The marks and merged areas of a sheet."""
        return self._sheets.get(name, (Marks(), []))


class _Xlsx:
    """What an XLSX file says of its sheets. Raises `FileFault`: damaged, a bomb, cells far outside the table."""

    def __init__(self, data: bytes, archive: zipfile.ZipFile) -> None:
        self._data, self._archive = data, archive
        book = parsed(part(data, archive, "xl/workbook.xml"))
        self._parts = _sheet_parts(data, archive, book)
        self.dates_1904 = any(
            str(node.tag).endswith("}workbookPr") and node.get("date1904") in ("1", "true") for node in book
        )
        names = set(archive.namelist())
        check_sizes(data, archive, frozenset(self._parts.values()))
        self._percents = (
            percent_styles(parsed(part(data, archive, "xl/styles.xml"))) if "xl/styles.xml" in names else frozenset()
        )
        self._marked = {name: self._scan(place) for name, place in self._parts.items() if place in names}

    def _scan(self, place: str) -> bool:
        """Refuse cells so far out that the rectangle would fill the memory; tell whether marks are to be looked for."""
        entry = self._archive.getinfo(place)
        styles = b"|".join(re.escape(style.encode()) for style in sorted(self._percents))
        percent = re.compile(rb"\bs\s*=\s*[\"'](?:" + styles + rb")[\"']") if styles else None
        tail, last_row, marked, far = b"", 0, False, False
        for chunk in unpacked(self._data, entry):
            window = tail + chunk
            marked = marked or bool(_MARKED.search(window) or (percent and percent.search(window)))
            far = far or bool(_FAR.search(window))
            rows = _ROW.findall(window[-4096:]) or _ROW.findall(window)
            last_row = max([last_row, *map(int, rows)])
            tail = window[-256:]
        if far and last_row * 703 > MAX_CELLS:
            raise FileFault(FAR_OUT)
        return marked

    def marks(self, name: str) -> tuple[Marks, list[Area]]:
        """The marks of a sheet; the merged areas are calamine's."""
        if not self._marked.get(name):
            return Marks(), []
        content = b"".join(unpacked(self._data, self._archive.getinfo(self._parts[name])))
        return xlsx_marks(content, self._percents), []


def _packed(data: bytes) -> _Xlsx | _Ods:
    archive = open_zip(data)
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return _Xlsx(data, archive)
    if "content.xml" in names and _kind_said(data, archive).endswith("spreadsheet"):
        return _Ods(data, archive)
    raise FileFault(_not_a_workbook(names))


def _kind_said(data: bytes, archive: zipfile.ZipFile) -> str:
    named = "mimetype" in archive.namelist()
    return part(data, archive, "mimetype").decode("ascii", "replace").strip() if named else "spreadsheet"


def _opened(data: bytes) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.CalamineWorkbook.from_object(io.BytesIO(data))
    except python_calamine.PasswordError as wrong:
        raise FileFault(PROTECTED) from wrong
    except python_calamine.CalamineError as wrong:
        raise FileFault(
            N_("The file is damaged or is not a workbook; open it in your spreadsheet program and save it as XLSX")
        ) from wrong


def _is_filled(cells: Row) -> bool:
    return any(cell != "" and not (type(cell) is str and cell.isspace()) for cell in cells)


def _sheet_parts(data: bytes, archive: zipfile.ZipFile, book: Any) -> dict[str, str]:
    """Sheet name → part of the package."""
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
    if "xl/workbook.bin" in names:
        return N_("This kind of spreadsheet is not read; save it as XLSX")
    if "content.xml" in names:
        return N_("This is no spreadsheet but another document of an office program; save the table as XLSX")
    return N_("This is a packed file, not a spreadsheet; send the XLSX itself")
