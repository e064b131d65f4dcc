"""How many rows an act on many would carry out if it were asked for now: said before, by the query that carries it out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select, union_all

from admin.access.actor import Actor
from admin.models import db
from admin.operations.acts import ACTS
from admin.operations.many import Turn
from admin.operations.transaction import Operation


@dataclass(frozen=True)
class ActAhead:
    """How many rows an act would carry out, and what happens to them, as a message id that takes the count."""

    count: int
    told: str


def foretold(
    process: str, record: Any, actions: Collection[str], *, actor: Actor, now: datetime
) -> dict[str, ActAhead]:
    """What each of these acts of one record would do, in one statement; acts on one row are left out.

    For acts whose rows do not depend on what is filled in when they are asked for.
    """
    turn = Turn(Operation("foretell", actor, now, db.session()), record, {}, now)
    known = {action: many for action in actions if (many := ACTS[process, action].many) is not None}
    parts = []
    for action, many in known.items():
        due = many.due(turn).order_by(None).subquery()
        parts.append(select(literal(action), func.count(next(iter(due.c)).distinct())))
    rows = turn.op.session.execute(union_all(*parts)) if parts else ()
    return {action: ActAhead(int(count), known[action].told) for action, count in rows}
