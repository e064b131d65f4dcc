"""Rate limits kept in a table, so that they hold across workers and restarts; keys are kept as hashes only."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select

from admin.access.actor import system_actor
from admin.models import Throttle, db
from admin.operations.transaction import operation

FREE_TRIES = 5
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=24)


def _hashed(kind: str, key: str) -> str:
    return hashlib.sha256(f"{kind}\0{key}".encode()).hexdigest()


def blocked_until(kind: str, key: str, now: datetime) -> datetime | None:
    """Until when tries by this key are refused, or None."""
    row = db.session.scalars(select(Throttle).where(Throttle.key == _hashed(kind, key))).first()
    if row is None or row.count < FREE_TRIES:
        return None
    # The last failure is a day before the window's end: one column serves both.
    until = row.window_ends_at - FORGOTTEN_AFTER + delay_after(row.count)
    return until if until > now else None


def delay_after(count: int) -> timedelta:
    """How long one waits after so many failures: 30 s from the fifth on, doubled each time, at most an hour."""
    if count < FREE_TRIES:
        return timedelta()
    # The exponent is bounded too: a robot's millionth try would otherwise overflow the span.
    return min(FIRST_DELAY * 2 ** min(count - FREE_TRIES, 10), LONGEST_DELAY)


def count_failure(kind: str, key: str, now: datetime, via: str = "web") -> None:
    """Remember a failed try; a day without one forgets them."""
    with operation("count_failure", actor=system_actor(via), now=now) as op:
        row = op.session.scalars(select(Throttle).where(Throttle.key == _hashed(kind, key))).first()
        if row is None:
            row = op.add(Throttle(key=_hashed(kind, key), count=0, window_ends_at=now))
        row.count = 1 if row.window_ends_at <= now else row.count + 1
        row.window_ends_at = now + FORGOTTEN_AFTER


def forget(kind: str, key: str, now: datetime, via: str = "web") -> None:
    """A success clears the failures before it."""
    with operation("forget_failures", actor=system_actor(via), now=now) as op:
        for row in op.session.scalars(select(Throttle).where(Throttle.key == _hashed(kind, key))):
            op.session.delete(row)
