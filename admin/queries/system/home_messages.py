"""The unread messages of the home page, those of one kind told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.access.scope import visible
from admin.models import Employee, Notification, Review

UNSCOPED = {"unscoped": True}
SHOWN_MESSAGES = 8
LOOKED_AT = 200


@dataclass(frozen=True)
class ToldOnce:
    """Messages of one kind, told once: the latest, and the numbers of all."""

    latest: Notification
    keys: tuple[int, ...]
    records: frozenset[int]


def unread_messages(session: Session, actor: Actor) -> tuple[Sequence[ToldOnce], int]:
    """Unread messages by kind, latest first, and how many messages there are in all."""
    mine = (Notification.user_id == (actor.user_id or 0), Notification.read_at.is_(None))
    latest = (Notification.created_at.desc(), Notification.id.desc())
    # The count over all comes with the rows: what is looked at is limited, what is told must not be.
    query = select(Notification, func.count().over()).where(*mine).order_by(*latest).limit(LOOKED_AT)
    rows = session.execute(query.execution_options(**UNSCOPED)).all()
    kinds: dict[tuple[str, str, bool, str], list[Notification]] = defaultdict(list)
    for row, _total in rows:
        # A rehearsal's apart: told together, the real ones would look like part of it (1.2-e).
        # With words of HR's own each apart: told together, the earlier words would be read by nobody.
        words = str(row.facts.get("words") or "")
        kinds[row.process, row.action, bool(row.facts.get("rehearsal")), words].append(row)
    told = [
        ToldOnce(same[0], tuple(row.id for row in same), frozenset(row.record_id for row in same))
        for same in kinds.values()
    ]
    return told[:SHOWN_MESSAGES], rows[0][1] if rows else 0


def subjects_of(session: Session, actor: Actor, messages: Sequence[ToldOnce]) -> dict[int, str]:
    """Whose case a message is about, for the cases that the reader sees."""
    # Of cases alone: what an appeal or a complaint is about must not be named on a home page.
    keys = {each.latest.record_id for each in messages if each.latest.process == "review"}
    if not keys:
        return {}
    query = select(Review.id, Employee.name).join(Employee, Employee.id == Review.employee_id)
    # The scope stands in the statement: a message may have been sent about a case one no longer sees.
    query = query.where(Review.id.in_(keys), visible(actor, Review))
    return {row.id: row.name for row in session.execute(query.execution_options(**UNSCOPED))}
