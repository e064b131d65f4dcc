"""Where the header stands among title rows, instructions and data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from admin.domain.refusals import N_
from admin.files.faults import FileFault
from admin.files.tables import Row
from admin.files.vocabulary import all_header_keys, header_key

SEARCHED_ROWS = 50
_LIKE_DATA = re.compile(r"[\d\s:/.,%+-]+|\S+@\S+\.\S+|\d{4}年.*")


def header_text(cell: Any) -> str:
    """A header as shown: one line, trimmed."""
    return " ".join(str(cell).replace("\ufeff", "").split())


def known_headers(cells: Sequence[Any]) -> int:
    """How many different known column names the row holds."""
    keys = {header_key(cell) for cell in cells if isinstance(cell, str) and 0 < len(cell) <= 60}
    return len(keys & all_header_keys())


def find_header(rows: Sequence[tuple[int, Row]], asked: int | None = None) -> int:
    """Index into `rows` of the header row. Raises `FileFault`: no header, two headers one above the other."""
    if asked is not None:
        return _asked(rows, asked)
    head = rows[:SEARCHED_ROWS]
    scores = [known_headers(cells) for _, cells in head]
    best = max(range(len(head)), key=lambda i: scores[i])
    if scores[best] >= 2 or (scores[best] == 1 and _is_plain_header(head[best][1])):
        _check_single(head, scores, best)
        return best
    for index, (_, cells) in enumerate(head):
        if _is_plain_header(cells):
            return index
        if len(_filled(cells)) > 1:
            break  # the first row that is no title must be the header
    raise FileFault(N_("No header row was found; the first row of the table must hold the names of the columns"))


def _asked(rows: Sequence[tuple[int, Row]], asked: int) -> int:
    for index, (number, _) in enumerate(rows):
        if number == asked:
            return index
    raise FileFault(N_("Row %(row)s is empty and cannot be the header"), row=asked)


def _check_single(head: Sequence[tuple[int, Row]], scores: Sequence[int], best: int) -> None:
    """A header of two languages or two lines: HR says which. One further below is found among the rows."""
    for index, score in enumerate(scores):
        if index != best and index <= best + 1 and score >= 2 and score >= scores[best] / 2:
            first, second = sorted((head[best][0], head[index][0]))
            raise FileFault(
                N_("Rows %(first)s and %(second)s both look like headers; delete one or choose the header row"),
                first=first,
                second=second,
            )


def _filled(cells: Row) -> list[Any]:
    return [cell for cell in cells if cell != ""]


def _is_plain_header(cells: Row) -> bool:
    """Names of unknown columns: several different texts, none of which reads like a value."""
    filled = _filled(cells)
    texts = [header_text(cell) for cell in filled if isinstance(cell, str)]
    return 1 < len(filled) == len(texts) == len(set(texts)) and not any(_LIKE_DATA.fullmatch(text) for text in texts)
