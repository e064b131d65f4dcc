"""What the workflow may know about a meeting and a case on its agenda (3.3.4-a to c, 3.3-e)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor, acting
from admin.access.scope import visible
from admin.domain.codes import FIXED_GROUNDS, CaseStage, ItemState, JudgingAct, MeetingStage, MotionState, Office
from admin.domain.refusals import N_, Refusal
from admin.domain.separation import check_override
from admin.domain.voting import (
    Member,
    Vacancy,
    bench,
    check_bench,
    check_quorum,
    presiding,
    quorum,
    vacancy,
)
from admin.domain.workflow import Facts
from admin.models import AgendaItem, Attendance, Ballot, CommitteeMember, Meeting, Motion, Recusal, Review
from admin.models.base import again
from admin.queries.cases.own_case import own_case
from admin.queries.committee.alike import items_alike
from admin.queries.committee.barred import bars_on, holders_of
from admin.queries.committee.committee import as_members, chair_of, own_seat, seats
from admin.queries.policy.rules import rules_of

# By another name, so that a statement that reads the cases themselves does not take this for one of its own.
_CASES = again(Review, "cases_before_it", "id", "stage")
PENDING = (
    AgendaItem.state == ItemState.PENDING,
    AgendaItem.review_id.in_(select(_CASES.c.id).where(_CASES.c.stage == CaseStage.COMMITTEE)),
)


@dataclass(frozen=True)
class Sitting:
    """Who is appointed and who is present; before the opening everybody counts as present."""

    members: tuple[Member, ...]
    present: frozenset[int]
    chair: int
    holders: Mapping[int, int]  # whose seats these are

    @property
    def appointed(self) -> int:
        """Regular seats."""
        return sum(not member.alternate for member in self.members)

    @property
    def quorum(self) -> int:
        """How many of the regular seats must be filled."""
        return quorum(self.appointed)

    def quorum_refusal(self) -> Refusal | None:
        """Why there is no quorum; None when there is one (3.3.4-a)."""
        return check_quorum(self.members, self.present)

    def bench(self, conflicted: Collection[int]) -> tuple[Any, ...]:
        """Who votes on a case."""
        return bench(self.members, self.present, conflicted)

    def bench_refusal(self, session: Session, review: Review, conflicted: Collection[int]) -> Refusal | None:
        """Why a case cannot be voted on and is deferred: too few without a conflict, by the case's own rules (3.3.4-a)."""
        minimum = int(rules_of(session, review).parameters["case_minimum_members"])
        return check_bench(self.members, self.present, conflicted, minimum=minimum)

    def vacancy(self, session: Session, review: Review, conflicted: Collection[int]) -> Vacancy | None:
        """The seat with whose holder a case could be voted on; None where it can be."""
        minimum = int(rules_of(session, review).parameters["case_minimum_members"])
        return vacancy(self.members, self.present, conflicted, minimum=minimum)

    def presides(self, conflicted: Collection[int]) -> Any:
        """Who opens and closes the ballot on a case."""
        return presiding(self.chair, self.members, self.bench(conflicted))


def sitting_of(session: Session, meeting: Meeting, today: date, present: Collection[int] | None = None) -> Sitting:
    """The sitting of a meeting: from its attendance once opened, before that from the seats in their term."""
    # Attendance freezes who sat: a seat that ends later must not change a quorum that was counted.
    if meeting.opened_at is None:
        # Until then the seats of the day count: whoever is appointed before the opening sits.
        return sitting_on(session, today, present)
    seat = CommitteeMember
    query = (
        select(seat, Attendance.present)
        .join(Attendance, Attendance.member_id == seat.id)
        .where(Attendance.meeting_id == meeting.id)
        .order_by(seat.office == Office.ALTERNATE, seat.id)
    )
    found = session.execute(query).all()
    rows, now = [row for row, _ in found], seats(session, today)
    sits = {row.id for row in now}
    # While it is open nobody waits for whoever has left or whose term has ended; once it is over the record says who sat.
    away = {row.id for row in rows} - sits if meeting.stage == MeetingStage.OPEN else set()
    present_ids = frozenset(row.id for row, here in found if here and row.id not in away)
    # The chair of the day ends and signs what a chair who is gone has opened: nobody else could.
    chair = chair_of(rows) if chair_of(rows) in sits else chair_of(now)
    return Sitting(tuple(as_members(rows)), present_ids, chair, holders_of(rows))


def sitting_on(session: Session, today: date, present: Collection[int] | None = None) -> Sitting:
    """A meeting that would be held on a day, with everybody who has a seat or with those named."""
    rows = seats(session, today)
    here = {row.id for row in rows} if present is None else set(present)
    return Sitting(tuple(as_members(rows)), frozenset(here), chair_of(rows), holders_of(rows))


def why_not_overridden(row: Recusal, by: int, reason: str) -> Refusal | None:
    """Why somebody may neither propose nor confirm that a recusal is overridden (3.3-d, 3.3-e)."""
    if row.ground in FIXED_GROUNDS:
        return Refusal("3.3-d", N_("Lifting a recusal never lets anyone judge their own case or judge it twice."))
    if row.overridden_at is not None:
        return Refusal("3.3-e", N_("This recusal has been lifted already."))
    if row.override_proposed_by_id is not None:
        return check_override(row.employee_id, row.override_proposed_by_id, by, reason)
    return Refusal("3.3-e", N_("No one may lift their own recusal.")) if by == row.employee_id else None


def signature_of(relations: Collection[str]) -> str:
    """Where whoever signs the minutes signs: as the chair, or as the secretary."""
    return "chair_signed_at" if "chair" in relations else "secretary_signed_at"


def _signature_refusal(meeting: Meeting, relations: Collection[str]) -> Refusal | None:
    if getattr(meeting, signature_of(relations)) is None:
        return None
    return Refusal("3.3.4-a", N_("You have signed these minutes already."))


def meeting_facts(
    session: Session,
    meeting: Meeting,
    actor: Actor,
    today: date,
    *,
    attempt: bool = False,
    reason: str = "",
    **known: Any,
) -> Facts:
    """The meeting as a whole: opening, adjourning, signing."""
    sitting = sitting_of(session, meeting, today)
    # By the seat and not by the role: an account may be called a member and have no term.
    seat = own_seat(session, actor)
    relations = _relations(actor, seat, sitting.chair)
    base = {
        "attempt": attempt,
        "reason": reason,
        "quorum_refusal": sitting.quorum_refusal(),
        "items_open": items_open(session, meeting, sitting),
        "signature_refusal": _signature_refusal(meeting, relations),
    }
    return Facts("meeting", meeting.stage, relations, base | known)


def _relations(actor: Actor, seat: CommitteeMember | None, presiding_seat: Any) -> frozenset[str]:
    found = {role for role in ("hr", "secretary") if actor.has(role)}
    if seat is not None:
        found.add("committee_member")
    if seat is not None and seat.id == presiding_seat:
        found.add("chair")
    return frozenset(found)


def items_open(session: Session, meeting: Meeting, sitting: Sitting) -> int:
    """Cases on which voting has begun and is not settled: a meeting does not end over them.

    A ballot that can come to no end any more, because conflicts declared since leave nobody to preside or too few to
    vote, does not hold the meeting: its case is deferred with it (3.3.4-a).
    """
    # Nobody votes before the opening or after the end: sorting the whole agenda to find that out takes seconds of a long one.
    if meeting.stage != MeetingStage.OPEN:
        return 0
    begun = select(Ballot.id).join(Motion, Motion.id == Ballot.motion_id).where(Motion.item_id == AgendaItem.id)
    alike = items_alike(session, meeting, sitting.holders.values(), begun.exists(), *PENDING)
    query = select(AgendaItem).where(AgendaItem.id.in_(alike))
    # Past the scope: a case from which the chair is recused holds the meeting as any other.
    items = session.scalars(query.options(joinedload(AgendaItem.review)).execution_options(unscoped=True)).all()
    return sum(alike[item.id] for item in _coming_to_an_end(session, items, sitting)) if items else 0


def _coming_to_an_end(session: Session, items: Sequence[AgendaItem], sitting: Sitting) -> list[AgendaItem]:
    """Which of these can still be closed or settled; a few statements where nothing stands in the way."""
    out = out_of(session, sitting, [item.review for item in items])
    led = [item for item in items if sitting.presides(out[item.review_id]) is not None]
    open_ = (Motion.item_id.in_([item.id for item in led]), Motion.state == MotionState.OPEN)
    voting = dict(
        session.execute(select(Motion.item_id, Motion.id).where(*open_).execution_options(unscoped=True)).all()
    )
    cast = counted_ballots(session, list(voting.values()))
    found = []
    for item in led:
        motion = voting.get(item.id)  # without one, whoever presides settles what was not carried
        # The case's own version says how many votes it takes, whatever is law on the day of the meeting.
        lacking = int(rules_of(session, item.review).parameters["votes_minimum"]) - len(cast[motion]) if motion else 0
        left = _still_to_vote(session, item.review, motion or 0, sitting, out[item.review_id]) if lacking > 0 else 0
        found += [item] if lacking <= left else []
    return found


def _still_to_vote(session: Session, review: Review, motion: int, sitting: Sitting, out: Collection[int]) -> int:
    """How many of those who sit on a case have not voted."""
    # A bench that is too small cannot be filled up by voting: the case is deferred, and holds nobody.
    if sitting.bench_refusal(session, review, out):
        return 0
    cast = set(
        session.scalars(select(Ballot.employee_id).where(Ballot.motion_id == motion).execution_options(unscoped=True))
    )
    return sum(sitting.holders[seat] not in cast for seat in sitting.bench(out))


def out_of(session: Session, sitting: Sitting, reviews: Sequence[Review]) -> dict[int, set[int]]:
    """The seats of a sitting that are out of each case."""
    bars = bars_on(session, reviews, JudgingAct.COMMITTEE_BALLOT, set(sitting.holders.values()))
    return {review.id: bars.out(review.id, sitting.holders) for review in reviews}


def item_facts(
    session: Session,
    meeting: Meeting,
    item: AgendaItem,
    actor: Actor,
    today: date,
    *,
    attempt: bool = False,
    reason: str = "",
    **known: Any,
) -> Facts:
    """One case on the agenda, as one actor may act on it."""
    given = {"attempt": attempt, "reason": reason} | known
    return items_facts(session, meeting, [item], actor, today, **given)[item.id]


def items_facts(
    session: Session, meeting: Meeting, items: Sequence[AgendaItem], actor: Actor, today: date, **known: Any
) -> dict[int, Facts]:
    """Cases on the agenda, each as one actor may act on it, by item; a few statements however many."""
    sitting, seat = sitting_of(session, meeting, today), own_seat(session, actor)
    asked = {*sitting.holders.values(), *([seat.employee_id] if seat else [])}
    bars = bars_on(session, [item.review for item in items], JudgingAct.COMMITTEE_BALLOT, asked)
    motions = {item.id: motion for item in items if (motion := open_motion(item))}
    person = seat.employee_id if seat else 0
    voted = voted_on(session, [motion.id for motion in motions.values()], person) if seat else set()
    found = {}
    for item in items:
        conflicted, motion = bars.out(item.review_id, sitting.holders), motions.get(item.id)
        open_ = item.state == ItemState.PENDING and motion is not None and item.review.stage == CaseStage.COMMITTEE
        base = {
            "own_case": own_case(item, actor),
            "ballot_open": open_,
            "taken_off": item.state == ItemState.TAKEN_OFF,
            # By the person: whoever changes seats does not vote twice (6.1-b).
            "has_voted": motion is not None and motion.id in voted,
            "bench_refusal": _bench_refusal(session, item.review, sitting, conflicted, seat)
            if meeting.stage == MeetingStage.OPEN
            else None,
            **(bars.of(item.review_id, person) if seat else {}),
        }
        relations = _relations(actor, seat, sitting.presides(conflicted))
        found[item.id] = Facts("meeting", meeting.stage, relations, base | known)
    return found


def _bench_refusal(
    session: Session, review: Review, sitting: Sitting, conflicted: Collection[int], seat: CommitteeMember | None
) -> Refusal | None:
    if refusal := sitting.bench_refusal(session, review, conflicted):
        return refusal
    # What bars the member is told by its own clause; here only whether an empty seat is theirs to fill.
    if seat is None or seat.id in sitting.bench(set(conflicted) - {seat.id}):
        return None
    return Refusal("3.3.4-a", N_("Only a member who sits on the case votes on it."))


def open_motion(item: AgendaItem) -> Motion | None:
    """The motion that is being voted on."""
    return next((motion for motion in item.motions if motion.state == MotionState.OPEN), None)


def motion_version(motion: Motion) -> str:
    """What tells the motion that a page showed from what has become of it: which one, and how it stands."""
    return f"{motion.id}-{motion.state}"


def voted_on(session: Session, motion_ids: Collection[int], person: int) -> set[int]:
    """The motions on which somebody has cast a ballot, from whatever seat (6.1-b)."""
    query = select(Ballot.motion_id).where(Ballot.motion_id.in_(motion_ids), Ballot.employee_id == person)
    return set(session.scalars(query.execution_options(unscoped=True)))


def counted_ballots(session: Session, motion_ids: Collection[int]) -> dict[int, list[bool]]:
    """The ballots that count on each motion: those of members who are not out of its case.

    What is closed was counted by the recusals on record then; on what is open whoever has become bound counts no more.
    """
    out = select(Recusal.id).where(
        Recusal.review_id == AgendaItem.review_id,
        Recusal.employee_id == Ballot.employee_id,
        Recusal.overridden_at.is_(None),
    )
    query = (
        select(Ballot.motion_id, Ballot.in_favour, Ballot.employee_id, AgendaItem.review_id, Motion.state)
        .join(Motion, Motion.id == Ballot.motion_id)
        .join(AgendaItem, AgendaItem.id == Motion.item_id)
        # Recused after voting: the ballot stays on file and does not count.
        .where(Ballot.motion_id.in_(motion_ids), ~out.exists())
    )
    rows = session.execute(query.execution_options(unscoped=True)).all()
    cases = {row.review_id for row in rows if row.state == MotionState.OPEN}
    bound = _bound_since(session, cases, {row.employee_id for row in rows}) if cases else {}
    found: dict[int, list[bool]] = {motion_id: [] for motion_id in motion_ids}
    for row in rows:
        if row.state != MotionState.OPEN or row.employee_id not in bound[row.review_id]:
            found[row.motion_id].append(row.in_favour)
    return found


def _bound_since(session: Session, cases: Collection[int], voters: Collection[int]) -> dict[int, set[int]]:
    """Of those who have voted, who is out of each case by now."""
    query = select(Review).where(Review.id.in_(cases)).order_by(Review.id)
    reviews = session.scalars(query.execution_options(unscoped=True)).all()
    bars = bars_on(session, reviews, JudgingAct.COMMITTEE_BALLOT, voters)
    themselves = {person: person for person in voters}
    return {review.id: bars.out(review.id, themselves) for review in reviews}


def agenda(
    session: Session,
    meeting: Meeting,
    *,
    consent: bool | None = None,
    pending: bool = False,
    only: Collection[int] | None = None,
) -> list[AgendaItem]:
    """A meeting's items with motions and cases, in order, all or those named; a few statements however many."""
    query = (
        select(AgendaItem)
        .options(joinedload(AgendaItem.review), joinedload(AgendaItem.motions))
        .where(AgendaItem.meeting_id == meeting.id)
        .order_by(AgendaItem.position)
    )
    if only is not None:
        query = query.where(AgendaItem.id.in_(only))
    if consent is not None:
        query = query.where(AgendaItem.consent.is_(consent))
    if pending:
        query = query.where(*PENDING)
    return list(session.scalars(query).unique())


def kinds_of_items(
    session: Session, meeting: Meeting, actor: Actor, today: date, *which: ColumnElement[bool]
) -> dict[int, int]:
    """One item of each kind among those the actor sees, and how many are like it: what any act asks of one holds for all of them."""
    people = {
        *sitting_of(session, meeting, today).holders.values(),
        *([actor.employee_id] if actor.employee_id else []),
    }
    return items_alike(session, meeting, people, visible(acting(), AgendaItem), *which)
