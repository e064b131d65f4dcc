"""Where the header stands among title rows, instructions and data, and what its columns are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from admin.domain.refusals import N_
from admin.files.cleaning import plain
from admin.files.faults import Untold, quoted
from admin.files.metric_words import metric_named
from admin.files.periods import period_in, year_in
from admin.files.tables import Row
from admin.files.vocabulary import fields_named, is_known_header

SEARCHED_ROWS = 50
OFFERED_ROWS = 15
_LIKE_DATA = re.compile(r"[\d\s:/.,%+-]+|\S+@\S+\.\S+|\d{4}年.*")
_NO_HEADER = N_("No header row was found; the first row of the table must hold the names of the columns")
_SEVERAL = N_("Rows %(first)s and %(second)s both look like headers; delete one or choose the header row")


@dataclass(frozen=True)
class Header:
    """Where the header begins among the rows, how many of them it takes, the names of the columns."""

    place: int
    rows: int
    names: list[str]


def header_text(cell: Any) -> str:
    """A header as shown: one line, trimmed; a date that heads a month's column as that month."""
    if isinstance(cell, date):
        return f"{cell:%Y-%m}" if cell.day == 1 else f"{cell:%Y-%m-%d}"
    return " ".join(plain(cell).replace("\ufeff", "").split())


def known_headers(cells: Sequence[Any]) -> int:
    """How many different known columns the row names."""
    texts = {cell for cell in cells if isinstance(cell, str) and 0 < len(cell) <= 60}
    return len({meaning for text in texts if (meaning := _meaning(text))})


@lru_cache(maxsize=4096)
def _meaning(text: str) -> Any:
    if not is_known_header(text):
        said = period_in(text) or year_in(text)  # 2025年第一季來電量, 2024考績
        return text if said and said[1] and is_known_header(said[1]) else None
    return text if (code := metric_named(text)) is None else code


def same_column(one: Any, other: Any) -> bool:
    """Whether two names are of one column: the same text, or the same field in another language."""
    first, second = header_text(one), header_text(other)
    if first == second:
        return True
    return bool(fields_named(first) & fields_named(second)) or (
        (code := metric_named(first)) is not None and code == metric_named(second)
    )


def find_header(rows: Sequence[tuple[int, Row]], asked: int | None = None) -> Header:
    """The header. Raises `Untold` where there is none, or two of them that do not go together."""
    if asked is not None:
        place = _asked(rows, asked)
        return _with_row_below(rows, place) or _single(rows, place)
    head = rows[:SEARCHED_ROWS]
    scores = [known_headers(cells) for _, cells in head]
    best = max(range(len(head)), key=lambda i: scores[i])
    if scores[best] >= 2 or (scores[best] == 1 and _is_header_of_one(head, best)):
        return _with_neighbours(head, scores, best)
    for index, (_, cells) in enumerate(head):
        if _is_plain_header(cells):
            return _single(rows, index)
        if len(_filled(cells)) > 1:
            break  # the first row that is no title must be the header
    raise Untold(_NO_HEADER, "header_row", offered(rows))


def _is_header_of_one(head: Sequence[tuple[int, Row]], place: int) -> bool:
    """Whether a row that names one known column is a header: beside it stand unknown names, or months and years."""
    cells = head[place][1]
    below = head[place + 1][1] if place + 1 < len(head) else []
    return _is_plain_header(cells) or _periods(cells) >= 2 or bool(_joined(cells, below))


def _periods(cells: Row) -> int:
    """How many different months, parts of a year or years the row names, and nothing beside them."""
    return len({text for cell in cells if cell != "" and _is_period(cell, text := header_text(cell))})


def _is_period(cell: Any, text: str) -> bool:
    if isinstance(cell, date):
        return cell.day == 1
    if isinstance(cell, float) and cell.is_integer():
        cell = text  # a year as a number
    said = period_in(text) or year_in(text) if isinstance(cell, str) and len(text) <= 20 else None
    return said is not None and not said[1]


def offered(rows: Sequence[tuple[int, Row]]) -> list[tuple[str, str]]:
    """The first rows by their number, to choose the header among them."""
    return [(str(number), shown(cells)) for number, cells in rows[:OFFERED_ROWS]]


def shown(cells: Row) -> str:
    """A row as one short line."""
    return quoted(" | ".join(header_text(cell) for cell in cells if cell != ""))


def _single(rows: Sequence[tuple[int, Row]], place: int) -> Header:
    return Header(place, 1, [header_text(cell) for cell in rows[place][1]])


def _asked(rows: Sequence[tuple[int, Row]], asked: int) -> int:
    for index, (number, _) in enumerate(rows):
        if number == asked:
            return index
    raise Untold(N_("Row %(row)s is empty and cannot be the header"), "header_row", offered(rows), row=asked)


def _with_neighbours(head: Sequence[tuple[int, Row]], scores: Sequence[int], best: int) -> Header:
    """The best row with the one above or below it: two languages, two lines, or two headers that HR has to tell apart."""
    for first, second in ((best, best + 1), (best - 1, best)):
        if first < 0 or second >= len(head):
            continue
        if names := _joined(head[first][1], head[second][1]):
            return Header(first, 2, names)
        other = second if first == best else first
        if scores[other] >= 2 and scores[other] >= scores[best] / 2:
            raise Untold(_SEVERAL, "header_row", offered(head), first=head[first][0], second=head[second][0])
    return _single(head, best)


def _with_row_below(rows: Sequence[tuple[int, Row]], place: int) -> Header | None:
    if place + 1 < len(rows) and (names := _joined(rows[place][1], rows[place + 1][1])):
        return Header(place, 2, names)
    return None


def _joined(upper: Row, lower: Row) -> list[str]:
    """The names of a header of two rows; [] where the two are none.

    Two languages say the same twice; of two lines the lower one says what its group above is divided into.
    """
    first, second = _texts(upper), _texts(lower)
    if _is_second_line(lower, first, second):
        return _grouped(first, second)
    pairs = [(one, other) for one, other in zip(first, second, strict=False) if one and other]
    same = sum(same_column(one, other) for one, other in pairs)
    if same >= 2 and same * 2 >= len(pairs) and all(_one_known(one, other) for one, other in pairs):
        return [one or other for one, other in zip_longest(first, second, fillvalue="")]
    return []


def _one_known(one: str, other: str) -> bool:
    return same_column(one, other) or not (is_known_header(one) and is_known_header(other))


def _texts(cells: Row) -> list[str]:
    return [header_text(cell) if cell != "" else "" for cell in cells]


def _is_second_line(lower: Row, first: list[str], second: list[str]) -> bool:
    """Whether the row divides the groups of the one above: it is blank where that names a column, and fills its gaps."""
    width = min(len(first), len(second))
    alone = sum(1 for i in range(width) if first[i] and (not second[i] or first[i] == second[i]))
    fills = sum(1 for i in range(width) if not first[i] and second[i])
    texts = [cell for cell in lower if cell != ""]
    return (
        alone >= 1
        and fills >= 1
        and len(texts) >= 2
        and (any(is_known_header(text) for text in second if text) or _periods(lower) >= 2)
        and all(_is_name(cell) or _is_period(cell, header_text(cell)) for cell in texts)
    )


def _is_name(cell: Any) -> bool:
    return isinstance(cell, str) and not _LIKE_DATA.fullmatch(header_text(cell))


def _grouped(first: list[str], second: list[str]) -> list[str]:
    width = max(len(first), len(second))
    first, second = first + [""] * (width - len(first)), second + [""] * (width - len(second))
    group, groups = "", []
    for i in range(width):
        group = first[i] or (group if second[i] else "")
        groups.append(group)
    times = Counter(second)
    return [
        groups[i] if not second[i] or second[i] == groups[i]
        # What is divided the same way twice (each month) is told apart by its group.
        else f"{groups[i]} {second[i]}" if groups[i] and (times[second[i]] > 1 or not is_known_header(second[i]))
        else second[i]
        for i in range(width)
    ]  # fmt: skip


def _filled(cells: Row) -> list[Any]:
    return [cell for cell in cells if cell != ""]


def _is_plain_header(cells: Row) -> bool:
    """Names of unknown columns: several different texts, none of which reads like a value."""
    filled = _filled(cells)
    texts = [header_text(cell) for cell in filled if isinstance(cell, str)]
    return 1 < len(filled) == len(texts) == len(set(texts)) and not any(_LIKE_DATA.fullmatch(text) for text in texts)
