"""Whoever is out of a case, or will be: by a recusal, by one from another case of the same person, by a tie (3.3-e)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from admin import models as m
from admin.access.actor import Actor
from admin.domain.codes import Conflict, MeetingStage
from admin.models.base import again

# Grounds of recusal that lie in the two people, whichever case of theirs it is.
BY_PERSON = (Conflict.SELF, Conflict.SUPERIOR, Conflict.SUBORDINATE, Conflict.KIN, Conflict.DECLARED)


def _table(model: type[Any]) -> Any:
    return model.__table__


OTHERS, PEOPLE = again(m.Review, "others", "id", "employee_id"), again(m.Employee, "people", "id", "superior_id")


def recused(actor: Actor) -> ColumnElement[bool]:
    """The case is one that the actor is recused from as a member of the committee."""
    recusals, reviews = _table(m.Recusal), _table(m.Review)
    return exists(
        select(1)
        .where(
            recusals.c.review_id == reviews.c.id,
            recusals.c.employee_id == (actor.employee_id or 0),
            recusals.c.overridden_at.is_(None),
        )
        .correlate(reviews)
    )


def recused_from_another(actor: Actor) -> ColumnElement[bool]:
    """The actor is out of another case of the same person, by who they are to that person and not by an act in the case.

    From a case that is on no agenda that runs one would else read of somebody whose case one does not find (3.3-e).
    """
    recusals, others, reviews = _table(m.Recusal), OTHERS, _table(m.Review)
    items, meetings = _table(m.AgendaItem), _table(m.Meeting)
    out = (
        select(1)
        .select_from(recusals.join(others, others.c.id == recusals.c.review_id))
        .where(
            others.c.employee_id == reviews.c.employee_id,
            others.c.id != reviews.c.id,
            recusals.c.employee_id == (actor.employee_id or 0),
            recusals.c.overridden_at.is_(None),
            recusals.c.ground.in_(BY_PERSON),
        )
    )
    # What is before the body now has been asked about itself: whoever may vote on it reads it.
    running = (
        select(1)
        .select_from(items.join(meetings, meetings.c.id == items.c.meeting_id))
        .where(items.c.review_id == reviews.c.id, meetings.c.stage.in_((MeetingStage.PLANNED, MeetingStage.OPEN)))
    )
    return and_(exists(out.correlate(reviews)), not_(exists(running.correlate(reviews))))


def tied(actor: Actor) -> ColumnElement[bool]:
    """Whoever will be out of a case once it is on an agenda: its line, its judges, its subject, declared kin (3.3-e)."""
    reviews, people, me = _table(m.Review), PEOPLE, actor.employee_id or 0
    ratings, proposals = _table(m.Rating), _table(m.Proposal)
    kin, others = _table(m.Recusal), OTHERS
    below = select(1).where(people.c.id == me, people.c.superior_id == reviews.c.employee_id)
    above = select(1).where(people.c.id == reviews.c.employee_id, people.c.superior_id == me)
    rated = select(1).where(
        ratings.c.review_id == reviews.c.id,
        or_(ratings.c.rater_id == me, ratings.c.in_place_of_id == me),
        ratings.c.signed_at.is_not(None),
    )
    proposed = select(1).where(
        proposals.c.review_id == reviews.c.id, or_(proposals.c.head_id == me, proposals.c.in_place_of_id == me)
    )
    declared = (
        select(1)
        .select_from(kin.join(others, others.c.id == kin.c.review_id))
        .where(
            others.c.employee_id == reviews.c.employee_id,
            kin.c.employee_id == me,
            kin.c.overridden_at.is_(None),
            kin.c.ground.in_(BY_PERSON),
        )
    )
    asked = (below, above, rated, proposed, declared)
    # A case may have no superior, and what is not known is no tie.
    line = (func.coalesce(each, -1) == me for each in (reviews.c.superior_id, reviews.c.superior_for_id))
    in_it = or_(reviews.c.employee_id == me, *line)
    return or_(in_it, *(exists(each.correlate(reviews)) for each in asked))
