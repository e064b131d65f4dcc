"""A request that is sent twice is carried out once: whoever asks names it by a key of its own.

A page's form carries the key as a hidden field, a program sends it as `Idempotency-Key`, the command line as `--key`. Each
transaction that the request leads to writes the key in the same transaction; asked for again it finds the key, changes
nothing and gives the first result.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.refusals import N_, Refusal, Refused
from admin.models import DoneOnce

KEPT_FOR = timedelta(days=30)
INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass
class Asked:
    """A request with its key; `what` is everything that was asked for, which the same key must ask for again."""

    key: str
    what: str
    turns: Counter[str] = field(default_factory=Counter)


class Repeated(Exception):
    """It was done already, under the same key: nothing is changed now. `result` is the first one, where it was kept."""

    def __init__(self, result: dict[str, Any] | None, done_at: datetime) -> None:
        super().__init__(f"done already at {done_at.isoformat()}")
        self.result, self.done_at = result, done_at


_asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


def set_asked(asked: Asked | None) -> None:
    """Say which request what follows belongs to; None where it carries no key."""
    _asked.set(asked)


@contextmanager
def asking(key: str, what: str) -> Iterator[None]:
    """What happens inside belongs to one request with this key."""
    token = _asked.set(Asked(key, what) if key else None)
    try:
        yield
    finally:
        _asked.reset(token)


def claim(session: Session, actor: Actor, name: str, now: datetime) -> int | None:
    """Write the key of the running request for one transaction of it, or None where it carries none; the row's number.

    Nobody who is not signed in asks twice: the answer to a sign-in is not to be lost. Two at once: the second waits for
    the first, and then finds it done. Raises `Repeated`; `Refused` (1.3.1) where the key stands for something else.
    """
    asked = _asked.get()
    if asked is None or actor.user_id is None:
        return None
    # One request may carry out the same operation several times (a batch, row by row): each has its turn.
    asked.turns[name] += 1
    mine = {"actor_id": actor.user_id, "key": _hash(asked.key), "operation": name, "turn": asked.turns[name]}
    row = {**mine, "asked_hash": _hash(asked.what), "done_at": now}
    # The unique key decides, not a look beforehand: of two that arrive at once, the second waits here.
    insert = INSERTS[session.get_bind().dialect.name](DoneOnce).values(row).on_conflict_do_nothing()
    made = session.scalar(insert.returning(DoneOnce.id))
    if made is not None:
        return made
    first = session.scalars(select(DoneOnce).filter_by(**mine).execution_options(populate_existing=True)).one()
    # A form that went back and was changed is another request, and its sender must not be told that it was done.
    if first.asked_hash != row["asked_hash"]:
        raise Refused(Refusal("1.3.1", N_("This key was used for something else; a new request takes a new key.")))
    raise Repeated(first.result, first.done_at)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def keep_result(session: Session, claimed: int | None, result: dict[str, Any]) -> None:
    """Keep the first result beside the key, in the same transaction."""
    if claimed is not None:
        session.get_one(DoneOnce, claimed).result = result


def forget(session: Session, now: datetime) -> int:
    """Delete the keys of requests that nobody sends again any more; returns how many."""
    gone = session.execute(delete(DoneOnce).where(DoneOnce.done_at < now - KEPT_FOR))
    return int(gone.rowcount)  # type: ignore[attr-defined]
