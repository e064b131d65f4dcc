"""What the committee's people see of a meeting: agenda, votes, conflicts (3.3.4-a to c, 3.3-e).

Read under the actor's scope, so a recused member's cases are not there. Counts of others' ballots and marks are read
past it, and only as counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import CaseStage, CycleKind, ItemState, MeetingStage, MotionState, RaterKind, RatingState
from admin.domain.refusals import Refusal
from admin.domain.voting import tally_visible
from admin.domain.workflow import Facts, actions_at
from admin.models import (
    AgendaItem,
    Attendance,
    Ballot,
    CommitteeMember,
    Cycle,
    Hearing,
    Meeting,
    Motion,
    Premark,
    Proposal,
    Rating,
    Recusal,
    Review,
    SelfAssessment,
)
from admin.queries.cases.own_case import with_own_case
from admin.queries.cases.review_facts import demotion_facts_of
from admin.queries.committee.committee import recused
from admin.queries.committee.meeting_facts import (
    Sitting,
    counted_ballots,
    motion_version,
    open_motion,
    out_of,
    sitting_of,
)
from admin.queries.system.chunks import chunks
from admin.queries.system.paging import Paged, Part, paged


@dataclass(frozen=True)
class Line:
    """A case on the agenda as one reader sees it; the counts are None while the tally is hidden."""

    item: AgendaItem
    motion: Motion | None
    cast: int
    voters: int
    votes_for: int | None
    votes_against: int | None
    own_ballot: bool | None
    own_mark: Premark | None

    @property
    def version(self) -> str:
        """The motion that is shown, told from what becomes of it while the page is open; empty where there is none."""
        return motion_version(self.item.motions[-1]) if self.item.motions else ""

    @property
    def settled(self) -> bool:
        """Whether nothing is to be done about the case in this meeting."""
        return self.item.state != ItemState.PENDING


def agenda_counts(session: Session, meeting: Meeting) -> dict[bool, int]:
    """How many items of a meeting the reader sees, those by consent (True) and those one by one."""
    query = select(AgendaItem.consent, func.count()).where(AgendaItem.meeting_id == meeting.id)
    found = dict(session.execute(query.group_by(AgendaItem.consent)).all())
    return {consent: found.get(consent, 0) for consent in (True, False)}


def agenda_part(session: Session, meeting: Meeting, part: Part, *, consent: bool) -> list[int]:
    """The items of one part of the agenda, in the reader's order."""
    query, order = _agenda_order(meeting)
    shown = query.where(AgendaItem.consent.is_(consent)).order_by(*order)
    return list(session.scalars(shown.offset(part.start).limit(part.end - part.start)))


@dataclass(frozen=True)
class Neighbours:
    """Where an item stands on the agenda as one reader sees it: its place of how many, and what is beside it."""

    place: int
    count: int
    previous: int | None
    next: int | None


def neighbours(session: Session, meeting: Meeting, item_id: int) -> Neighbours | None:
    """The place of an item between the others in the reader's order; None for one that the reader does not see."""
    query, order = _agenda_order(meeting)
    item = AgendaItem.id
    placed = query.add_columns(
        func.row_number().over(order_by=order).label("place"), func.count().over().label("count"),
        func.lag(item).over(order_by=order).label("previous"), func.lead(item).over(order_by=order).label("next"),
    ).subquery()  # fmt: skip
    found = session.execute(select(placed).where(placed.c.id == item_id)).first()
    return Neighbours(*found[1:]) if found else None


def next_to_decide(session: Session, meeting: Meeting, item_id: int) -> int | None:
    """The case that is still to be decided after this one in the reader's order, else the first of all; None where none is left."""
    query, order = _agenda_order(meeting)
    placed = query.add_columns(
        func.row_number().over(order_by=order).label("place"), AgendaItem.state.label("now"), AgendaItem.consent.label("by_consent")
    ).subquery()  # fmt: skip
    here = select(placed.c.place).where(placed.c.id == item_id).scalar_subquery()
    open_ = select(placed.c.id).where(placed.c.now == ItemState.PENDING, placed.c.by_consent.is_(False))
    return session.scalar(open_.order_by(placed.c.place <= here, placed.c.place).limit(1))


def _agenda_order(meeting: Meeting) -> tuple[Select[Any], tuple[Any, ...]]:
    """The items a reader sees, and their order: individual cases first, the most disputed before the others.

    Until the opening the order says nothing of the marks: they are blind as long as they can be made (3.3.4-c).
    """
    query = select(AgendaItem.id).where(AgendaItem.meeting_id == meeting.id)
    if meeting.stage == MeetingStage.PLANNED:
        return query, (AgendaItem.consent, AgendaItem.position)
    # By the table: which way each member marked is beyond the reader's sight, and moves nothing but the order.
    mark = Premark.__table__.alias("mark")
    camps = (
        select(mark.c.item_id.label("item"), _marks(mark, True).label("agree"), _marks(mark, False).label("question"))
        .group_by(mark.c.item_id)
        .subquery()
    )
    disputed = disagreement(func.coalesce(camps.c.agree, 0), func.coalesce(camps.c.question, 0))
    # Down to the place on the agenda, so that two cases as disputed never change places between two readings.
    return (
        query.outerjoin(camps, camps.c.item == AgendaItem.id),
        (AgendaItem.consent, disputed.desc(), AgendaItem.position),
    )


def _marks(mark: Any, agrees: bool) -> Any:
    return func.count().filter(mark.c.agrees.is_(agrees))


def disagreement(agree: Any, question: Any) -> Any:
    """How much blind marks disagree, as a part of a statement: the size of the smaller camp, doubled, plus any question at all."""
    # A lone question puts a case above one that all agree on, and below one that is split.
    smaller = case((agree < question, agree), else_=question)
    return 2 * smaller + case((question > 0, 1), else_=0)


def lines(session: Session, meeting: Meeting, item_ids: Sequence[int], actor: Actor, today: date) -> list[Line]:
    """These cases in this order, with what the reader may see of their ballots; a few statements for all."""
    query = (
        select(AgendaItem)
        .options(joinedload(AgendaItem.review).joinedload(Review.employee), joinedload(AgendaItem.motions))
        .where(AgendaItem.id.in_(item_ids), AgendaItem.meeting_id == meeting.id)
    )
    items = {item.id: item for item in session.scalars(query).unique()}
    # What the scope hides from the reader is left out without a gap: its number alone would tell (3.3-e).
    shown = [items[item_id] for item_id in item_ids if item_id in items]
    sitting = sitting_of(session, meeting, today)
    # Of a meeting that is over the record says who sat; until then whoever has become bound sits no more.
    over = meeting.stage in (MeetingStage.CLOSED, MeetingStage.SIGNED)
    out = (
        recused(session, [item.review_id for item in shown])
        if over
        else out_of(session, sitting, [item.review for item in shown])
    )
    ballots = counted_ballots(session, [motion.id for item in shown if (motion := last_motion(item))])
    own, marks = _own_ballots(session, actor, shown), _own_marks(session, actor, shown)
    return [_line(item, sitting, out.get(item.review_id, set()), ballots, own, marks) for item in shown]


def last_motion(item: AgendaItem) -> Motion | None:
    """The open motion, or the last one that was voted on."""
    voted = [motion for motion in item.motions if motion.state != MotionState.WITHDRAWN]
    return open_motion(item) or (voted[-1] if voted else None)


def _line(
    item: AgendaItem,
    sitting: Sitting,
    out: Collection[int],
    ballots: dict[int, list[bool]],
    own: dict[int, bool],
    marks: dict[int, Premark],
) -> Line:
    motion = last_motion(item)
    cast = ballots.get(motion.id, []) if motion else []
    bench = sitting.bench(out)
    # While somebody can still vote a tally would steer them, and of a small bench it would name who voted how (3.3.4-b).
    visible = motion is not None and tally_visible(
        range(len(bench)), range(len(cast)), closed=motion.state != MotionState.OPEN
    )
    return Line(
        item,
        motion,
        len(cast),
        len(bench),
        sum(cast) if visible else None,
        len(cast) - sum(cast) if visible else None,
        own.get(motion.id) if motion else None,
        marks.get(item.id),
    )


def _own_ballots(session: Session, actor: Actor, items: Iterable[AgendaItem]) -> dict[int, bool]:
    # All motions, not the open one alone: of one that is over the reader still sees their own ballot.
    motions = [motion.id for item in items for motion in item.motions]
    query = select(Ballot).where(Ballot.motion_id.in_(motions), Ballot.employee_id == (actor.employee_id or 0))
    return {row.motion_id: row.in_favour for row in session.scalars(query)}


def _own_marks(session: Session, actor: Actor, items: Iterable[AgendaItem]) -> dict[int, Premark]:
    query = select(Premark).where(
        Premark.item_id.in_([item.id for item in items]), Premark.employee_id == (actor.employee_id or 0)
    )
    return {row.item_id: row for row in session.scalars(query)}


@dataclass(frozen=True)
class ConsentSummary:
    """The consent agenda in figures: cases, how many of them the reader has voted on, and members who have voted."""

    cases: int
    own: int
    members: int
    sittable: int


def consent_summary(session: Session, meeting: Meeting, actor: Actor) -> ConsentSummary:
    """The consent agenda that is still open, as one reader sees it."""
    open_ = (AgendaItem.meeting_id == meeting.id, AgendaItem.consent.is_(True), AgendaItem.state == ItemState.PENDING)
    cases = session.scalar(select(func.count()).select_from(AgendaItem).where(*open_)) or 0
    voted = (
        select(Ballot.employee_id, func.count())
        .join(Motion, Motion.id == Ballot.motion_id)
        .join(AgendaItem, AgendaItem.id == Motion.item_id)
        .where(*open_, Motion.state == MotionState.OPEN)
        .group_by(Ballot.employee_id)
    )
    counts = dict(session.execute(voted.execution_options(unscoped=True)).all())
    present = (
        select(func.count()).select_from(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.present)
    )
    # How many have voted is shown, who they are is not: the members are counted past the scope.
    return ConsentSummary(cases, counts.get(actor.employee_id or 0, 0), len(counts), session.scalar(present) or 0)


def attendance_of(session: Session, meeting: Meeting) -> dict[int, bool]:
    """Who was present at the opening, by seat."""
    query = select(Attendance).where(Attendance.meeting_id == meeting.id)
    return {row.member_id: row.present for row in session.scalars(query)}


def recusals_of(session: Session, meeting: Meeting, reader: Actor, wanted: int) -> Paged[Recusal]:
    """A part of the recusals from the meeting's cases, but for cases that the reader is recused from; for those who oversee."""
    query = (
        select(Recusal)
        .join(AgendaItem, AgendaItem.review_id == Recusal.review_id)
        .options(joinedload(Recusal.member).joinedload(CommitteeMember.employee))
        .options(joinedload(Recusal.review).joinedload(Review.employee))
        .where(AgendaItem.meeting_id == meeting.id, Recusal.review_id.not_in(_hidden(meeting, reader)))
        .order_by(Recusal.review_id, Recusal.employee_id)
    )
    return paged(session, query.execution_options(unscoped=True), wanted)


def hidden_from(session: Session, meeting: Meeting, reader: Actor) -> set[int]:
    """The reviews of a meeting that a reader is recused from as a member, and so finds nowhere in it (3.3-e)."""
    return set(session.scalars(_hidden(meeting, reader).execution_options(unscoped=True)))


def _hidden(meeting: Meeting, reader: Actor) -> Select[Any]:
    return (
        select(Recusal.review_id)
        .join(AgendaItem, AgendaItem.review_id == Recusal.review_id)
        .where(
            AgendaItem.meeting_id == meeting.id,
            # By the person and not by the seat, which may have changed since the recusal (6.1-b).
            Recusal.employee_id == (reader.employee_id or 0),
            Recusal.overridden_at.is_(None),
        )
    )


@dataclass(frozen=True)
class Assignable:
    """A case that waits for an agenda, and why the reader cannot put it on one."""

    review: Review
    refusal: Refusal | None


def assignable(session: Session, cycle_id: int | None, reader: Actor, wanted: int) -> Paged[Assignable]:
    """A part of the cases that wait for an agenda, each with what stands against the reader's putting it there (3.3-d, 4.2-a)."""
    found = paged(session, unassigned(session, cycle_id), wanted)
    return Paged(_assignable(session, found.rows, reader), found.part)


def ticked_of(session: Session, cycle_id: int | None, keys: Collection[int] | None) -> list[Review]:
    """Of the cases that wait for an agenda those named, as far as the reader sees them; None means all."""
    query = unassigned(session, cycle_id)
    parts = [query] if keys is None else [query.where(Review.id.in_(some)) for some in chunks(sorted(set(keys)))]
    return [row for part in parts for row in session.scalars(part)]


def _assignable(session: Session, reviews: Sequence[Review], reader: Actor) -> list[Assignable]:
    known, relations = demotion_facts_of(session, reviews, date.max), frozenset(reader.roles & {"secretary", "hr"})
    facts = {each.id: Facts("review", each.stage, relations, known[each.id]) for each in reviews}
    return [Assignable(each, why_not_assigned(with_own_case(facts[each.id], each, reader))) for each in reviews]


def why_not_assigned(facts: Facts) -> Refusal | None:
    """What stands against putting a case on an agenda; None where nothing does."""
    offered = next((each for each in actions_at(facts) if each.action == "assign_to_meeting"), None)
    return next(iter(offered.refusals), None) if offered else None


def unassigned(session: Session, cycle_id: int | None) -> Select[Any]:
    """Cases before the committee that are on no agenda which is still to be dealt with: the cycle's, and single ones."""
    waiting = (
        select(AgendaItem.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            AgendaItem.review_id == Review.id,
            AgendaItem.state == ItemState.PENDING,
            Meeting.stage.in_((MeetingStage.PLANNED, MeetingStage.OPEN)),
        )
    )
    here = agenda_cases(session, cycle_id).options(joinedload(Review.employee), joinedload(Review.department))
    return here.where(Review.stage == CaseStage.COMMITTEE, ~waiting.exists()).order_by(Review.department_id, Review.id)


def agenda_cases(session: Session, cycle_id: int | None) -> Select[Any]:
    """Every case that a meeting of the cycle may decide, at whatever stage it is."""
    # A single case has no meeting of its own: the yearly cycle's takes it along, a rehearsal's never does (1.2-e).
    rehearsal = session.scalar(select(Cycle.kind).where(Cycle.id == cycle_id)) == CycleKind.REHEARSAL
    mine = (
        Review.cycle_id == cycle_id if rehearsal else (Review.cycle_id == cycle_id) | (Cycle.kind == CycleKind.SINGLE)
    )
    return select(Review).join(Cycle, Cycle.id == Review.cycle_id).where(mine)


def proposal_of(session: Session, review: Review) -> Proposal | None:
    """The department's last proposal."""
    # A case that was sent back is proposed on again; what the committee decides on is the last word.
    query = select(Proposal).where(Proposal.review_id == review.id).order_by(Proposal.seq.desc())
    return session.scalars(query).first()


def self_assessment_of(session: Session, review: Review) -> SelfAssessment | None:
    """What the employee handed in."""
    return session.scalars(select(SelfAssessment).where(SelfAssessment.review_id == review.id)).first()


def opinion_of(session: Session, review: Review) -> Rating | None:
    """The superior's signed evaluation."""
    query = select(Rating).where(
        Rating.review_id == review.id, Rating.kind == RaterKind.SUPERIOR, Rating.state == RatingState.SUBMITTED
    )
    return session.scalars(query).first()


def hearing_of(session: Session, review: Review) -> Hearing | None:
    """What the employee said before a demotion, or that the offer was not taken up (4.2-a)."""
    query = select(Hearing).where(Hearing.review_id == review.id, Hearing.recorded_at.is_not(None))
    return session.scalars(query.order_by(Hearing.id.desc())).first()
