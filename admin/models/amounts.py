"""Which columns hold amounts of pay, or what amounts could be worked out from: declared on the column itself (5.1, 6.3-b).

Everything that keeps amounts from others asks here: the audit trail, which holds commitments in their place, the row scope
(`access/amounts`), and the tests that walk through lists, exports, look-ups and programs.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from admin.models.base import Model

AMOUNT = {"amount": True}  # the `info` of a column


@cache
def amount_columns(table: str) -> frozenset[str]:
    """The columns of a table that hold amounts."""
    known = Model.metadata.tables.get(table)
    return frozenset(column.name for column in known.c if is_amount(column)) if known is not None else frozenset()


@cache
def amount_tables() -> frozenset[str]:
    """The tables that have such a column."""
    return frozenset(name for name in Model.metadata.tables if amount_columns(name))


def is_amount(column: Any) -> bool:
    """Whether a column is declared to hold amounts."""
    return bool(column.info.get("amount"))
