"""Raw rows under a header become a table's rows: totals, remarks, repeated headers and blank lines are left out and said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

from admin.domain.refusals import N_, P_
from admin.files.faults import Fault, FileFault, FileNote, quoted
from admin.files.header_finding import header_text, known_headers, same_column
from admin.files.headers import header_key
from admin.files.marks import column_letters
from admin.files.tables import Row, Table
from admin.files.vocabulary import is_known_header
from admin.files.workbook_reading import Sheet

_TOTAL = re.compile(
    r"(合計|合计|總計|总计|小計|小计|共計|共计|總人數|总人数|總筆數|总笔数|平均值?|(sub|grand )?totals?|sum|average)[:：]?(\d+.*)?|"
    r"(以上)?共\d+.*",
    re.IGNORECASE,
)
# Beside a month or a department: words that are nobody's name.
_TOTAL_BESIDE = re.compile(r"(合計|合计|總計|总计|小計|小计|(sub|grand )?totals?)[:：]?", re.IGNORECASE)
_REMARK = re.compile(
    r"(※|製表|制表|列印|打印|備註|备注|說明|说明|註|注|審核|审核|主管簽核|主管签核|printed|prepared|note|page|第\d+[頁页]).*",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"[-+]?[\d.,:\s]+\s*(%|人|名|筆|笔|件|通|天|分|秒|元)?")
_SERIALS = frozenset({"序號", "序号", "項次", "项次", "流水", "筆數", "笔数", "no", "nr", "sn", "item", ""})
_CELL_MISSING = N_(
    "The row has %(cells)s cells and the header %(width)s: a cell is missing, and those after it have moved"
)
_CELL_TOO_MANY = N_(
    "The row has %(cells)s cells and the header %(width)s: a separator inside a value lacks its quotation marks"
)
_LIKE_A_TOTAL = N_("The row begins like a total and is filled like the others; delete it, or correct its first cell")


def take_rows(table: Table, rows: Sequence[tuple[int, Row]], raw: Sheet, *, ragged: bool) -> None:
    """Put the rows below the header into the table. Raises `FileFault`: none, or a second table below."""
    _take(table, rows, ragged)
    _drop_footers(table)
    _drop_repeated_headers(table)
    _drop_serials(table)
    if not table.rows:
        raise FileFault(N_("The file has no rows under its header (row %(row)s)"), row=table.header_row)
    _check_merged_across(table, raw)
    table.hidden = len(raw.hidden.intersection(table.row_numbers))
    if table.hidden:
        table.notes.append(FileNote(N_("Hidden rows are read too: %(count)s"), {"count": table.hidden}))
    _drop_nameless(table)
    places = {number: index for index, number in enumerate(table.row_numbers)}
    table.formulas = {(places[row], column) for row, column in table.formulas if row in places}


def _take(table: Table, rows: Sequence[tuple[int, Row]], ragged: bool) -> None:
    width = len(table.headers)
    for number, cells in rows:
        if len(cells) != width:
            cells = _fitted(table, number, cells, width, ragged)
        table.rows.append(cells)
        table.row_numbers.append(number)


def _fitted(table: Table, number: int, cells: Row, width: int, ragged: bool) -> Row:
    # A cell lost in the middle moves all later ones to the left: values land in wrong columns without looking wrong
    facts = {"cells": len(cells), "width": width}
    if len(cells) < width:
        if ragged and not _is_footer(cells):
            table.faults.append(Fault(number, None, "", _CELL_MISSING, facts))
        return [*cells, *[""] * (width - len(cells))]
    if any(cell != "" for cell in cells[width:]):
        table.faults.append(Fault(number, None, quoted(cells[width]), _CELL_TOO_MANY, facts))
    return cells[:width]


def _is_footer(cells: Row) -> bool:
    """A total with figures beside it, or remarks alone; a row that is filled like the others is neither."""
    filled = _filled(cells)
    if not filled:
        return False
    for place, cell in enumerate(filled[1:3], start=1):  # 2025-10, 合計, 400
        if isinstance(cell, str) and _TOTAL_BESIDE.fullmatch(_bare(cell)):
            return all(_is_count(each) for each in filled[place + 1 :])
    if not isinstance(filled[0], str):
        return False
    if _begins_like_total(filled):
        return all(_is_count(cell) for cell in filled[1:])
    return bool(_REMARK.fullmatch(_bare(filled[0]))) and all(
        isinstance(cell, str) and (_REMARK.fullmatch(_bare(cell)) or _bare(before).endswith((":", "：")))
        for before, cell in pairwise(filled)
    )


def _begins_like_total(filled: Sequence[Any]) -> bool:
    return isinstance(filled[0], str) and bool(_TOTAL.fullmatch(_bare(filled[0])))


def _is_count(cell: Any) -> bool:
    if isinstance(cell, str):
        return bool(_COUNTED.fullmatch(cell) or _TOTAL.fullmatch(_bare(cell)))
    return not isinstance(cell, date)


def _bare(cell: Any) -> str:
    text = str(cell)
    return text.strip() if text.isascii() else re.sub(r"\s+", "", text)


def _filled(cells: Row) -> list[Any]:
    return [cell for cell in cells if cell != "" and not (type(cell) is str and cell.isspace())]


def _drop_footers(table: Table) -> None:
    kept: list[int] = []
    for index, cells in enumerate(table.rows):
        if _is_footer(cells):
            facts = {"row": table.row_numbers[index], "value": quoted(_filled(cells)[0])}
            table.notes.append(FileNote(N_("Row %(row)s (%(value)s) is a total or a remark and was left out"), facts))
            continue
        kept.append(index)
        if (filled := _filled(cells)) and _begins_like_total(filled):
            table.faults.append(Fault(table.row_numbers[index], None, quoted(filled[0]), _LIKE_A_TOTAL, {}))
    _keep(table, kept)


def _keep(table: Table, kept: Sequence[int]) -> None:
    if len(kept) < len(table.rows):
        table.rows = [table.rows[i] for i in kept]
        table.row_numbers = [table.row_numbers[i] for i in kept]


def _drop_repeated_headers(table: Table) -> None:
    """Leave out the header where it stands again (on each page, in a second language).

    Raises `FileFault` where another header stands among the rows: two tables in one sheet.
    """
    named = [(i, header) for i, header in enumerate(table.headers) if header]
    kept, dropped = [], 0
    for index, cells in enumerate(table.rows):
        hits = 0
        for column, header in named[:4]:
            hits += cells[column] == header
        if hits < min(2, len(named)) and not (_may_be_header(cells) and known_headers(cells) >= 3):
            kept.append(index)
            continue
        if not all(cell == "" or same_column(cell, table.headers[i]) for i, cell in enumerate(cells)):
            raise FileFault(
                N_("Row %(row)s is a second header: the sheet holds two tables; give each its own file"),
                row=table.row_numbers[index],
            )
        dropped += 1
    if dropped:
        table.notes.append(
            FileNote(N_("Rows in which the header stands again were left out: %(count)s"), {"count": dropped})
        )
    _keep(table, kept)


def _may_be_header(cells: Row) -> bool:
    """Cheap look at the first cells; only then is the whole row compared."""
    return any(
        type(cell) is str and not cell[:1].isdigit() and len(cell) <= 30 and _is_header_word(cell) for cell in cells[:3]
    )


@lru_cache(maxsize=4096)
def _is_header_word(cell: str) -> bool:
    return is_known_header(cell)


def _drop_serials(table: Table) -> None:
    """Leave out rows in which somebody only counted on."""
    serials = {i for i, header in enumerate(table.headers) if header_key(header) in _SERIALS and header}
    if not serials:
        return
    kept = [
        index
        for index, cells in enumerate(table.rows)
        if any(cell != "" and i not in serials and not str(cell).isspace() for i, cell in enumerate(cells))
    ]
    if count := len(table.rows) - len(kept):
        table.notes.append(
            FileNote(N_("Rows that hold only a serial number were left out: %(count)s"), {"count": count})
        )
    _keep(table, kept)


def _check_merged_across(table: Table, raw: Sheet) -> None:
    numbers = set(table.row_numbers) if raw.merged else set()
    for (top, left), (_, right) in raw.merged:
        if left != right and top + 1 in numbers:
            table.faults.append(
                Fault(
                    top + 1, column_letters(left), "", N_("Cells of several columns are merged here; separate them"), {}
                )
            )


def _drop_nameless(table: Table) -> None:
    empty = [
        i
        for i, header in enumerate(table.headers)
        if not header and all(row[i] == "" or row[i] is None for row in table.rows)
    ]
    table.headers = [header_text(header) or f"({column_letters(i)})" for i, header in enumerate(table.headers)]
    for header in table.duplicates:
        table.notes.append(
            FileNote(
                N_("The column %(column)s appears more than once; it cannot be imported until renamed"),
                {"column": header},
            )
        )
    if not empty:
        return
    table.notes.append(
        FileNote(
            P_(
                "%(count)s column without name or content was left out",
                "%(count)s columns without name or content were left out",
            ),
            {"count": len(empty)},
        )
    )
    left_out = set(empty)
    kept = [i for i in range(len(table.headers)) if i not in left_out]
    table.headers = [table.headers[i] for i in kept]
    table.rows = [[row[i] for i in kept] for row in table.rows]
    moved = {old: new for new, old in enumerate(kept)}
    table.formulas = {(row, moved[column]) for row, column in table.formulas if column in moved}
