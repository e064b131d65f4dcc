"""How rows are read that are to be changed: under a lock, and anew, whatever the session holds of them from before it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Select, Table, bindparam, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql import visitors

from admin.access.actor import Actor
from admin.access.scope import visible
from admin.models import Cycle, Review
from admin.models.audit import CHANGED
from admin.models.base import is_writing

T = TypeVar("T")
# What every act on a record asks for, read with it: whose case it is, and the rules that its cycle pinned.
ALONG: dict[Any, tuple[Any, ...]] = {
    Review: (
        joinedload(Review.employee, innerjoin=True),
        joinedload(Review.cycle, innerjoin=True).joinedload(Cycle.policy_version, innerjoin=True),
    )
}
ALONG_READS = {Review: ("employees", "cycles", "policy_versions")}
FOUND = "found_rows"  # where a session notes what its transaction has found
NOTHING: frozenset[str] = frozenset()
_READ_FOR: dict[Any, frozenset[str]] = {}


@lru_cache(maxsize=1024)
def named(table: Any, actor: Actor, lock: bool) -> Select[Any]:
    """The row of a table that an actor names; made once, for it stands at the beginning of every act."""
    query = select(table).where(table.__table__.c.id == bindparam("named"), visible(actor, table))
    query = query.options(*ALONG.get(table, ()))
    if lock:
        # PostgreSQL locks the row; SQLite has locked the whole database at BEGIN IMMEDIATE and ignores this.
        query = query.with_for_update(of=table)
    # The session may hold the row as it was before the lock: what is decided on is read anew.
    return query.execution_options(populate_existing=True)


def found_again(session: Session, table: Any, key: int, actor: Actor, lock: bool) -> Any:
    """The row as it was found before in this transaction, where it would be found just so again; else None.

    The transaction holds the write lock (SQLite) or the row's own, and has changed no table that says who finds the row.
    """
    kept = session.info.get(FOUND, {}).get((table, key, actor))
    if kept is None or not is_writing() or not (kept[1] or not lock or session.get_bind().dialect.name == "sqlite"):
        return None
    session.flush()
    return None if session.info.get(CHANGED, NOTHING) & _read_for(table, actor) else kept[0]


def keep_found(session: Session, table: Any, key: int, actor: Actor, lock: bool, row: Any) -> None:
    """Remember what was found, for the rest of the transaction."""
    if is_writing():
        session.info.setdefault(FOUND, {})[table, key, actor] = row, lock


def _read_for(table: Any, actor: Actor) -> frozenset[str]:
    """The tables that finding a row of this table reads for somebody in these offices, whoever it is."""
    kind = table, actor.roles, actor.via, actor.employee_id is None, bool(actor.member_ids), actor.viewed_by is None
    if kind not in _READ_FOR:
        parts = visitors.iterate(named(table, actor, False))
        read = {part.name for part in parts if isinstance(part, Table)} | set(ALONG_READS.get(table, ()))
        _READ_FOR[kind] = frozenset(read)
    return _READ_FOR[kind]


def under_lock(query: Select[T], skip_locked: bool) -> Select[T]:
    """The query with its rows locked, in the order of their numbers unless it has another."""
    table = query.column_descriptions[0]["entity"]
    ordered = query if query._order_by_clauses else query.order_by(table.id)
    asked = ordered.with_for_update(of=table, skip_locked=skip_locked)
    return asked.execution_options(populate_existing=True)
