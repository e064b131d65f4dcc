"""A record's trail as its reader may see it: a peer stays "a colleague", personal texts stay hashes (3.2-b, 6.3-b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.refusals import N_
from admin.models import AuditEvent, HistoryStep

COLLEAGUE = N_("a colleague")
HIDDEN_FROM_ALL_BUT_AUDITORS = ("ballots", "premarks", "panel_ballots", "ratings")
PEER_ACTIONS = ("rate_as_peer", "decline_rating")


@dataclass(frozen=True)
class TrailEntry:
    """One thing that was done: when, by whom as the reader may know, what, under which clause, why."""

    happened_at: datetime
    actor_name: str
    action: str
    to_stage: str
    clause: str
    reason: str
    changes: dict[str, Any]


def history_of(session: Session, process: str, record_id: int, reader: Actor) -> list[TrailEntry]:
    """The steps of a record's procedure, newest first, redacted for the reader."""
    rows = session.scalars(
        select(HistoryStep)
        .where(HistoryStep.process == process, HistoryStep.record_id == record_id)
        .order_by(HistoryStep.id.desc())
    )
    return [_step(row, reader) for row in rows]


def _step(row: HistoryStep, reader: Actor) -> TrailEntry:
    hidden = _is_hidden(row, reader)
    return TrailEntry(
        row.happened_at,
        COLLEAGUE if hidden else row.actor_name,
        row.action,
        row.to_stage,
        row.clause,
        "" if hidden else row.reason,
        {},
    )


def _is_hidden(row: HistoryStep, reader: Actor) -> bool:
    """Peers are named to the auditor only, the filer of an objection to panel and HR only (3.2-b, 3.3.5-b)."""
    if reader.has("auditor") or row.actor_id == reader.user_id:
        return False
    if row.action in PEER_ACTIONS or row.relation == "peer":
        return True
    filer = row.process == "appeal" and row.relation == "filer"
    return filer and not reader.has("hr", "panel_member", "panel_chair")


def changes_of(
    session: Session, record_type: str, record_id: int, reader: Actor, *, limit: int = 100
) -> list[TrailEntry]:
    """The audited changes of one row, newest first. Who may open the row's page may read them, redacted."""
    if record_type in HIDDEN_FROM_ALL_BUT_AUDITORS and not reader.has("auditor"):
        return []
    rows = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.record_type == record_type, AuditEvent.record_id == record_id)
        .order_by(AuditEvent.id.desc())
        .limit(limit)
        .execution_options(unscoped=True)
    )
    return [
        TrailEntry(row.recorded_at, row.actor_name, row.act, "", row.clause, "", _seen_changes(row, reader))
        for row in rows
    ]


def _seen_changes(row: AuditEvent, reader: Actor) -> dict[str, Any]:
    """Old and new values for HR and auditors, except pay amounts for auditors (6.3-b); for others that it changed."""
    if reader.has("hr") or (reader.has("auditor") and row.record_type != "pay_bands"):
        return dict(row.changes)
    return {name: [] for name in row.changes}
