"""What a demotion waits for: the proposal that is a duty, and the hearing before it (4.2.1, 4.2-a)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.models import Review
from admin.queries.cases.demotions import duties_open, unheard, unsettled
from admin.queries.system.home_bodies import Task
from admin.queries.system.kept import kept


def demotions_counted(actor: Actor) -> dict[str, Any]:
    """What is counted of demotions for a superior or HR, each a part of one statement."""
    return {
        "hearings": select(func.count(Review.id)).where(*unheard(actor)).scalar_subquery(),
        "first_hearing": select(func.min(Review.id)).where(*unheard(actor)).scalar_subquery(),
        "may_owe": select(func.count(Review.id)).where(*unsettled(actor)).scalar_subquery(),
    }


def demotion_tasks(session: Session, actor: Actor, today: date, found: dict[str, int]) -> Iterator[Task]:
    """For the superior, and for HR in the superior's absence; what was counted is taken out of `found`."""
    hearings, first, candidates = (found.pop(name) for name in ("hearings", "first_hearing", "may_owe"))
    if hearings:
        yield Task("hearings", hearings, key=first)
    # Who meets the ground is looked at only where somebody could.
    if candidates and (owed := kept(session, ("duties", actor, today), lambda: duties_open(session, actor, today))):
        yield Task("demotion_duties", owed)
