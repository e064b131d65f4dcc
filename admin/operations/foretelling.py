"""How many rows an act on many would carry out if it were asked for now: said before, by the query that carries it out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all

from admin.access.actor import Actor
from admin.models import db
from admin.operations.acts import act_of
from admin.operations.many import Turn, count_due
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
    known = {action: many for action in actions if (many := act_of(process, action).many) is not None}
    parts = []
    for action, many in known.items():
        due = many.due(turn).order_by(None).subquery()
        parts.append(select(literal(action), func.count(next(iter(due.c)).distinct())))
    rows = turn.op.session.execute(union_all(*parts)) if parts else ()
    return {action: ActAhead(int(count), known[action].told) for action, count in rows}


@dataclass(frozen=True)
class RowsAhead(ActAhead):
    """The same of an act that is asked with values, and the keys of the rows themselves, for the page that lists them.

    `count` is 0 where the number is told to nobody.
    """

    keys: Select[Any]


def rows_ahead(
    process: str, record: Any, action: str, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> RowsAhead:
    """The rows that an act would carry out if it were asked for now with these values: of the query that carries it out."""
    turn = looked_ahead(record, values, actor=actor, now=now)
    many = act_of(process, action).many
    assert many is not None
    count = 0 if many.discreet(values) else count_due(many, turn)[0]
    return RowsAhead(count, many.told, many.due(turn).order_by(None))


def looked_ahead(record: Any, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Turn:
    """A turn that begins nothing, for what an act's own parts say of these values."""
    return Turn(Operation("foretell", actor, now, db.session()), record, values, now)
