"""What waits for somebody as the second person, on their first page (6.1-a)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.queries.accounts.seconds import waiting_for
from admin.queries.system.home_bodies import Task


def confirmation_tasks(session: Session, actor: Actor, today: date) -> Iterator[Task]:
    """How many proposals wait for the reader, and how many of them change what results rest on."""
    if waiting := waiting_for(session, actor, today):
        yield Task("confirmations", waiting.count, key=waiting.oldest, facts={"basis": waiting.basis})
