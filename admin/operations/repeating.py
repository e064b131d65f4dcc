"""A record that a program made or changed under a key is told again as the same one, however often it asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from admin.access.actor import Actor
from admin.operations.once import Repeated, keep_result
from admin.operations.transaction import operation


def once_only(name: str, change: Callable[[], int], *, actor: Actor, now: datetime) -> int:
    """Carry a change out that answers with a record's number; asked for again under the same key, the first one's number.

    Raises what the change raises; `Refused` (1.3.1) where the key stands for something else.
    """
    try:
        with operation(name, actor=actor, now=now) as op:
            key = change()
            keep_result(op.session, op.claimed, {"id": key})
            return key
    except Repeated as again:
        if again.result is None:
            raise
        return int(again.result["id"])
