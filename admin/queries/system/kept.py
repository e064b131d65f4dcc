"""Answers that rest on the trail's rows alone, kept in the process until the trail has another event.

A count of everybody takes a statement that grows with everybody, and between two views of a page nothing has changed mostly.
Whatever changes a row that `models.audit.OUTSIDE` does not name writes an event in the same transaction: as long as the newest
event is the same one, so is the answer. Only what is small is kept (counts), and what the clock moves is not.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from admin.models import AuditEvent

MOST = 200  # answers
T = TypeVar("T")
_KEPT: OrderedDict[Hashable, tuple[Any, Any]] = OrderedDict()


def kept(session: Session, what: Hashable, find: Callable[[], T]) -> T:
    """What `find` answers, found anew where anything has been written since; `what` names the question with all its values."""
    mark = _newest(session)
    if (held := _KEPT.get(what)) is not None and held[0] == mark:
        found: T = held[1]
        return found
    found = find()
    # Read before it was looked for: what is written meanwhile makes it an answer of before.
    _KEPT[what] = mark, found
    while len(_KEPT) > MOST:
        _KEPT.popitem(last=False)
    return found


def _newest(session: Session) -> tuple[Any, ...]:
    """What tells the state of the trail from every other; by the event's hash, for in a restored database numbers come again."""
    events = AuditEvent.__table__
    columns: list[Any] = [events.c.id, events.c.content_hash]
    if session.get_bind().dialect.name == "postgresql":
        # There a transaction with a lower number may be written later: the snapshot tells which ones are seen.
        columns.append(cast(func.pg_current_snapshot(), String))
    session.flush()
    row = session.connection().execute(select(*columns).order_by(events.c.id.desc()).limit(1)).first()
    return tuple(row) if row is not None else ()
