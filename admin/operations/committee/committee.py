"""Who is out of which case of the committee or the panel, and what the bodies' operations share (3.3-e)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import FIXED_GROUNDS, JudgingAct
from admin.domain.refusals import NotFound, Refused
from admin.domain.separation import conflicts
from admin.models import CommitteeMember, Recusal, Review
from admin.operations.transaction import Operation
from admin.queries.committee.barred import Bars, bars_on
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
) -> list[Recusal]:
    """Write down every recusal that the data propose and that is not on record yet; returns those (3.3-e)."""
    bars = bars_on(op.session, reviews, kind, [member.employee_id for member in members])
    found = [
        row
        for review in reviews
        for member in members
        # Whom nothing binds is not weighed: of thousands of cases few have a bound member.
        if member.employee_id in bars.ties[review.id].bound and (row := _proposed(op, bars, review, member)) is not None
    ]
    op.session.add_all(found)
    op.session.flush()
    return found


def _proposed(op: Operation, bars: Bars, review: Review, member: CommitteeMember) -> Recusal | None:
    """The recusal that the data propose for one member on one case; None where nothing is to be written down."""
    ties, row = bars.ties[review.id], bars.recusals[review.id].get(member.employee_id)
    ground = next(iter(conflicts(member.employee_id, ties, bars.kind)), None)
    if ground is None:
        return None
    if row is None:
        own = {"member_id": member.id, "employee_id": member.employee_id, "recorded_at": op.now}
        return Recusal(review_id=review.id, ground=ground.value, **own)
    # What is on record stays: an override must not be undone by looking again, unless on a ground that nobody overrides.
    fixed = bars.of(review.id, member.employee_id)["separation"] is not None
    if row.overridden_at is None or not fixed:
        return None
    return renewed(row, next(each for each in conflicts(member.employee_id, ties, bars.kind) if each in FIXED_GROUNDS))


def renewed(row: Recusal, ground: str) -> Recusal:
    """A recusal that had been lifted and holds anew, on this ground."""
    row.ground, row.overridden_at = ground, None
    row.override_proposed_by_id = row.override_confirmed_by_id = None
    return row


def declare(op: Operation, review: Review, seat: CommitteeMember, ground: str, reason: str) -> Recusal:
    """Take somebody out of a case by their own word; declaring again what was overridden takes them out anew."""
    person = seat.employee_id
    query = select(Recusal).where(Recusal.review_id == review.id, Recusal.employee_id == person)
    row = op.session.scalars(query).first()
    if row is None:
        row = Recusal(review_id=review.id, member_id=seat.id, employee_id=person, ground=ground, recorded_at=op.now)
    row.declared, row.reason = True, reason
    # One's own word weighs more than what two others have overridden before.
    return op.add(renewed(row, ground))


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
