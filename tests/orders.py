"""Where something is empty in a list: SQLite puts it first, PostgreSQL last. Every order by what can be empty says it itself.

Each statement that a test sends is looked at once, as it was compiled: columns that may be empty, those of what is joined
only where it is there, and what is computed of either.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Set
from typing import Any

from sqlalchemy import Column, Engine, Join, Select, event
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, Case, ClauseElement, CollationClause, Label, Over, UnaryExpression
from sqlalchemy.sql.functions import coalesce, count
from sqlalchemy.sql.selectable import Exists, ScalarSelect

SAID = (operators.nulls_first_op, operators.nulls_last_op)
COMPARING = (operators.eq, operators.lt, operators.le, operators.gt, operators.ge, operators.in_op)
NEVER_EMPTY = (coalesce, count, Case, Exists)


class _Any(frozenset[Any]):
    """Every table: a row could go without each of them."""

    def __contains__(self, _table: object) -> bool:
        return True


ANY = _Any()
LOOKED_AT: weakref.WeakSet[Any] = weakref.WeakSet()
TEXTS: set[str] = set()
UNSAID: set[str] = set()


def listen() -> None:
    """Look at what is sent from now on."""

    @event.listens_for(Engine, "before_cursor_execute")
    def _look(_connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
        compiled = getattr(context, "compiled", None)
        if compiled is None or compiled in LOOKED_AT:
            return
        LOOKED_AT.add(compiled)
        # Each test has an engine of its own, which compiles the same statements anew.
        if compiled.string in TEXTS:
            return
        TEXTS.add(compiled.string)
        if " ORDER BY " in statement.replace("\n", " "):
            UNSAID.update(f"{each} in: {statement}" for each in unsaid(compiled.statement))


def unsaid(statement: Any) -> list[str]:
    """The parts of its orders that can be empty and do not say where that goes."""
    found = []
    for part in visitors.iterate(statement):
        if isinstance(part, Select):
            # Asked first, because most say it: what is left out is found by going through all that a row comes from.
            open_ = [each for each in part._order_by_clauses if can_be_empty(each, ANY, set())]
            absent, there = (set(left_out(part)), set(required(part))) if open_ else (set(), set())
            found += [str(each) for each in open_ if can_be_empty(each, absent, there)]
        elif isinstance(part, Over) and part.order_by is not None:
            found += [str(each) for each in part.order_by if can_be_empty(each, set(), set())]
    return found


def required(select: Select[Any]) -> Iterator[Any]:
    """The columns that no found row can have empty, because it is compared in every one."""
    for condition in select._where_criteria:
        parts = condition.clauses if getattr(condition, "operator", None) is operators.and_ else [condition]
        yield from (
            side
            for each in parts
            if isinstance(each, BinaryExpression)
            for side in (each.left, each.right)
            if _asks(each)
        )


def _asks(condition: BinaryExpression[Any]) -> bool:
    return condition.operator is operators.is_not or condition.operator in COMPARING


def left_out(select: Select[Any]) -> Iterator[Any]:
    """The tables that a row may go without."""
    for source in select.get_final_froms():
        for part in visitors.iterate(source):
            if isinstance(part, Join) and part.isouter:
                yield from part.right._from_objects
            if isinstance(part, Join) and part.full:
                yield from part.left._from_objects


def can_be_empty(clause: ClauseElement, absent: Set[Any], there: Set[Any]) -> bool:
    """Whether this part of an order can be empty without saying where that goes."""
    if isinstance(clause, UnaryExpression) and clause.modifier in SAID:
        return False
    return has_empty(clause, absent, there)


def has_empty(clause: Any, absent: Set[Any], there: Set[Any]) -> bool:
    if isinstance(clause, NEVER_EMPTY):
        return False
    if isinstance(clause, UnaryExpression) and clause.operator is operators.exists:
        return False
    if getattr(clause, "operator", None) in (operators.is_, operators.is_not, operators.is_distinct_from):
        return False
    if isinstance(clause, Label):
        return has_empty(clause.element, absent, there)
    if isinstance(clause, ScalarSelect | CollationClause):
        return False
    if isinstance(clause, Column) or getattr(clause, "table", None) is not None:
        base = next(iter(getattr(clause, "base_columns", ())), clause)
        if any(each is clause or each.compare(clause) for each in there if isinstance(each, type(clause))):
            return False
        return bool(getattr(base, "nullable", False)) or clause.table in absent
    return any(has_empty(child, absent, there) for child in clause.get_children())
