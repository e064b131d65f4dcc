"""Taking a filled SQLite database over into an empty PostgreSQL one: every row, in one transaction, held against the chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, NullPool, Table, create_engine, func, insert, inspect, select, text
from sqlalchemy.orm import Session

from admin.access.actor import acting_as, system_actor
from admin.files.databases import REVISION, references_apart, set_counters
from admin.files.faults import FileFault
from admin.models import Model
from admin.models.base import writing
from admin.queries.system.audit_chain import chained_events, verify
from admin.queries.system.audit_rows import departures

CHUNK = 5_000  # rows of one statement
Progress = Callable[[str], None]


@dataclass(frozen=True)
class WholeState:
    """What a database holds: the rows of each table, the root over its audit trail, and what does not hold in it."""

    rows: dict[str, int]
    sealed: int
    root: str
    faults: tuple[str, ...]


@contextmanager
def held(url: str) -> Iterator[Connection]:
    """The SQLite database with its write lock: nobody else writes into what is left behind while it is taken over."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        with writing():
            connection.execute(text("SELECT 1"))
        yield connection


def refuse_unless_empty(url: str, revision: str | None) -> None:
    """Raise `FileFault` where the target holds anything, but for the empty tables of a move that was broken off."""
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        if not there & {table.name for table in tables()}:
            return
        at = connection.scalar(text(f"SELECT version_num FROM {REVISION}")) if REVISION in there else None
        if at != revision or connection.scalar(text("SELECT count(*) FROM audit_events")):
            raise FileFault("the database to move to is not empty; name an empty one")


def copied_before(source: Connection, url: str) -> WholeState | None:
    """What both hold where the target is a whole copy already, which a move that was killed has left; else None."""
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as target:
        if not {table.name for table in tables()} <= set(inspect(target).get_table_names()):
            return None
        there = target.scalar(text("SELECT count(*) FROM audit_events"))
        if not there or there != source.scalar(text("SELECT count(*) FROM audit_events")):
            return None
        state = state_of(target)
        return state if state == state_of(source) else None


def take_over(source: Connection, url: str, progress: Progress) -> WholeState:
    """Copy every row of the source into the target, whose tables are there; returns what both then hold.

    One transaction: where the target is not what the source is nothing was changed, and `FileFault` is raised.
    """
    before = state_of(source)
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.begin() as target:
        driver: Any = target.connection.driver_connection
        names = [table.name for table in tables()]
        with references_apart(driver):
            for table in tables():
                target.execute(table.delete())  # what the migrations have put there
                progress(f"{table.name}: {_copy(source, target, table)}")
        set_counters(driver, names)
        after = state_of(target)
        if after != before:
            raise FileFault(
                "what was copied is not what was there (%(what)s); nothing was changed", what=_unlike(before, after)
            )
    return after


def tables() -> list[Table]:
    """All tables of ours."""
    return list(Model.metadata.tables.values())


def state_of(connection: Connection) -> WholeState:
    """What a database holds, the whole trail recomputed and every row held against it."""
    counts = {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables()}
    with Session(bind=connection, join_transaction_mode="rollback_only") as session, acting_as(system_actor("cli")):
        verdict = verify(chained_events(session))
        faults = (*map(str, verdict.faults), *sorted(map(str, departures(session))))
    return WholeState(counts, verdict.sealed, verdict.head, faults)


def _copy(source: Connection, target: Connection, table: Table) -> int:
    order = [table.c.id] if "id" in table.c else list(table.primary_key.columns)
    found, count = source.execute(select(table).order_by(*order)), 0
    for some in found.partitions(CHUNK):
        target.execute(insert(table), [dict(row._mapping) for row in some])
        count += len(some)
    return count


def _unlike(before: WholeState, after: WholeState) -> str:
    rows = [name for name, count in before.rows.items() if after.rows.get(name) != count]
    return ", ".join(rows) or next(iter({*after.faults} ^ {*before.faults}), "the root over the audit trail")
