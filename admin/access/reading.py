"""The session's hook: every ORM statement is limited to the rows that the acting person may see.

Fails closed: without an actor the scoped tables are empty, and a statement that cannot be limited is refused.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import True_

from admin.access.actor import acting
from admin.access.scope import SCOPES, visible


class UnscopedRead(RuntimeError):
    """A statement reads scoped tables in a way that the hook cannot limit: a fault of the program."""


_READ: WeakKeyDictionary[Any, frozenset[type[Any]]] = WeakKeyDictionary()


def _tables_read(statement: Any) -> frozenset[type[Any]]:
    """The scoped tables that a statement reads; found once for those that are made once."""
    found = _READ.get(statement)
    if found is None:
        found = _READ[statement] = _found_in(statement)
    return found


def _found_in(statement: Any) -> frozenset[type[Any]]:
    """Anywhere: columns, counts, joins, sub-queries."""
    mappers = (
        element._annotations.get("parententity")
        for element in visitors.iterate(statement)
        if hasattr(element, "_annotations")
    )
    return frozenset(found.mapper.class_ for found in mappers if found is not None and hasattr(found, "mapper")) & set(
        SCOPES
    )


@event.listens_for(Session, "do_orm_execute")
def _limit(state: ORMExecuteState) -> None:
    if (
        not state.is_select
        or state.is_column_load
        or state.is_relationship_load
        or state.execution_options.get("unscoped")
    ):
        return
    actor = acting()
    if actor is not None and actor.is_system:
        return
    found = _tables_read(state.statement)
    if found and not state.is_orm_statement:
        raise UnscopedRead(
            f"count or select {', '.join(sorted(each.__name__ for each in found))} itself, not a sub-query of it"
        )
    seen = [(table, visible(actor, table)) for table in found]
    # Whoever sees all rows of a table asks as it stands: a statement that is made once is then compiled once, too.
    narrowed = [(table, rows) for table, rows in seen if not isinstance(rows, True_)]
    if narrowed:
        options = [with_loader_criteria(table, rows, include_aliases=True) for table, rows in narrowed]
        state.statement = state.statement.options(*options)
