"""What waits at the bodies: meetings, ballots, minutes, appeals before the panel (3.3.4, 3.3.5-a)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import AppealAddressee, AppealKind, AppealStage, CaseStage, ItemState, MeetingStage, MotionState
from admin.models import AgendaItem, Appeal, Ballot, Meeting, Motion, Review
from admin.queries.appeals.appeals import voted_by
from admin.queries.cases.review_facts import OPEN_APPEAL
from admin.queries.committee.alike import items_alike
from admin.queries.committee.bodies import gaps_on, panel_benches, short_appeals, short_cases
from admin.queries.committee.committee import own_seat
from admin.queries.committee.meeting_facts import PENDING, out_of, sitting_of
from admin.queries.cycles.rehearsed import REHEARSED
from admin.queries.policy.rules import Rules
from admin.queries.system.chunks import chunks
from admin.queries.system.paging import PER_PAGE

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


def meeting_tasks(session: Session, actor: Actor, now: datetime, today: date) -> Iterator[Task]:
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
            open_votes = _votes_missing(session, actor, meeting, today) if actor.has("committee_member", "chair") else 0
            yield Task(
                "meeting_open", max(open_votes, 1), meeting.scheduled_at, meeting.id, facts | {"votes": open_votes}
            )
        elif _to_sign(actor, meeting):
            yield Task("minutes", key=meeting.id, facts=facts)


def _to_sign(actor: Actor, meeting: Meeting) -> bool:
    # Each signs in their own place: whoever holds both offices has signed only when both places are.
    as_chair = actor.has("chair") and meeting.chair_signed_at is None
    return as_chair or (actor.has("secretary") and meeting.secretary_signed_at is None)


def _votes_missing(session: Session, actor: Actor, meeting: Meeting, today: date) -> int:
    """On how many open motions of a meeting the actor sits and has not voted: those a ballot of theirs would be accepted on."""
    seat = own_seat(session, actor)
    if seat is None:
        return 0
    me = seat.employee_id
    voted = exists(select(1).where(Ballot.motion_id == Motion.id, Ballot.employee_id == me))
    waiting = exists(select(1).where(Motion.item_id == AgendaItem.id, Motion.state == MotionState.OPEN, ~voted))
    sitting = sitting_of(session, meeting, today)
    alike = items_alike(session, meeting, sitting.holders.values(), waiting, *PENDING)
    query = select(AgendaItem.id, Review).join(Review, Review.id == AgendaItem.review_id)
    found = [
        (alike[item], review)
        for some in chunks(alike)
        for item, review in session.execute(query.where(AgendaItem.id.in_(some)).execution_options(**UNSCOPED))
    ]
    out = out_of(session, sitting, [review for _count, review in found])
    return sum(
        count
        for count, review in found
        if seat.id in sitting.bench(out[review.id]) and not sitting.bench_refusal(session, review, out[review.id])
    )


def for_an_agenda(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The cases before the committee that stand on no agenda; one's own is another's to put there (3.3-d)."""
    stands = (
        select(AgendaItem.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.review_id == Review.id, AgendaItem.state == ItemState.PENDING)
        .where(Meeting.stage.in_((MeetingStage.PLANNED, MeetingStage.OPEN)))
    )
    waits = (Review.stage == CaseStage.COMMITTEE, Review.cycle_id.not_in(REHEARSED), ~stands.exists())
    return *waits, Review.employee_id != (actor.employee_id or 0)


def agenda_tasks(session: Session, actor: Actor) -> Iterator[Task]:
    """What waits for the secretary to put it on an agenda."""
    query = select(func.count(Review.id)).where(*for_an_agenda(actor))
    if count := session.scalar(query.execution_options(**UNSCOPED)):
        yield Task("for_an_agenda", count)


def bodies_short(session: Session, today: date, rules: Rules, deferred: int) -> Iterator[Task]:
    """What the committee lacks before it can decide: a lawful body, and a bench for each case that was deferred."""
    if lacking := gaps_on(session, today, int(rules.parameters["panel_minimum"])):
        yield Task("bodies_incomplete", len(lacking), facts={"first": lacking[0]})
    # Who sits is looked at only where something was put off.
    if deferred and (short := short_cases(session, today).part.count):
        yield Task("cases_short", short)


def appeal_tasks(session: Session, me: int) -> Iterator[Task]:
    """Appeals that I answer as superior, and objections to my own result that I may answer by a statement."""
    to_answer = and_(
        Review.superior_id == me,
        Appeal.stage == AppealStage.WITH_SUPERIOR,
        Appeal.addressee == AppealAddressee.SUPERIOR,
    )
    to_state = and_(
        Review.superior_id.is_distinct_from(me),
        Review.employee_id == me,
        Appeal.kind == AppealKind.OBJECTION,
        Appeal.statement.is_(None),
    )
    query = (
        select(Appeal, Review.superior_id)
        .join(Review, Review.id == Appeal.review_id)
        .where(Appeal.stage.in_(OPEN_APPEAL), or_(to_answer, to_state))
        .order_by(Appeal.answer_due, Appeal.id)
        # The most urgent; the list of all is a page of its own, and the menu says how many there are.
        .limit(PER_PAGE)
    )
    for appeal, superior in session.execute(query.execution_options(**UNSCOPED)):
        if superior == me:
            yield Task("answer_appeal", due=appeal.superior_due, key=appeal.id, facts={"number": appeal.number})
        else:
            yield Task("statement", due=appeal.answer_due, key=appeal.id, facts={"number": appeal.number})


def panel_tasks(session: Session, actor: Actor, today: date) -> Iterator[Task]:
    """Appeals before the panel on which the actor has not voted in this round and may."""
    me = actor.employee_id or 0
    _which, found = panel_benches(session, today, Appeal.stage == AppealStage.WITH_PANEL, ~voted_by(me))
    # A ballot that cannot be held is nobody's task here: management is told to add members instead.
    sits = [kind for kind, bench in found if me in bench.people and not bench.refusal]
    if count := sum(kind.count for kind in sits):
        due = min(kind.earliest for kind in sits)
        # With several no single appeal may be led to: the list shows which of them presses.
        yield Task("panel_cases", count, due, sits[0].first if count == 1 else None)


def panels_short(session: Session, today: date) -> Iterator[Task]:
    """Appeals for which management has to appoint members, because too few of the panel may vote on them (3.3.5-a)."""
    if count := short_appeals(session, today).part.count:
        yield Task("panels_short", count)
