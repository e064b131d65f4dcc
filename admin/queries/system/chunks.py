"""Long lists in parts that one statement can name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

MOST_AT_ONCE = 5_000  # values that one statement names: PostgreSQL takes 65,535, SQLite 32,766
T = TypeVar("T")


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists that fit into one IN; nothing for none."""
    listed = list(values)
    for start in range(0, len(listed), MOST_AT_ONCE):
        yield listed[start : start + MOST_AT_ONCE]
