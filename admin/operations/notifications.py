"""Messages that their reader has read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.models import Notification
from admin.operations.transaction import operation


def mark_read(keys: Sequence[int] | None, *, actor: Actor, now: datetime) -> int:
    """Mark one's own unread messages read, these or all; returns how many. Others' numbers are passed over."""
    with operation("mark_read", actor=actor, now=now) as op:
        query = select(Notification).where(Notification.user_id == (actor.user_id or 0), Notification.read_at.is_(None))
        if keys is not None:
            query = query.where(Notification.id.in_(keys))
        rows = list(op.session.scalars(query))
        for row in rows:
            row.read_at = now
    return len(rows)
