"""Long lists in parts that one statement can name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

MOST_AT_ONCE = 5_000  # values that one statement names: PostgreSQL takes 65,535, SQLite 32,766
A_FEW = 25
T = TypeVar("T")


def in_turn(session: Session, query: Select[Any], key: Any) -> Iterator[list[Any]]:
    """What a query finds by its key, a few at a time and past the scope: whoever is content with the first reads no more."""
    after, few = 0, A_FEW
    while rows := list(
        session.scalars(query.where(key > after).order_by(key).limit(few).execution_options(unscoped=True)).unique()
    ):
        yield rows
        # More each time: where the first does not do, most do not.
        after, few = rows[-1].id, min(few * 4, MOST_AT_ONCE)


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists that fit into one IN; nothing for none."""
    listed = list(values)
    for start in range(0, len(listed), MOST_AT_ONCE):
        yield listed[start : start + MOST_AT_ONCE]
