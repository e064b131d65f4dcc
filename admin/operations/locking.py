"""How rows are read that are to be changed: under a lock, and anew, whatever the session holds of them from before it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, select

from admin.access.actor import Actor
from admin.access.scope import visible

T = TypeVar("T")


@lru_cache(maxsize=1024)
def named(table: Any, actor: Actor, lock: bool) -> Select[Any]:
    """The row of a table that an actor names; made once, for it stands at the beginning of every act."""
    query = select(table).where(table.__table__.c.id == bindparam("named"), visible(actor, table))
    if lock:
        # PostgreSQL locks the row; SQLite has locked the whole database at BEGIN IMMEDIATE and ignores this.
        query = query.with_for_update(of=table)
    # The session may hold the row as it was before the lock: what is decided on is read anew.
    return query.execution_options(populate_existing=True)


def under_lock(query: Select[T], skip_locked: bool) -> Select[T]:
    """The query with its rows locked, in the order of their numbers unless it has another."""
    table = query.column_descriptions[0]["entity"]
    ordered = query if query._order_by_clauses else query.order_by(table.id)
    asked = ordered.with_for_update(of=table, skip_locked=skip_locked)
    return asked.execution_options(populate_existing=True)
