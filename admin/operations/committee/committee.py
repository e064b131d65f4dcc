"""Who is out of which case of the committee or the panel, and what the bodies' operations share (3.3-e)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import Conflict, JudgingAct
from admin.domain.refusals import NotFound, Refused
from admin.domain.separation import CaseTies, conflicts
from admin.models import CommitteeMember, Recusal, Review
from admin.operations.transaction import Operation
from admin.queries.cases.judging import ties_of_many
from admin.queries.committee.meeting_facts import why_not_overridden


def require(actor: Actor, *roles: str) -> None:
    """Raise `NotFound` unless the actor has one of the roles or is the system: outside one's role is not there."""
    if not (actor.is_system or actor.has(*roles)):
        raise NotFound(f"{actor.name} is none of {', '.join(roles)}")


def record_recusals(
    op: Operation,
    reviews: Sequence[Review],
    members: Sequence[CommitteeMember],
    kind: JudgingAct = JudgingAct.COMMITTEE_BALLOT,
) -> int:
    """Write down every recusal that the data propose and that is not on record yet; returns how many (3.3-e)."""
    known = _on_record(op, [review.id for review in reviews])
    ties = ties_of_many(op.session, reviews)
    found = [
        Recusal(
            review_id=review.id,
            member_id=member.id,
            employee_id=member.employee_id,
            ground=ground.value,
            recorded_at=op.now,
        )
        for review in reviews
        for member in members
        # What is on record stays: an override must not be undone by looking again.
        if (review.id, member.employee_id) not in known and (ground := first_conflict(member, ties[review.id], kind))
    ]
    op.session.add_all(found)
    op.session.flush()
    return len(found)


def first_conflict(member: CommitteeMember, ties: CaseTies, kind: JudgingAct) -> Conflict | None:
    """The first ground on which a seat's holder is conflicted, from data."""
    return next(iter(conflicts(member.employee_id, ties, kind)), None)


def _on_record(op: Operation, review_ids: Collection[int]) -> set[tuple[int, int]]:
    query = select(Recusal.review_id, Recusal.employee_id).where(Recusal.review_id.in_(review_ids))
    return {(review_id, person) for review_id, person in op.session.execute(query)}


def declare(op: Operation, review: Review, seat: CommitteeMember, ground: str, reason: str) -> Recusal:
    """Take somebody out of a case by their own word; declaring again what was overridden takes them out anew."""
    person = seat.employee_id
    query = select(Recusal).where(Recusal.review_id == review.id, Recusal.employee_id == person)
    row = op.session.scalars(query).first()
    if row is None:
        row = Recusal(review_id=review.id, member_id=seat.id, employee_id=person, ground=ground, recorded_at=op.now)
    row.ground, row.declared, row.reason, row.overridden_at = ground, True, reason, None
    # One's own word weighs more than what two others have overridden before.
    row.override_proposed_by_id = row.override_confirmed_by_id = None
    return op.add(row)


def override(op: Operation, row: Recusal, reason: str, by: int) -> bool:
    """Propose to override a recusal, or confirm what another person proposed; returns whether it is overridden now.

    Raises `Refused`: 3.3-d for one's own case or an earlier act, 3.3-e without a reason or a second person.
    """
    if refusal := why_not_overridden(row, by, row.override_reason or reason):
        raise Refused(refusal)
    # Two people, so two visits: the first proposes, another one confirms.
    if row.override_proposed_by_id is None:
        row.override_proposed_by_id, row.override_reason = by, reason
        return False
    row.override_confirmed_by_id, row.overridden_at = by, op.now
    return True
