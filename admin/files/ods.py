"""ODS workbooks: what their cells are beside the values that calamine gives."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from admin.files.faults import FileFault
from admin.files.marks import FAR_OUT, MAX_CELLS, Marks
from admin.files.zips import DAMAGED

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_DURATION = re.compile(r"P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
_SHOWN_ERROR = re.compile(r"#[A-Z/0!?]+|Err:\d+|錯誤:\d+|错误:\d+")
Area = tuple[tuple[int, int], tuple[int, int]]


def ods_marks(content: bytes) -> dict[str, tuple[Marks, list[Area]]]:
    """Each sheet's marks and merged areas. Raises `FileFault`: damaged, cells far outside the table."""
    found: dict[str, tuple[Marks, list[Area]]] = {}
    try:
        events = etree.iterparse(
            io.BytesIO(content), events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=False
        )
        sheet: _Sheet | None = None
        for event, node in events:
            if node.tag == f"{_TABLE}table":
                if event == "start":
                    sheet = _Sheet()
                elif sheet is not None:
                    found[node.get(f"{_TABLE}name", "")] = (sheet.marks, sheet.merged)
                    sheet = None
                    node.clear()
            elif event == "end" and node.tag == f"{_TABLE}table-row" and sheet is not None:
                sheet.take(node)
                node.clear()
    except etree.XMLSyntaxError as wrong:
        raise FileFault(DAMAGED) from wrong
    return found


class _Sheet:
    """A sheet as its rows come."""

    def __init__(self) -> None:
        self.marks, self.row, self.width = Marks(), 0, 0
        self.merged: list[Area] = []

    def take(self, row: Any) -> None:
        times, cells = _repeated(row, "rows"), [node for node in row if str(node.tag).startswith(_TABLE)]
        filled = any(node.get(f"{_OFFICE}value-type") for node in cells)
        if filled:
            self.width = max(self.width, sum(_repeated(node, "columns") for node in _without_tail(cells)))
            if (self.row + times) * self.width > MAX_CELLS:
                raise FileFault(FAR_OUT)
            numbers = range(self.row + 1, self.row + times + 1)
            if row.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                self.marks.hidden.update(numbers)
            for number in numbers:
                self._take_cells(number, cells)
        self.row += times

    def _take_cells(self, number: int, cells: list[Any]) -> None:
        column = 0
        for node in cells:
            times = _repeated(node, "columns")
            if node.get(f"{_OFFICE}value-type"):
                for place in range(column, column + times):
                    self._take_cell((number, place), node)
            column += times

    def _take_cell(self, place: tuple[int, int], node: Any) -> None:
        kind, shown = node.get(f"{_OFFICE}value-type"), "".join(node.itertext()).strip()
        formula = node.get(f"{_TABLE}formula")
        failed = node.get(f"{_CALC}value-type") == "error" or (formula and _SHOWN_ERROR.fullmatch(shown))
        if failed:
            self.marks.errors[place] = shown[:20] if shown.startswith("#") else "#N/A"
        elif formula:
            self.marks.formulas.add(place)
        if kind == "percentage":
            self.marks.percents.add(place)
        elif kind == "time" and (found := _DURATION.fullmatch(node.get(f"{_OFFICE}time-value", ""))):
            days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
            self.marks.others[place] = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        down, across = (_number(node, f"{_TABLE}number-{each}-spanned") for each in ("rows", "columns"))
        if down > 1 or across > 1:
            self.merged.append(((place[0] - 1, place[1]), (place[0] - 2 + down, place[1] + across - 1)))


def _repeated(node: Any, what: str) -> int:
    return max(1, _number(node, f"{_TABLE}number-{what}-repeated"))


def _number(node: Any, name: str) -> int:
    text = node.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 1


def _without_tail(cells: list[Any]) -> list[Any]:
    last = max(place for place, node in enumerate(cells) if node.get(f"{_OFFICE}value-type"))
    return cells[: last + 1]
