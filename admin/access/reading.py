"""The session's hook: every ORM statement is limited to the rows that the acting person may see.

Fails closed: without an actor the scoped tables are empty, and a statement that cannot be limited is refused.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors

from admin.access.actor import acting
from admin.access.scope import SCOPES, visible


class UnscopedRead(RuntimeError):
    """A statement reads scoped tables in a way that the hook cannot limit: a fault of the program."""


def _tables_read(statement: Any) -> set[type[Any]]:
    """The scoped tables that a statement reads anywhere: columns, counts, joins, sub-queries."""
    mappers = (
        element._annotations.get("parententity")
        for element in visitors.iterate(statement)
        if hasattr(element, "_annotations")
    )
    return {found.mapper.class_ for found in mappers if found is not None and hasattr(found, "mapper")} & set(SCOPES)


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
    if found:
        options = [with_loader_criteria(table, visible(actor, table), include_aliases=True) for table in found]
        state.statement = state.statement.options(*options)
