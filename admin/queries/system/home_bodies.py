"""What waits at the bodies: meetings, ballots, minutes, appeals before the panel (3.3.4, 3.3.5-a)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import AppealStage, MeetingStage, MotionState
from admin.models import AgendaItem, Appeal, Ballot, Meeting, Motion, PanelBallot, Recusal
from admin.queries.committee.bodies import benches, short_appeals

UNSCOPED = {"unscoped": True}
MEETINGS_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Task:
    """One thing that waits: its kind, how many, by when, the record it is about, and facts for its words."""

    kind: str
    count: int = 1
    due: datetime | date | None = None
    key: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def meeting_tasks(session: Session, actor: Actor, now: datetime) -> Iterator[Task]:
    """Meetings ahead and running, minutes to sign."""
    soon = and_(Meeting.stage == MeetingStage.PLANNED, Meeting.scheduled_at <= now + MEETINGS_AHEAD)
    query = (
        select(Meeting)
        .where(or_(Meeting.stage.in_((MeetingStage.OPEN, MeetingStage.CLOSED)), soon))
        .order_by(Meeting.scheduled_at, Meeting.id)
    )
    for meeting in session.scalars(query):
        facts = {"number": meeting.number}
        if meeting.stage == MeetingStage.PLANNED:
            yield Task("meeting_planned", due=meeting.scheduled_at, key=meeting.id, facts=facts)
        elif meeting.stage == MeetingStage.OPEN:
            # Only members vote; to the secretary the same meeting is a task without a number.
            open_votes = _votes_missing(session, actor, meeting) if actor.has("committee_member", "chair") else 0
            yield Task(
                "meeting_open", max(open_votes, 1), meeting.scheduled_at, meeting.id, facts | {"votes": open_votes}
            )
        elif _to_sign(actor, meeting):
            yield Task("minutes", key=meeting.id, facts=facts)


def _to_sign(actor: Actor, meeting: Meeting) -> bool:
    # Each signs in their own place: whoever holds both offices has signed only when both places are.
    as_chair = actor.has("chair") and meeting.chair_signed_at is None
    return as_chair or (actor.has("secretary") and meeting.secretary_signed_at is None)


def _votes_missing(session: Session, actor: Actor, meeting: Meeting) -> int:
    """How many open motions of a meeting the actor has not voted on and is not recused from."""
    voted = exists(select(1).where(Ballot.motion_id == Motion.id, Ballot.employee_id == (actor.employee_id or 0)))
    query = (
        select(func.count(Motion.id))
        .join(AgendaItem, AgendaItem.id == Motion.item_id)
        .where(
            AgendaItem.meeting_id == meeting.id,
            Motion.state == MotionState.OPEN,
            ~voted,
            ~_recused(actor, AgendaItem.review_id),
        )
    )
    return session.scalar(query.execution_options(**UNSCOPED)) or 0


def _recused(actor: Actor, review_id: Any) -> ColumnElement[bool]:
    return exists(
        select(1).where(
            Recusal.review_id == review_id,
            Recusal.employee_id == (actor.employee_id or 0),
            Recusal.overridden_at.is_(None),
        )
    )


def panel_tasks(session: Session, actor: Actor, today: date) -> Iterator[Task]:
    """Appeals before the panel on which the actor has not voted in this round and may."""
    me = actor.employee_id or 0
    voted = exists(
        select(1).where(
            PanelBallot.appeal_id == Appeal.id, PanelBallot.round == Appeal.round, PanelBallot.employee_id == me
        )
    )
    query = select(Appeal).options(joinedload(Appeal.review)).where(Appeal.stage == AppealStage.WITH_PANEL, ~voted)
    appeals = session.scalars(query.order_by(Appeal.id).execution_options(**UNSCOPED)).all()
    # A ballot that cannot be held is nobody's task here: management is told to add members instead.
    sits = [row for row, bench in benches(session, appeals, today) if me in bench.people and not bench.refusal]
    if sits:
        due = min(row.answer_due for row in sits)
        # With several no single appeal may be led to: the list shows which of them presses.
        yield Task("panel_cases", len(sits), due, sits[0].id if len(sits) == 1 else None)


def panels_short(session: Session, today: date) -> Iterator[Task]:
    """Appeals for which management has to appoint members, because too few of the panel may vote on them (3.3.5-a)."""
    if count := len(short_appeals(session, today)):
        yield Task("panels_short", count)
