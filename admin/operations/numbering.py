"""The next number of what is numbered without gaps: counted and given under one lock, so that no two get the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from admin.operations.transaction import Operation

NUMBER_LOCK = 20260101


def next_after(op: Operation, query: Select[Any]) -> int:
    """The number after the one that a query counts or finds; until the commit nobody else is given one."""
    # Not a sequence, which leaves a gap at each rollback; and not without a lock: two at once would find the same.
    op.alone(NUMBER_LOCK)
    return int(op.session.scalar(query) or 0) + 1
