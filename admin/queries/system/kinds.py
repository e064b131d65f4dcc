"""Rows that are alike in all that an answer rests on, so that it is found once for each kind and not for each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, and_, false, func, or_, select
from sqlalchemy.orm import Session

from admin.queries.system.paging import PER_PAGE, Paged, part_of


@dataclass(frozen=True)
class Alike:
    """One kind of rows: the first of them by its number, how many there are, and the earliest of what was asked along."""

    first: int
    count: int
    earliest: Any
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Kinds:
    """Rows with what tells their kinds apart, one column each behind the row's number and what is asked along."""

    rows: Subquery

    def found(self, session: Session) -> list[Alike]:
        """The kinds that there are, by their first rows; one statement, past the scope."""
        key, along, *by = self.rows.c
        query = select(func.min(key), func.count(), func.min(along), *by).group_by(*by).order_by(func.min(key))
        rows = session.execute(query.execution_options(unscoped=True))
        return [Alike(first, count, earliest, tuple(values)) for first, count, earliest, *values in rows]

    def part(self, session: Session, kinds: Sequence[Alike], wanted: int) -> Paged[int]:
        """The numbers of the rows of these kinds, a part of them, in the order of what was asked along."""
        key, along, *by = self.rows.c
        alike = (
            and_(*(column.is_not_distinct_from(value) for column, value in zip(by, kind.values, strict=True)))
            for kind in kinds
        )
        part = part_of(sum(kind.count for kind in kinds), wanted)
        query = select(key).where(or_(false(), *alike)).order_by(along, key).limit(PER_PAGE).offset(part.start)
        return Paged(list(session.scalars(query.execution_options(unscoped=True))), part)


def kinds_of(query: Select[Any], by: Sequence[Any], along: Any = None) -> Kinds:
    """The rows of a query of one number, told apart by these columns; `along`: what is asked along, else the number."""
    (key,) = query.selected_columns
    rows = query.with_only_columns(
        key.label("key"), (key if along is None else along).label("along"),
        *(each.label(f"by{place}") for place, each in enumerate(by)), maintain_column_froms=True,
    )  # fmt: skip
    return Kinds(rows.subquery("rows"))
