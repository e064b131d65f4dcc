"""What calamine does not tell of a sheet's cells: formulas, error values, percentages, hidden rows."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from admin.domain.refusals import N_
from admin.files.faults import FileFault
from admin.files.zips import DAMAGED

MAX_CELLS = 40_000_000  # the rectangle that is built in memory, blank cells included
FAR_OUT = N_("A cell is far outside the table; delete the empty columns to the right and save again")
Place = tuple[int, int]  # row number in the file, column index
_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_BUILT_IN_PERCENT = frozenset({9, 10})  # the number formats 0% and 0.00% of every workbook


@dataclass
class Marks:
    """The cells of one sheet that are not what their value alone says; `errors` by the text that they show."""

    formulas: set[Place] = field(default_factory=set)
    errors: dict[Place, str] = field(default_factory=dict)
    percents: set[Place] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    others: dict[Place, Any] = field(default_factory=dict)  # values that calamine gives as something else

    def put_in(self, rows: list[tuple[int, list[Any]]]) -> None:
        """Give the cells of a sheet's rows the values that they show: #N/A, 85.3%."""
        if not (self.errors or self.percents or self.others):
            return
        by_number = dict(rows)
        for (number, column), value in {**self.errors, **self.others}.items():
            if (cells := by_number.get(number)) is not None:
                cells.extend([""] * (column + 1 - len(cells)))
                cells[column] = value
        for number, column in self.percents:
            cells = by_number.get(number)
            if cells is not None and column < len(cells) and isinstance(cells[column], (int, float)):
                cells[column] = percent_text(cells[column])


def percent_text(value: float) -> str:
    """A share as a spreadsheet shows it: 0.853 is 85.3%."""
    return f"{format(value * 100, '.12g')}%"


def is_percent(number_format: str) -> bool:
    """Whether a number format shows a percentage."""
    return "%" in _QUOTED.sub("", number_format)


def percent_styles(styles: Any) -> frozenset[str]:
    """The numbers of the cell styles of an XLSX workbook that show percentages (`styles`: xl/styles.xml, parsed)."""
    formats = {
        node.get("numFmtId", ""): node.get("formatCode", "") for node in styles.iter() if node.tag.endswith("}numFmt")
    }
    percents = {key for key, code in formats.items() if is_percent(code)} | {str(key) for key in _BUILT_IN_PERCENT}
    return frozenset(
        str(place)
        for group in styles
        if str(group.tag).endswith("}cellXfs")
        for place, node in enumerate(group)
        if node.get("numFmtId") in percents
    )


def xlsx_marks(content: bytes, percents: frozenset[str]) -> Marks:
    """The marks of a sheet of XLSX, however its XML is spelt. Raises `FileFault`."""
    marks = Marks()
    try:
        for tag, node in _closed(content, ("c", "row")):
            if tag == "row":
                if node.get("hidden") in ("1", "true") and node.get("r", "").isdigit():
                    marks.hidden.add(int(node.get("r")))
            elif ref := _REF.fullmatch(node.get("r", "")):
                _mark(marks, node, (int(ref[2]), column_index(ref[1])), percents)
    except etree.XMLSyntaxError as wrong:
        raise FileFault(DAMAGED) from wrong
    return marks


def _mark(marks: Marks, cell: Any, place: Place, percents: frozenset[str]) -> None:
    if cell.get("t") == "e":
        value = cell.find("{*}v")
        marks.errors[place] = (value.text if value is not None and value.text else "#N/A")[:20]
    elif cell.find("{*}f") is not None:
        marks.formulas.add(place)
    if cell.get("s") in percents:
        marks.percents.add(place)


def _closed(content: bytes, tags: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Each element of these names when it ends; what was read is let go."""
    names = [f"{{*}}{tag}" for tag in tags]
    for _event, node in etree.iterparse(io.BytesIO(content), tag=names, resolve_entities=False, no_network=True):
        yield etree.QName(node).localname, node
        node.clear()
        while node.getprevious() is not None:
            del node.getparent()[0]


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
