"""Sealing the audit trail: committed events become leaves of one tree, a few seconds after they were written (6.3.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, insert, select, update

import config
from admin.access.actor import Actor
from admin.domain.merkle import leaf_hash
from admin.files.seal_mark import SealMark, write_mark
from admin.models import AuditEvent, AuditSeal, HistoryStep, db
from admin.models.event_form import leaf_data
from admin.models.history import bundled
from admin.operations.accounts.sign_ins import end_all_sign_ins
from admin.operations.system.marks import mark_fault
from admin.operations.transaction import Operation, operation
from admin.queries.system.audit_chain import frontier, unsealed
from admin.queries.system.audit_rows import departed

HISTORY = HistoryStep.__table__
MARKS = ("bundle", "reason_mark", "reason_salt")
_BUNDLING = update(HISTORY).where(HISTORY.c.id == bindparam("key")).values({name: bindparam(name) for name in MARKS})
BATCH = 5_000  # events a transaction, so that nobody waits long for the database
SEAL_LOCK = 20260102


@dataclass(frozen=True)
class Batch:
    """How many events one transaction sealed, and the highest number among them and those before."""

    size: int
    last: int | None = None


def seal(*, actor: Actor, now: datetime) -> int:
    """Timed: seal every committed event that is not sealed; returns how many."""
    done, batch = 0, Batch(BATCH)
    while batch.size == BATCH and unsealed(db.session(), 1, batch.last):
        db.session().rollback()
        with operation("seal", actor=actor, now=now, clause="6.3.3") as op:
            batch = seal_batch(op, batch.last)
        done += batch.size
    db.session().rollback()
    return done


def seal_all(op: Operation) -> None:
    """Seal what is there before the operation that is running does something that cannot be taken back."""
    batch = seal_batch(op)
    while batch.size == BATCH:
        batch = seal_batch(op, batch.last)


def seal_batch(op: Operation, after: int | None = None) -> Batch:
    """Seal the oldest events that are not sealed yet, one sealer at a time; `after` as the batch before left off.

    An event that is committed late under a lower number waits for the next sealing.
    """
    op.alone(SEAL_LOCK)
    rows, tree, last = [], frontier(op.session), after or 0
    goes_on = mark_fault(op.session, config.current().var_dir, tree) is None
    for event_id, content in unsealed(op.session, BATCH, after):
        filled = tree.add(leaf_hash(leaf_data(event_id, content)))
        rows.append({"id": tree.size, "event_id": event_id, "sealed_at": op.now, "nodes": b"".join(filled)})
        # From the highest number on: an event with a lower one may have been committed late and sealed first.
        last = max(last, event_id)
    if rows:
        op.session.connection().execute(insert(AuditSeal.__table__), rows)
        # Where the tree ends before the mark, or is another one, the mark stays: it is what tells of it.
        if goes_on:
            mark = SealMark(tree.size, tree.root().hex(), op.now.astimezone(UTC).isoformat(timespec="seconds"))
            op.after_commit.append(partial(write_mark, config.current().var_dir, mark))
    return Batch(len(rows), last)


def record_baseline(*, actor: Actor, now: datetime) -> int:
    """After an upgrade: what a migration has changed, and what older programs changed without an event, becomes an
    event of its own with what was and what is, so that from here on the trail and the rows agree (6.3.3).

    Returns how many rows that concerned. Only `setup` calls it, and only where it has just migrated an older database.
    """
    with operation("record_baseline", actor=actor, now=now, clause="6.3.3") as op:
        found = list(departed(op.session))
        op.note_many(
            (each.act, each.table, each.key, {name: list(pair) for name, pair in each.changes.items()})
            for each in found
        )
        return len(found) + _bundle_earlier_steps(op)


def _bundle_earlier_steps(op: Operation) -> int:
    """Steps from before there were bundles are told of as they stand; returns how many."""
    found = select(HISTORY).where(HISTORY.c.bundle.is_(None)).order_by(HISTORY.c.process, HISTORY.c.id)
    steps = [dict(row) for row in op.session.connection().execute(found).mappings()]
    rows, told = bundled(steps)
    if rows:
        op.session.connection().execute(_BUNDLING, [{"key": row["id"], **{n: row[n] for n in MARKS}} for row in rows])
        op.note_many(told)
    return len(rows)


def note_reading(
    name: str, table: str, key: int, *, act: str = "read", clause: str, actor: Actor, now: datetime
) -> None:
    """Somebody read, or took as a file, a sensitive record: an event of its own."""
    with operation(name, actor=actor, now=now, clause=clause) as op:
        op.note(act, table, key, {})


def note_export(name: str, count: int, *, actor: Actor, now: datetime) -> None:
    """The audit trail left the portal as a file: an event of its own."""
    with operation("export_audit", actor=actor, now=now, clause="6.3.3") as op:
        op.note("export", "audit_events", None, {"file": [None, name], "events": [None, count]})


def note_restored(facts: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """The state was brought back from a backup: the trail that came back says so, from here on, once; every sign-in ends."""
    _tell_once("restore_backup", facts, actor, now, end_all_sign_ins)


def note_moved(facts: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """The state was taken over from another database: the trail goes on there and says so, once."""
    _tell_once("move_database", facts, actor, now)


def _tell_once(
    name: str, facts: Mapping[str, Any], actor: Actor, now: datetime, also: Callable[[Operation], None] | None = None
) -> None:
    """An event of facts that a file has kept; whoever was killed before the file was gone tells it again, and changes nothing."""
    with operation(name, actor=actor, now=now, clause="6.3.3") as op:
        told = op.session.scalars(select(AuditEvent.changes).where(AuditEvent.operation == name))
        if not any(changes.get("note") == [None, facts["note"]] for changes in told):
            op.note("update", "audit_events", None, {each: [None, value] for each, value in facts.items()})
            if also is not None:
                also(op)
