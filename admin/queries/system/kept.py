"""Answers that rest on the trail's rows alone, kept in the process until the trail has another event.

A count of everybody takes a statement that grows with everybody, and between two views of a page nothing has changed mostly.
Whatever changes a row that `models.audit.OUTSIDE` does not name writes an event in the same transaction: as long as the newest
event is the same one, so is the answer. Only what is small is kept (counts), and what the clock moves is not.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.models import AuditEvent
from admin.models.base import Snapshot, is_writing

MOST = 1_000  # answers
MARK = "trail_mark"  # where a session notes the state of the trail that its transaction began with
T = TypeVar("T")
_KEPT: OrderedDict[Hashable, tuple[Any, Any]] = OrderedDict()
_EVENTS = AuditEvent.__table__
_LAST = select(_EVENTS.c.id).order_by(_EVENTS.c.id.desc()).limit(1)
# What tells the state of the trail from every other; by the event's hash, for in a restored database numbers come again. On
# PostgreSQL a transaction with a lower number may be written later: there the snapshot tells which ones are seen.
STATE = (
    _LAST.scalar_subquery().label("last_event"),
    _LAST.with_only_columns(_EVENTS.c.content_hash).scalar_subquery().label("last_hash"),
    Snapshot().label("snapshot"),
)
_STATE = select(*STATE)


def kept(session: Session, what: Hashable, find: Callable[[], T]) -> T:
    """What `find` answers, found anew where anything has been written since; `what` names the question with all its values."""
    mark = _newest(session)
    if (held := _KEPT.get(what)) is not None and held[0] == mark:
        _KEPT.move_to_end(what)
        found: T = held[1]
        return found
    found = find()
    # Read before it was looked for: what is written meanwhile makes it an answer of before.
    _KEPT[what] = mark, found
    while len(_KEPT) > MOST:
        _KEPT.popitem(last=False)
    return found


def note_state(session: Session, row: Any) -> None:
    """Remember the state of the trail from a row that holds `STATE`, for as long as its transaction lasts.

    Every request asks who it is with its first statement, which tells this as well.
    """
    session.info[MARK] = session.get_transaction(), (row.last_event, row.last_hash, row.snapshot)


def _newest(session: Session) -> tuple[Any, ...]:
    if not is_writing():
        transaction, mark = session.info.get(MARK, (None, ()))
        if transaction is not None and transaction is session.get_transaction():
            state: tuple[Any, ...] = mark
            return state
    session.flush()
    return tuple(session.connection().execute(_STATE).one())
