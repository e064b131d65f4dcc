"""Orders by what may be empty: on either database it counts as the least.

SQLite has it so by itself; PostgreSQL puts what is empty behind all else, so that the same list would begin differently there.
A test looks at each order that is sent, and refuses one that says nothing (tests/orders.py).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement


def least_first(what: Any) -> ColumnElement[Any]:
    """From the least to the greatest, what is empty at the head."""
    ordered: ColumnElement[Any] = what.asc().nulls_first()
    return ordered


def greatest_first(what: Any) -> ColumnElement[Any]:
    """From the greatest to the least, what is empty at the end."""
    ordered: ColumnElement[Any] = what.desc().nulls_last()
    return ordered
