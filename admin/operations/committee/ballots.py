"""Voting in the review committee: ballots, motions, the consent agenda, closing (3.3.4-b, 3.3.4-c)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import ItemState, MotionState
from admin.domain.refusals import N_, Invalid, NotFound, Refusal
from admin.domain.suggestion import check_motion
from admin.domain.voting import Outcome, Result, settle, tally
from admin.models import AgendaItem, Ballot, CommitteeMember, Grade, Meeting, Motion
from admin.operations.acts import REASON, Field, act
from admin.operations.committee.determinations import Fixed, determine
from admin.operations.committee.meetings import ITEM, REVIEW, defer, item_of, record_bound
from admin.operations.newer import STATE, NewerVersion, Pairs
from admin.operations.transaction import Operation, operation
from admin.queries.cases.review_facts import proposal_facts
from admin.queries.committee.agenda_facts import move_refusal, too_few, was_rejected
from admin.queries.committee.committee import own_seat
from admin.queries.committee.meeting_facts import (
    agenda,
    counted_ballots,
    item_facts,
    meeting_facts,
    motion_version,
    open_motion,
    out_of,
    sitting_of,
    voted_on,
)
from admin.queries.policy.rules import rules_of

CONSENT = Field("consent", N_("The whole consent agenda"), "boolean", required=False)
SEEN = Field("version", N_("Version that the form was loaded with"), required=False, into="seen")


@act("meeting", "cast_ballot", ITEM, REVIEW, CONSENT, SEEN, Field("in_favour", N_("In favour"), "yes_no"))
def cast_ballot(
    meeting_id: int,
    *,
    in_favour: bool,
    item_id: int | None = None,
    review_id: int | None = None,
    consent: bool = False,
    seen: str | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Cast one's own ballot on the open motion of a case, or one for every case of the consent agenda.

    `seen` is the `motion_version` of the motion that was shown to the voter, None where they name none.
    Returns how many ballots were stored: one row for each case, recused and pulled cases skipped. Raises `Refused`
    (3.3-e recused, 3.3-d judged before, 3.3.4-a no seat, 3.3.4-b closed or voted already), `NewerVersion` (1.3.1) where
    another motion is voted on by now, `NotFound`.
    """
    with operation("cast_ballot", actor=actor, now=now, clause="3.3.4-b") as op:
        _one_of(item_id, review_id, consent)
        if consent:
            return _cast_by_consent(op, op.find(Meeting, meeting_id), in_favour)
        meeting, item = item_of(op, meeting_id, item_id=item_id, review_id=review_id)
        op.step(meeting, item_facts(op.session, meeting, item, actor, op.today), "cast_ballot")
        _refuse_unseen(op, item, seen)
        motion, seat = open_motion(item), own_seat(op.session, actor)
        assert motion is not None and seat is not None  # the guards have seen both
        op.add(_ballot(motion.id, seat, in_favour, now))
        return 1


def _refuse_unseen(op: Operation, item: AgendaItem, seen: str | None) -> None:
    """A ballot, and its closing, stand for the motion that the page showed, not for one that came after it (3.3.4-b)."""
    motion = item.motions[-1] if item.motions else None
    if not seen or motion is None or seen == motion_version(motion):
        return
    shown = next((each for each in item.motions if seen.partition("-")[0] == str(each.id)), None)
    raise NewerVersion(motion_version(motion), motion.closed_at or op.now, _said(motion), _said(shown, seen))


def _said(motion: Motion | None, version: str = "") -> Pairs:
    """A motion in words, as it stands or as a version of it stood."""
    if motion is None:
        return ()
    state = version.partition("-")[2] or motion.state
    label = MotionState.labels().get(state, state)
    return ((N_("Grade that is moved"), motion.grade.code), (N_("Reason"), motion.reason), (STATE, label))


def _ballot(motion_id: int, seat: CommitteeMember, in_favour: bool, at: datetime) -> Ballot:
    person = seat.employee_id
    return Ballot(motion_id=motion_id, member_id=seat.id, employee_id=person, in_favour=in_favour, cast_at=at)


def _one_of(item: int | None, review: int | None, consent: bool) -> None:
    """Which case: exactly one of item, review and the consent agenda."""
    if sum(map(bool, (item, review, consent))) != 1:
        raise Invalid({"item": N_("Name one case, or the consent agenda.")})


def _cast_by_consent(op: Operation, meeting: Meeting, in_favour: bool) -> int:
    seat = own_seat(op.session, op.actor)
    items = _votable(op, meeting, seat) if seat else []
    # Some may be voted on already (one by one, or before more were put on): the rest is still open to one ballot.
    motion_ids = [motion.id for item in items for motion in item.motions]
    voted = voted_on(op.session, motion_ids, seat.employee_id) if seat else set()
    open_items = [item for item in items if (motion := open_motion(item)) and motion.id not in voted]
    facts = meeting_facts(
        op.session,
        meeting,
        op.actor,
        op.today,
        # "Voted already" only where there is something to vote on; an empty agenda is closed, not voted.
        has_voted=bool(items) and not open_items,
        ballot_open=bool(items),
    )
    op.step(meeting, facts, "cast_ballot")
    motions = [motion.id for item in open_items if (motion := open_motion(item))]
    assert seat is not None  # the table lets only members vote
    op.session.add_all(_ballot(key, seat, in_favour, op.now) for key in motions)
    op.session.flush()
    return len(motions)


def _votable(op: Operation, meeting: Meeting, seat: CommitteeMember) -> list[AgendaItem]:
    """The consent cases on which this seat's holder sits: not recused, nor conflicted since, nor judged them before."""
    items = agenda(op.session, meeting, consent=True, pending=True)
    sitting = sitting_of(op.session, meeting, op.today)
    out = out_of(op.session, sitting, [item.review for item in items])
    return [item for item in items if seat.id in sitting.bench(out[item.review_id])]


@act("meeting", "pull_from_consent", ITEM, REVIEW)
def pull_from_consent(
    meeting_id: int, item_id: int | None = None, *, review_id: int | None = None, actor: Actor, now: datetime
) -> AgendaItem:
    """Take a case out of the consent agenda and vote on it by itself; ballots cast by consent fall (3.3.4-c)."""
    with operation("pull_from_consent", actor=actor, now=now, clause="3.3.4-c") as op:
        meeting, item = item_of(op, meeting_id, item_id=item_id, review_id=review_id)
        if not item.consent or item.state != ItemState.PENDING:
            raise NotFound("AgendaItem")
        op.step(meeting, item_facts(op.session, meeting, item, actor, op.today), "pull_from_consent")
        seat = own_seat(op.session, actor)
        item.consent, item.pulled_by_id = False, seat.id if seat else None
        motion = open_motion(item)
        if motion is not None and counted_ballots(op.session, [motion.id])[motion.id]:
            # Ballots by consent were given for a bundle; the case is now voted on for itself.
            motion.state = "withdrawn"
            _new_motion(op, item, motion.grade_id, motion.reason, None)
        op.session.flush()
        return item


def _new_motion(op: Operation, item: AgendaItem, grade_id: int, reason: str, moved_by: int | None) -> Motion:
    motion = Motion(
        seq=max((m.seq for m in item.motions), default=0) + 1, grade_id=grade_id, reason=reason, moved_by_id=moved_by
    )
    item.motions.append(motion)
    op.session.flush()
    return motion


@act("meeting", "move_grade", ITEM, REVIEW, Field("grade", N_("Grade that is moved")), REASON)
def move_grade(
    meeting_id: int,
    item_id: int | None,
    grade: str,
    reason: str,
    *,
    review_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Motion:
    """Move another lawful grade after the motion before it was not carried (3.3.4-b).

    Raises `Refused` for an unlawful grade, one already voted on, while a ballot is open, or without a reason;
    `Invalid` for a grade that is not on the ladder.
    """
    with operation("move_grade", actor=actor, now=now, clause="3.3.4-b") as op:
        meeting, item = item_of(op, meeting_id, item_id=item_id, review_id=review_id)
        refusal = _motion_refusal(op, item, grade, reason)
        facts = item_facts(
            op.session, meeting, item, actor, op.today, attempt=True, reason=reason, motion_refusal=refusal
        )
        op.step(meeting, facts, "move_grade")  # the motion keeps the reason: the trail is read by recused members
        seat, row = own_seat(op.session, actor), grade_row(op, grade)
        return _new_motion(op, item, row.id, reason, seat.id if seat else None)


def grade_row(op: Operation, code: str) -> Grade:
    """The grade with that code; raises `Invalid` where the ladder has none."""
    row = op.session.scalars(select(Grade).where(Grade.code == code)).first()
    if row is None:
        raise Invalid({"grade": N_("There is no grade %(grade)s on the ladder.")}, {"grade": code})
    return row


def _motion_refusal(op: Operation, item: AgendaItem, grade: str, reason: str) -> Refusal | None:
    if refusal := move_refusal(item):
        return refusal
    row = grade_row(op, grade)
    # Else a minority could put the same grade until somebody is tired.
    if any(motion.grade_id == row.id and motion.state == MotionState.REJECTED for motion in item.motions):
        return Refusal("3.3.4-b", N_("The committee has voted on %(grade)s already."), {"grade": grade})
    review, today = item.review, op.today
    rules = rules_of(op.session, review)
    proposal = review.proposed_grade.code if review.proposed_grade else None
    facts = proposal_facts(op.session, review, rules, today)
    return check_motion(facts, grade, proposal, reason=reason, ladder=rules.ladder, parameters=rules.parameters)


@act("meeting", "close_ballot", ITEM, REVIEW, CONSENT, SEEN, REASON)
def close_ballot(
    meeting_id: int,
    *,
    item_id: int | None = None,
    review_id: int | None = None,
    consent: bool = False,
    seen: str | None = None,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> list[AgendaItem]:
    """The chair closes the ballot on a case, or on the whole consent agenda; what is carried is thereby determined.

    A case whose motion was not carried stays open for another motion; closing it again without one settles it: the
    present grade stays, with a reason where it is not the proposal, and a first grading is deferred. Consent cases
    that were not carried are voted on by themselves. Returns the cases settled. Raises `Refused` (3.3.4-b), `NewerVersion`
    (1.3.1) where the motion does not stand as it was shown (`seen`): a second click must not settle what the first has closed.
    """
    with operation("close_ballot", actor=actor, now=now, clause="3.3.4-b") as op:
        _one_of(item_id, review_id, consent)
        if consent:
            return _close_consent(op, op.find(Meeting, meeting_id))
        meeting, item = item_of(op, meeting_id, item_id=item_id, review_id=review_id)
        _refuse_unseen(op, item, seen)
        # Closing a second time, without another motion, is how the chair says that nobody moves one.
        if was_rejected(item):
            return _settle(op, meeting, item, reason)
        return _close_item(op, meeting, item)


def _close_item(op: Operation, meeting: Meeting, item: AgendaItem) -> list[AgendaItem]:
    motion, seat = open_motion(item), own_seat(op.session, op.actor)
    record_bound(op, meeting, [item])
    ballots = counted_ballots(op.session, [motion.id])[motion.id] if motion else []
    refusal = too_few(op.session, item, len(ballots))
    op.step(meeting, item_facts(op.session, meeting, item, op.actor, op.today, votes_refusal=refusal), "close_ballot")
    assert motion is not None and seat is not None  # the guards have seen both
    result = count_votes(op, motion, ballots, votes_minimum(op, item))
    if result.outcome is not Outcome.CARRIED:
        return []
    determine_carried(op, meeting, [(item, motion)])
    return [item]


def votes_minimum(op: Operation, item: AgendaItem) -> int:
    """How many ballots a case takes, by its own rules."""
    return int(rules_of(op.session, item.review).parameters["votes_minimum"])


def count_votes(op: Operation, motion: Motion, ballots: Sequence[bool], minimum: int) -> Result:
    """Close a motion with the ballots that count."""
    result = tally(ballots, minimum=minimum)
    motion.votes_for, motion.votes_against, motion.closed_at = result.votes_for, result.votes_against, op.now
    motion.state = "carried" if result.outcome is Outcome.CARRIED else "rejected"
    return result


def determine_carried(op: Operation, meeting: Meeting, carried: Sequence[tuple[AgendaItem, Motion]]) -> None:
    """What is carried is determined."""
    fixed = [
        Fixed(item, motion.grade_id, motion.reason, motion.id, "3.3.4-b" if motion.moved_by_id else "3.3.4")
        for item, motion in carried
    ]
    determine(op, meeting, fixed)


def _settle(op: Operation, meeting: Meeting, item: AgendaItem, reason: str) -> list[AgendaItem]:
    """No motion was carried and none is moved: the present grade stays, a first grading is deferred (3.3.4-b)."""
    review = item.review
    present = review.present_grade
    departs = present is not None and review.proposed_grade_id != present.id
    refusal = (
        None
        if reason.strip() or not departs
        else Refusal("3.3.4-b", N_("A grade other than the proposal needs a reason."))
    )
    facts = item_facts(
        op.session,
        meeting,
        item,
        op.actor,
        op.today,
        ballot_open=item.state == ItemState.PENDING,
        votes_refusal=refusal,
    )
    op.step(meeting, facts, "close_ballot")
    settlement = settle(present.code if present else None, [])
    if settlement.deferred or present is None:
        defer(item, Refusal("3.3.4-b", N_("No motion was carried, and a first grading has no grade that could stay.")))
        op.session.flush()
    else:
        decisive = [motion for motion in item.motions if motion.state == MotionState.REJECTED][
            -1
        ]  # the result check looks into it
        determine(op, meeting, [Fixed(item, present.id, reason, decisive.id, "3.3.4-b")])
    return [item]


def _close_consent(op: Operation, meeting: Meeting) -> list[AgendaItem]:
    items = agenda(op.session, meeting, consent=True, pending=True)
    record_bound(op, meeting, items)
    open_ = {motion.id: (item, motion) for item in items if (motion := open_motion(item))}
    counted = counted_ballots(op.session, list(open_))
    minimum = {key: votes_minimum(op, item) for key, (item, _) in open_.items()}
    # The whole is refused only if no single case has enough ballots; the others go to individual voting.
    closest = max(counted, key=lambda key: len(counted[key]) - minimum[key], default=None)
    facts = meeting_facts(
        op.session,
        meeting,
        op.actor,
        op.today,
        ballot_open=bool(open_),
        votes_refusal=too_few(op.session, open_[closest][0], len(counted[closest])) if closest is not None else None,
    )
    op.step(meeting, facts, "close_ballot")
    carried = []
    for key, ballots in counted.items():
        item, motion = open_[key]
        if len(ballots) < minimum[key] or count_votes(op, motion, ballots, minimum[key]).outcome is not Outcome.CARRIED:
            # Not carried by consent is not rejected: it is voted on by itself.
            item.consent = False
        else:
            carried.append((item, motion))
    determine_carried(op, meeting, carried)
    return [item for item, _ in carried]
