"""Signs of life: the worker says that it works, and which of its timed work fails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select

from admin.access.actor import Actor
from admin.domain.texts import printable
from admin.models import Heartbeat, db
from admin.models.jobs import MAIL, STARTED, WORKER
from admin.operations.transaction import operation

BEAT_LOCK = 20260104


def beat(*, actor: Actor, now: datetime) -> None:
    """Somebody has come round and done what was due."""
    _write({WORKER: ""}, actor, now, gone=STARTED)


def note_start(*, actor: Actor, now: datetime) -> None:
    """A server has started: its worker is waited for, and what waited while nobody was there is its first tick's."""
    _write({WORKER: "", STARTED: ""}, actor, now)


def note_faults(faults: Mapping[str, str], *, actor: Actor, now: datetime) -> None:
    """Which timed work has failed, by name, and with what; those that stand there and are not named have come right."""
    standing = dict(db.session.execute(select(Heartbeat.name, Heartbeat.fault).where(Heartbeat.fault != "")).all())
    db.session.rollback()
    changed = {name: fault for name, fault in faults.items() if standing.get(name) != _short(fault)}
    if written := dict.fromkeys(standing.keys() - faults.keys(), "") | changed:
        _write(written, actor, now)


def note_mail(configured: bool, *, actor: Actor, now: datetime) -> None:
    """Since when there is a mail server: what is older by some days is history, what came since waits for it however long."""
    since = db.session.scalars(select(Heartbeat).where(Heartbeat.name == MAIL)).first()
    known = since is not None
    db.session.rollback()
    if configured and not known:
        _write({MAIL: ""}, actor, now)
    elif known and not configured:
        with operation("beat", actor=actor, now=now) as op:
            op.session.execute(delete(Heartbeat).where(Heartbeat.name == MAIL))


def _write(given: Mapping[str, str], actor: Actor, now: datetime, gone: str = "") -> None:
    with operation("beat", actor=actor, now=now) as op:
        op.alone(BEAT_LOCK)
        op.session.execute(delete(Heartbeat).where(Heartbeat.name == gone))
        rows = {row.name: row for row in op.session.scalars(select(Heartbeat).where(Heartbeat.name.in_(given)))}
        for name, fault in given.items():
            row = rows.get(name) or op.add(Heartbeat(name=name, beat_at=now))
            row.beat_at, row.fault = now, _short(fault)


def _short(fault: str) -> str:
    return printable(fault)[:500]
