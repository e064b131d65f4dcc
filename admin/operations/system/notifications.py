"""Messages: read by their reader, sent by mail, and whether somebody wants such mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from admin.access.actor import Actor
from admin.access.framework import LANGUAGES
from admin.domain.refusals import N_, Invalid
from admin.models import Notification
from admin.operations.accounts.accounts import state_of
from admin.operations.transaction import operation
from admin.queries.system.chunks import chunks


def mark_read(keys: Sequence[int] | None, *, actor: Actor, now: datetime) -> int:
    """Mark one's own unread messages read, these or all; returns how many. Others' numbers are passed over."""
    with operation("mark_read", actor=actor, now=now) as op:
        mine = select(Notification).where(Notification.user_id == (actor.user_id or 0), Notification.read_at.is_(None))
        asked = [mine] if keys is None else [mine.where(Notification.id.in_(some)) for some in chunks(set(keys))]
        rows = [row for query in asked for row in op.session.scalars(query)]
        for row in rows:
            row.read_at = now
    return len(rows)


def record_mailed(keys: Sequence[int], *, actor: Actor, now: datetime) -> None:
    """The mail server has taken these messages: they are not sent again."""
    with operation("record_mailed", actor=actor, now=now) as op:
        op.session.execute(
            update(Notification).where(Notification.id.in_(keys)).values(mailed_at=now),
            execution_options={"synchronize_session": False},
        )


def choose_mail(wanted: bool, language: str, *, actor: Actor, now: datetime) -> None:
    """Whether, and in which language, one is sent one's messages by mail; raises `Invalid` for an unknown language."""
    with operation("choose_mail", actor=actor, now=now) as op:
        if language not in LANGUAGES:
            raise Invalid({"language": N_("Choose one of the languages.")})
        assert actor.user_id is not None
        state = state_of(op, actor.user_id)
        state.wants_mail, state.language = wanted, language
