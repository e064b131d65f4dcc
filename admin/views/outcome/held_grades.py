"""The grades that somebody has held, as lengths along the years; a higher grade stands higher."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from admin.web.texts import day, name_of

WIDTH, LINE, FOOT, MOST_YEARS = 600, 30, 22, 12


def picture(intervals: Sequence[Any], today: date) -> dict[str, Any] | None:
    """What `pictures.held` draws, oldest bar first; None where a picture of one grade would say no more than its line."""
    rows = sorted((row for row in intervals if row.valid_from <= today), key=lambda row: row.valid_from)
    if len(rows) < 2:
        return None
    start = max(rows[0].valid_from, date(today.year - MOST_YEARS, 1, 1))
    days = max(1, (today - start).days)
    orders = sorted({row.grade.order for row in rows}, reverse=True)
    height = LINE * len(orders) + FOOT

    def across(moment: date) -> float:
        return round(WIDTH * max(0, (min(moment, today) - start).days) / days, 1)

    return {
        "height": height,
        "bars": [_bar(row, across, LINE * orders.index(row.grade.order) + 18, today) for row in rows],
        "years": [
            {"x": across(date(year, 1, 1)), "label": str(year)}
            for year in range(start.year + (start > date(start.year, 1, 1)), today.year + 1)
        ],
    }


def _bar(row: Any, across: Any, y: int, today: date) -> dict[str, Any]:
    left, right = across(row.valid_from), across(row.valid_to or today)
    end = left > WIDTH * 0.7
    return {
        "label": name_of(row.grade),
        "span": f"{day(row.valid_from)} – {day(row.valid_to) if row.valid_to else ''}".strip(" –"),
        "x": left,
        "width": round(max(right - left, 10.0), 1),
        "y": y,
        "end": end,
        "text_x": right if end else left,
    }
