"""Audit events: every change, in the same transaction, without exception (6.3.3).

A session listener writes one event per changed row. A change outside a `changing` context is refused, so that
nothing can be changed unseen. Set-based statements bypass the listener: their operation notes them itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, event, inspect
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from admin.models.amounts import amount_columns, amount_tables
from admin.models.base import Entity, Model, UtcDateTime, real_time
from admin.models.commitments import EARLIER, Commitment, commitment, forget_salts, keep_salts
from admin.models.event_form import MARK, plain, with_hashes
from admin.models.texts_of_persons import OF_PERSONS

# The short list: what stands outside the trail, and why. Everything else is in it, or held against it by `audit verify`.
OUTSIDE = {
    "audit_events": "the trail itself: held by its tree, its heads and its tags",
    "audit_seals": "the tree itself: every node is made again from the events",
    "published_heads": "the list of heads itself: signed, each line names the one before, held against the copy beside the site",
    "audit_salts": "goes with its text: one that was edited or taken is a text that does not fit its commitment",
    "notifications": "tells what rows say already; a message is no ground of anything, and read marks are the reader's",
    "jobs": "asks for work whose result is a row or a file; a job too many or too few is done again or named by /health",
    "long_works": "how far an act on many is; what it does is told row by row, in the name of whoever asked for it",
    "long_work_refusals": "which rows of it were refused: nothing was done to them",
    "heartbeats": "whether the worker lives: written every minute, true for minutes",
    "done_once": "which request was carried out already: gone after days, and a second try meets the rules again",
    "unsent_forms": "what somebody types and has not sent is theirs alone, and not said",
    "held_files": "a file between its arrival and the form that takes it; what is handed in stands in the trail where it is handed in",
    "file_verdicts": "what the newest check says of kept bytes: a verdict that is edited or taken is made again from them",
    "queue_totals": "sums of the figures, made anew with each change of them; scores are made on what the lock sums itself",
    "throttles": "counts of tries by hashed keys, true for minutes; nothing rests on them later",
    "ab_permission": "names that setup makes from the code; which role has which is held by the roles' events, by name",
    "ab_view_menu": "as ab_permission",
    "ab_permission_view": "as ab_permission",
    "ab_register_user": "Flask-AppBuilder's self-registration, which the portal does not offer: nobody reads it",
}
UNAUDITED_TABLES = frozenset(OUTSIDE) | {"history"}  # history is told of in bundles (`models.history`)
# Columns of audited tables that no event tells of, and why.
OUTSIDE_COLUMNS = {
    "last_login": "when somebody signed in last, by Flask-AppBuilder; nothing rests on it",
    "login_count": "as last_login",
    "fail_login_count": "as last_login; tries are limited by throttles",
    "changed_on": "Flask-AppBuilder's own stamp; the event has the moment",
    "changed_by_fk": "Flask-AppBuilder's own stamp; the event has the actor",
    "created_by_fk": "as changed_by_fk",
    "created_on": "as changed_on",
    "version": "counts the savings of a row, so that two do not write over each other",
    "sign_in_name": "worked out from the name, which is in the trail",
    "last_step": "which code of a second factor was used last: true for half a minute",
}
UNAUDITED_COLUMNS = frozenset(OUTSIDE_COLUMNS)
# Numbers, names and sealed bytes that nobody is to read in the trail. They stand in it as texts of persons do: without the salt,
# which goes with the row, nobody can try out who or what it was (6.3-b).
WITHHELD_COLUMNS = {
    "complaints": frozenset(
        {"receipt_hash", "bound_to", "subject", "sealed_key", "sealed_words", "sealed_identity", "sealed_finding"}
    ),
    "premarks": frozenset({"note"}),
    "second_factors": frozenset({"sealed_secret", "sealed_pending"}),
    "recovery_codes": frozenset({"code_hash"}),
    "cycles": frozenset({"draw_secret"}),
    "complaint_files": frozenset({"sealed_name", "sealed_bytes", "size"}),
    "complaint_messages": frozenset({"sealed_text"}),
    "complaint_parties": frozenset({"employee_id", "role", "reason"}),
    "complaint_cases": frozenset({"review_id"}),
}
WITHHELD = "withheld"  # what stood for them in earlier events, against which nothing can be held
EMPTY: tuple[Any, ...] = ("", {}, [])
CHANGED = "changed_tables"  # where a session notes which tables its transaction has changed
HEARD = "heard_events"  # where what is only tried listens to what it would change
# Association tables: each is told of by the rows that it belongs to, as the names taken out and put in.
FOLLOWED_RELATIONS = {"ab_user": ("roles", "groups"), "ab_role": ("permissions",), "ab_group": ("roles",)}


class AuditEvent(Entity):
    """Who changed what, when really and when by the business clock, from what to what, under which clause."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_record", "record_type", "record_id"),
        Index("ix_audit_recorded", "recorded_at"),
        Index("ix_audit_actor", "actor_id"),
    )

    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    business_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(120))
    via: Mapped[str] = mapped_column(String(20))
    operation: Mapped[str] = mapped_column(String(60))
    act: Mapped[str] = mapped_column(String(10))
    record_type: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    clause: Mapped[str] = mapped_column(String(20), default="")
    content_hash: Mapped[str] = mapped_column(String(64))
    sign_in: Mapped[str | None] = mapped_column(String(MARK))
    nonce: Mapped[str | None] = mapped_column(String(32))
    tag: Mapped[str | None] = mapped_column(String(40))


class AuditSeal(Entity):
    """A committed event in the tree; its id is the place among the leaves, dense from 1 (6.3.3).

    `nodes` are the hashes of the leaf and of the subtrees that it fills, from the lowest up, 32 bytes each.
    """

    __tablename__ = "audit_seals"

    event_id: Mapped[int] = mapped_column(ForeignKey("audit_events.id"), unique=True)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    nodes: Mapped[bytes]


@dataclass(frozen=True)
class ChangeContext:
    """In whose name, in which sign-in, by which operation and under which clause rows are being changed."""

    operation: str
    actor_id: int | None
    actor_name: str
    via: str
    business_at: datetime
    clause: str = ""
    sign_in: int | None = None


class UnauditedChange(RuntimeError):
    """A row was changed outside an operation: a fault of the program."""


_context: ContextVar[ChangeContext | None] = ContextVar("change_context", default=None)


@contextmanager
def changing(context: ChangeContext) -> Iterator[None]:
    """Attribute every change made inside to this context."""
    token = _context.set(context)
    try:
        yield
    finally:
        _context.reset(token)


def event_row(
    context: ChangeContext, act: str, record_type: str, record_id: int | None, changes: dict[str, Any]
) -> dict[str, Any]:
    """One row for the audit table, with its hash and tag."""
    return event_rows(context, [(act, record_type, record_id, changes)])[0]


def event_rows(
    context: ChangeContext, events: Iterable[tuple[str, str, int | None, Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    """Rows for many events (act, record type, record id, changes) of one context and moment."""
    shared = {
        "recorded_at": real_time(),
        "business_at": context.business_at,
        "actor_id": context.actor_id,
        "actor_name": context.actor_name,
        "via": context.via,
        "operation": context.operation,
        "clause": context.clause,
    }
    return with_hashes(shared, events, context.sign_in)


def write_events(session: Session, rows: list[dict[str, Any]]) -> None:
    """Append events inside the running transaction."""
    if rows:
        # Through the connection: as objects the events would themselves be flushed, and heard by the listener.
        session.connection().execute(AuditEvent.__table__.insert(), rows)
        keep_salts(session.connection(), rows)
        forget_salts(session.connection(), _ended(rows))
        session.info.setdefault(CHANGED, set()).update(row["record_type"] for row in rows)
        session.info.get(HEARD, []).extend(rows)


def _ended(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """The rows that are gone and may have held a text, whether or not it was read before they went."""
    gone = ((row["record_type"], row["record_id"]) for row in rows if row["act"] == "delete")
    return [(table, key) for table, key in gone if key is not None and table in _salted_tables()]


@cache
def _salted_tables() -> frozenset[str]:
    texts = {name for name, table in Model.metadata.tables.items() if OF_PERSONS & set(table.c.keys())}
    return frozenset(texts | set(WITHHELD_COLUMNS) | amount_tables())


def _column_changes(instance: Any, act: str) -> dict[str, Any]:
    state = inspect(instance)
    changes: dict[str, Any] = {}
    for name in _told_of(state.mapper):
        # Asked once a column: `state.attrs` would be made anew for all columns of the row at each of them.
        if act == "update" and name not in state.committed_state:
            continue
        history = state.get_history(name, PASSIVE_NO_INITIALIZE)
        old = history.deleted[0] if history.deleted else None
        new = getattr(instance, name) if act != "delete" else None
        if act == "update" and not history.has_changes():
            continue
        if act == "delete":
            # A deleted row has no history of its columns; what was loaded is what it held.
            old = state.dict.get(name)
        if old == new:
            continue
        changes[name] = change(instance.__tablename__, name, old, new)
    return changes


@cache
def _told_of(mapper: Mapper[Any]) -> tuple[str, ...]:
    """The columns of a table of which its events tell."""
    return tuple(each.key for each in mapper.column_attrs if each.key not in UNAUDITED_COLUMNS | {"id"})


def change(table: str, column: str, old: Any, new: Any) -> list[Any]:
    """From what to what a column was changed, as the trail holds it."""
    was = recorded(table, column, old)
    return [EARLIER if isinstance(was, Commitment) else was, recorded(table, column, new)]


@cache
def hidden_columns(table: str) -> frozenset[str]:
    """The columns of a table whose values enter the trail as salted hashes."""
    return OF_PERSONS | WITHHELD_COLUMNS.get(table, frozenset()) | amount_columns(table)


def recorded(table: str, column: str, value: Any) -> Any:
    """A value as the trail holds it: as it is, or as a salted hash."""
    if value is None:
        return None
    if column not in hidden_columns(table):
        return plain(value)
    if column in amount_columns(table):  # 60000 and 60000.00 are one amount, before and after the database
        return commitment(Decimal(value) if isinstance(value, int) else value)
    if table in WITHHELD_COLUMNS and column in WITHHELD_COLUMNS[table]:
        return commitment(value)
    # What is empty says nothing of anybody, and needs no salt.
    return plain(value) if value in EMPTY else commitment(value)


def _relation_changes(instance: Any) -> dict[str, Any]:
    state = inspect(instance)
    changes = {}
    for name in FOLLOWED_RELATIONS.get(instance.__tablename__, ()):
        history = state.attrs[name].history
        if history.added or history.deleted:
            changes[name] = [sorted(map(str, history.deleted or ())), sorted(map(str, history.added or ()))]
    return changes


def _deleted(flushed: Any) -> list[Any]:
    """What the flush deleted: rows orphaned by their owner too, which stand in no list of the session."""
    return [state.obj() for state, (is_delete, only_listed) in flushed.states.items() if is_delete and not only_listed]


def _events(
    session: Session, flushed: Any, context: ChangeContext | None
) -> Iterator[tuple[str, str, int | None, Mapping[str, Any]]]:
    deleted = _deleted(flushed)
    gone = {id(one) for one in deleted}
    # Orphaned rows are dirty and deleted at once: they end, and are not changed as well.
    updated = [one for one in session.dirty if id(one) not in gone]
    for act, instances in (("insert", session.new), ("update", updated), ("delete", deleted)):
        for instance in instances:
            if not isinstance(instance, Model) or instance.__tablename__ in UNAUDITED_TABLES:
                continue
            changes = _column_changes(instance, act) | _relation_changes(instance)
            if act == "update" and not changes:
                continue
            if context is None:
                raise UnauditedChange(f"{act} of {instance.__tablename__} outside an operation")
            yield act, instance.__tablename__, getattr(instance, "id", None), changes


@event.listens_for(Session, "after_flush")
def _record(session: Session, flushed: Any) -> None:
    context = _context.get()
    told = list(_events(session, flushed, context))
    if told and context is not None:  # without one `_events` has refused the first
        write_events(session, event_rows(context, told))
