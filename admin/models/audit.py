"""Audit events: every change, in the same transaction, without exception (6.3.3).

A session listener writes one event per changed row. A change outside a `changing` context is refused, so that
nothing can be changed unseen. Set-based statements bypass the listener: their operation notes them itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, event, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column

from admin.models.base import Entity, Model, UtcDateTime

UNAUDITED_TABLES = frozenset(
    {
        "history",
        "notifications",
        "jobs",
        "done_once",
        "throttles",
        "account_states",
        "activation_codes",
        "ab_permission",
        "ab_view_menu",
        "ab_permission_view",
        "ab_register_user",
        "audit_seals",
    }
)
UNAUDITED_COLUMNS = frozenset(
    {
        "last_login",
        "login_count",
        "fail_login_count",
        "changed_on",
        "changed_by_fk",
        "created_by_fk",
        "created_on",
        "version",
    }
)
HIDDEN_COLUMNS = frozenset(
    {
        "password",
        "receipt_hash",
        "identity",
        "content",
        "answers",
        "values",
        "opinion",
        "summary",
        "text",
        "explanation",
        "report",
        "undo",
    }
)
# Not even a hash: of a name or a number anyone can try out what it was (6.3-b).
WITHHELD_COLUMNS = {
    "complaints": frozenset(
        {"receipt_hash", "subject", "sealed_key", "sealed_words", "sealed_identity", "sealed_finding"}
    ),
    "premarks": frozenset({"note"}),
    "cycles": frozenset({"draw_secret"}),
    "complaint_files": frozenset({"sealed_name", "sealed_bytes", "size"}),
    "complaint_messages": frozenset({"sealed_text"}),
    "complaint_parties": frozenset({"employee_id", "role", "reason"}),
    "complaint_cases": frozenset({"review_id"}),
}
WITHHELD = "withheld"
CHANGED = "changed_tables"  # where a session notes which tables its transaction has changed
FOLLOWED_RELATIONS = {"ab_user": ("roles",), "ab_role": ("permissions",)}


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


class AuditSeal(Entity):
    """One link of the chain over committed events; its id is the place in the chain, dense from 1 (6.3.3)."""

    __tablename__ = "audit_seals"

    event_id: Mapped[int] = mapped_column(ForeignKey("audit_events.id"), unique=True)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    chain_hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True)
class ChangeContext:
    """In whose name, by which operation and under which clause rows are being changed."""

    operation: str
    actor_id: int | None
    actor_name: str
    via: str
    business_at: datetime
    clause: str = ""


class UnauditedChange(RuntimeError):
    """A row was changed outside an operation: a fault of the program."""


CHAIN_START = "0" * 64
BEFORE = ("act", "actor_id", "actor_name", "business_at")  # the canonical form names them in alphabetical order
AFTER = ("clause", "operation", "record_id", "record_type", "recorded_at", "via")
_FORM = "{" + ", ".join(f'"{name}": %s' for name in (*BEFORE, "changes", *AFTER)) + "}"
_before, _after = itemgetter(*BEFORE), itemgetter(*AFTER)
_PERSONAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str).encode
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
_context: ContextVar[ChangeContext | None] = ContextVar("change_context", default=None)


@contextmanager
def changing(context: ChangeContext) -> Iterator[None]:
    """Attribute every change made inside to this context."""
    token = _context.set(context)
    try:
        yield
    finally:
        _context.reset(token)


def commitment(value: Any) -> str:
    """The hash that stands for a personal text in the audit trail."""
    return "sha256:" + hashlib.sha256(_PERSONAL(value).encode()).hexdigest()


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()  # as the database gives it back
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str | int | float | bool | dict | list) or value is None:
        return value
    return str(value)


def event_row(
    context: ChangeContext, act: str, record_type: str, record_id: int | None, changes: dict[str, Any]
) -> dict[str, Any]:
    """One row for the audit table, with its content hash."""
    row = {
        "recorded_at": datetime.now(UTC),
        "business_at": context.business_at,
        "actor_id": context.actor_id,
        "actor_name": context.actor_name,
        "via": context.via,
        "operation": context.operation,
        "act": act,
        "record_type": record_type,
        "record_id": record_id,
        "changes": changes,
        "clause": context.clause,
    }
    row["content_hash"] = content_hash(row, changes)
    return row


def event_rows(
    context: ChangeContext, events: Iterable[tuple[str, str, int | None, Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    """Rows for many events (act, record type, record id, changes) of one context and moment.

    The same rows as `event_row` makes, of one moment; what is common to all is put into canonical form once.
    """
    shared = event_row(context, "", "", None, {})
    # The form is filled twice: what is common now, the rest row by row, so signs of per cent are kept for the second
    # time.
    common = {name: _short(shared[name]).replace("%", "%%") for name in (*BEFORE, *AFTER)}
    common |= dict.fromkeys(("act", "record_id", "record_type"), "%s")
    form = _FORM % (*_before(common), "%s", *_after(common))
    rows = []
    for act, kind, key, changes in events:
        canonical = form % (_short(act), _CANONICAL(changes), "null" if key is None else key, _short(kind))
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        rows.append(
            {**shared, "act": act, "record_type": kind, "record_id": key, "changes": changes, "content_hash": digest}
        )
    return rows


def content_hash(row: Mapping[str, Any], changes: Any) -> str:
    """SHA-256 over an event's canonical form: its short columns and its changes."""
    canonical = _FORM % (*map(_short, _before(row)), _CANONICAL(changes), *map(_short, _after(row)))
    return hashlib.sha256(canonical.encode()).hexdigest()


@lru_cache(maxsize=20_000, typed=True)
def _short(value: Any) -> str:
    """A short value's canonical form: the same few come again and again."""
    return _CANONICAL(plain(value))


def chain_hash(previous: str, event_id: int, content: str) -> str:
    """The link that seals an event: SHA-256 over the link before it, the event's number and its content hash."""
    return hashlib.sha256(f"{previous} {event_id} {content}".encode()).hexdigest()


def write_events(session: Session, rows: list[dict[str, Any]]) -> None:
    """Append events inside the running transaction."""
    if rows:
        # Through the connection: as objects the events would themselves be flushed, and heard by the listener.
        session.connection().execute(AuditEvent.__table__.insert(), rows)
        session.info.setdefault(CHANGED, set()).update(row["record_type"] for row in rows)


def _column_changes(instance: Any, act: str) -> dict[str, Any]:
    state = inspect(instance)
    changes: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        name = attribute.key
        if name in UNAUDITED_COLUMNS or name == "id":
            continue
        history = state.attrs[name].history
        old = history.deleted[0] if history.deleted else None
        new = getattr(instance, name) if act != "delete" else None
        if act == "update" and not history.has_changes():
            continue
        if act == "delete":
            # A deleted row has no history of its columns; what was loaded is what it held.
            old = state.dict.get(name)
        if old == new:
            continue
        changes[name] = [recorded(instance.__tablename__, name, value) for value in (old, new)]
    return changes


def recorded(table: str, column: str, value: Any) -> Any:
    """A value as the trail holds it: as it is, as a hash, or only that there was one."""
    if value is None:
        return None
    if column in WITHHELD_COLUMNS.get(table, ()):
        return WITHHELD
    return commitment(value) if column in HIDDEN_COLUMNS else plain(value)


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


def _events(session: Session, flushed: Any, context: ChangeContext | None) -> Iterator[dict[str, Any]]:
    deleted = _deleted(flushed)
    gone = {id(one) for one in deleted}
    # Orphaned rows are dirty and deleted at once: they end, and are not changed as well.
    updated = [one for one in session.dirty if id(one) not in gone]
    for act, instances in (("insert", session.new), ("update", updated), ("delete", deleted)):
        for instance in instances:
            if not isinstance(instance, Model) or instance.__tablename__ in UNAUDITED_TABLES | {"audit_events"}:
                continue
            changes = _column_changes(instance, act) | _relation_changes(instance)
            if act == "update" and not changes:
                continue
            if context is None:
                raise UnauditedChange(f"{act} of {instance.__tablename__} outside an operation")
            yield event_row(context, act, instance.__tablename__, getattr(instance, "id", None), changes)


@event.listens_for(Session, "after_flush")
def _record(session: Session, flushed: Any) -> None:
    write_events(session, list(_events(session, flushed, _context.get())))
