"""Which part of a list a page shows: the one that is asked for, or the nearest there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func
from sqlalchemy.orm import Session

T_co = TypeVar("T_co", covariant=True)
PER_PAGE = 25


@dataclass(frozen=True)
class Part:
    """The part `number` (from 1) of `pages`, of a list of `count`: its entries from `start` up to, not including, `end`."""

    count: int
    number: int
    pages: int
    start: int
    end: int


@dataclass(frozen=True)
class Paged(Generic[T_co]):
    """The entries of one part of a list, and which part it is."""

    rows: Sequence[T_co]
    part: Part


def part_of(count: int, wanted: int, size: int = PER_PAGE) -> Part:
    """Part `wanted` of a list; an empty list has one, and beyond the ends stands the first or the last."""
    pages = max(1, -(-count // size))
    # The number stands in an address that anybody may type, and lists grow shorter while they are read.
    number = min(max(1, wanted), pages)
    return Part(count, number, pages, (number - 1) * size, number * size)


def nothing() -> Paged[Any]:
    """An empty list."""
    return Paged((), part_of(0, 1))


def paged(session: Session, query: Select[Any], wanted: int) -> Paged[Any]:
    """Part `wanted` of what a query finds, its entities or, of several columns, its rows.

    Counted and cut by the database, in the reader's scope unless the query lies beyond it: a list of any length costs
    two statements and the rows that are shown.
    """
    counting = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    part = part_of(session.scalar(counting) or 0, wanted)
    shown = query.limit(PER_PAGE).offset(part.start)
    alone = len(query.column_descriptions) == 1
    return Paged(session.scalars(shown).all() if alone else session.execute(shown).all(), part)
