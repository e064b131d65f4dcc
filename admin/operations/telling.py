"""The messages that steps lead to: one an account and step, and one for the whole of an act that is carried out in batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.models import Notification
from admin.operations.steps import Telling
from admin.queries.system.recipients import told_of


def messages_of(session: Session, tellings: Iterable[Telling], actor: Actor, today: date) -> list[dict[str, Any]]:
    """Whom the table tells of the steps that were taken, and of how many of them; not the actor of the actor's own acts."""
    rows: list[dict[str, Any]] = []
    for telling in tellings:
        process, records = telling.taken[0].facts.process, [each.record for each in telling.taken]
        about = {each.record.id: each.about() for each in telling.taken}
        for user, keys in told_of(session, process, records, telling.tells, today=today).items():
            if user == actor.user_id and telling.by_actor:
                # Only the actor's own acts: of an effect that the system carries out, they are told as everybody is.
                continue  # who acts knows of it
            facts = about[keys[0]] | telling.message | ({"count": len(keys)} if len(keys) > 1 else {})
            kind = {"process": process, "action": telling.action, "record_id": keys[0]}
            rows.append({"user_id": user, "facts": facts} | kind)
    return rows


def joined(session: Session, rows: Sequence[dict[str, Any]], since: datetime) -> list[dict[str, Any]]:
    """The messages that are new; one that an earlier batch has written and that was not read yet counts these cases too.

    A head with three hundred cases is told once of an act on ten thousand, not once for each batch.
    """
    earlier, new, counted = _earlier(session, rows, since), [], []
    for row in rows:
        if (written := earlier.get(_kind(row))) is None:
            new.append(row)
        else:
            facts = written.facts | {"count": written.facts.get("count", 1) + row["facts"].get("count", 1)}
            counted.append({"message": written.id, "both": facts})
    if counted:
        table = Notification.__table__
        statement = update(table).where(table.c.id == bindparam("message")).values(facts=bindparam("both"))
        session.connection().execute(statement, counted)
    return new


def _kind(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["user_id"], row["process"], row["action"]


def _earlier(session: Session, rows: Sequence[Mapping[str, Any]], since: datetime) -> dict[tuple[Any, ...], Any]:
    if not rows:
        return {}
    query = select(Notification.id, Notification.user_id, Notification.process, Notification.action, Notification.facts)
    waiting = (Notification.created_at >= since, Notification.read_at.is_(None), Notification.mailed_at.is_(None))
    users = {row["user_id"] for row in rows}
    found = session.execute(query.where(*waiting, Notification.user_id.in_(users)).execution_options(unscoped=True))
    return {(each.user_id, each.process, each.action): each for each in found}
