"""Seats of the committee and the panel, and who is out of which case (rules 3.3.4-a, 3.3.5-a, 3.3-e)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from datetime import date, datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.calendar import local_day
from admin.domain.codes import Conflict, Constituency, JudgingAct, Office
from admin.domain.refusals import N_, Invalid, NotFound, Refused, refuse
from admin.domain.separation import CaseTies, check_override, conflicts
from admin.domain.voting import check_panel
from admin.models import CommitteeMember, Employee, Recusal, Review
from admin.operations.transaction import Operation, operation
from admin.queries.cases.judging import ties_of_many
from admin.queries.committee.committee import parameters_for, seats
from config import current

# no reason overrides these: nobody judges their own case or judges twice in different roles (3.3-d)
FIXED_GROUNDS = (Conflict.SELF.value, Conflict.OTHER_ACT.value)


def require(actor: Actor, *roles: str) -> None:
    """Raise `NotFound` unless the actor has one of the roles or is the system: outside one's role is not there."""
    if not (actor.is_system or actor.has(*roles)):
        raise NotFound(f"{actor.name} is none of {', '.join(roles)}")


def company_day(now: datetime) -> date:
    """The day in company time."""
    return local_day(now, current().portal_tz)


def appoint_member(
    employee_id: int,
    constituency: str,
    office: str = "member",
    *,
    term_from: date,
    term_to: date | None = None,
    on_panel: bool = False,
    panel_chair: bool = False,
    actor: Actor,
    now: datetime,
) -> CommitteeMember:
    """Give somebody a seat on the committee or its panel for a term; management does where the panel is short.

    Raises `Invalid` for an unknown constituency or office, `Refused` (3.3.4-a, 3.3.5-a) where the person sits already.
    """
    require(actor, "hr", "management")
    if constituency not in Constituency.labels() or office not in Office.labels():
        raise Invalid({"constituency": N_("Choose one of the committee's constituencies and offices.")})
    if term_to is not None and term_to < term_from:
        raise Invalid({"term_to": N_("The term ends before it begins.")})
    with operation("appoint_member", actor=actor, now=now, clause="3.3.5-a" if on_panel else "3.3.4-a") as op:
        op.get(Employee, employee_id)
        _check_free(op, employee_id, office, term_from, term_to)
        return op.add(
            CommitteeMember(
                employee_id=employee_id,
                constituency=constituency,
                office=office,
                term_from=term_from,
                term_to=term_to,
                on_panel=on_panel,
                panel_chair=panel_chair,
            )
        )


def _check_free(op: Operation, employee_id: int, office: str, term_from: date, term_to: date | None) -> None:
    """One person holds one seat at a time, and the committee has one chair at a time."""
    rows = op.session.scalars(select(CommitteeMember))
    overlapping = [
        row
        for row in rows
        if (term_to is None or row.term_from <= term_to) and (row.term_to is None or row.term_to >= term_from)
    ]
    if any(row.employee_id == employee_id for row in overlapping):
        refuse("3.3.4-a", N_("This person already has a seat on the committee or its panel in that time."))
    if office == "chair" and any(row.office == "chair" for row in overlapping):
        refuse("3.3.4-a", N_("The committee already has a chair in that time."))


def end_term(member_id: int, last_day: date, *, actor: Actor, now: datetime) -> CommitteeMember:
    """End a seat's term; ballots already cast stand. Raises `Invalid` for a day before the term began."""
    require(actor, "hr", "management")
    with operation("end_term", actor=actor, now=now, clause="3.3.4-a") as op:
        seat = op.find(CommitteeMember, member_id)
        if last_day < seat.term_from:
            raise Invalid({"last_day": N_("The term ends before it begins.")})
        seat.term_to = last_day
        return seat


def form_panel(member_ids: Sequence[int], chair_id: int, *, actor: Actor, now: datetime) -> list[CommitteeMember]:
    """Name the appeal panel out of the committee's seats; its members leave the first instance (3.3.5-a).

    Raises `Refused` for a panel that is too small, too narrow or led from outside.
    """
    require(actor, "hr", "secretary", "chair")
    with operation("form_panel", actor=actor, now=now, clause="3.3.5-a") as op:
        rows = [op.find(CommitteeMember, member_id) for member_id in member_ids]
        if any(row.office == "secretary" for row in rows):
            raise Invalid({"members": N_("The secretary has no vote and does not sit on the panel.")})
        first = {row.employee_id for row in seats(op.session, company_day(now))} - {row.employee_id for row in rows}
        minimum = int(parameters_for(op.session, None, company_day(now))["panel_minimum"])
        named: dict[Hashable, Constituency] = {row.employee_id: Constituency(row.constituency) for row in rows}
        leader = next((row.employee_id for row in rows if row.id == chair_id), 0)
        if refusal := check_panel(named, leader, first, minimum=minimum):
            raise Refused(refusal)
        for row in rows:
            row.on_panel, row.panel_chair, row.office = True, row.id == chair_id, "member"
        return rows


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
        Recusal(review_id=review.id, member_id=member.id, ground=ground.value, recorded_at=op.now)
        for review in reviews
        for member in members
        if (review.id, member.id) not in known and (ground := first_conflict(member, ties[review.id], kind))
    ]
    op.session.add_all(found)
    op.session.flush()
    return len(found)


def first_conflict(member: CommitteeMember, ties: CaseTies, kind: JudgingAct) -> Conflict | None:
    """The first ground on which a seat's holder is conflicted, from data."""
    return next(iter(conflicts(member.employee_id, ties, kind)), None)


def _on_record(op: Operation, review_ids: Collection[int]) -> set[tuple[int, int]]:
    query = select(Recusal.review_id, Recusal.member_id).where(Recusal.review_id.in_(review_ids))
    return {(review_id, member_id) for review_id, member_id in op.session.execute(query)}


def declare(op: Operation, review: Review, seat: CommitteeMember, ground: str, reason: str) -> Recusal:
    """Take a seat out of a case by its holder's own word; declaring again what was overridden takes it out anew."""
    row = op.session.scalars(
        select(Recusal).where(Recusal.review_id == review.id, Recusal.member_id == seat.id)
    ).first()
    if row is None:
        row = Recusal(review_id=review.id, member_id=seat.id, ground=ground, recorded_at=op.now)
    row.ground, row.declared, row.reason, row.overridden_at = ground, True, reason, None
    row.override_proposed_by_id = row.override_confirmed_by_id = None
    return op.add(row)


def override(op: Operation, row: Recusal, reason: str, by: int) -> bool:
    """Propose to override a recusal, or confirm what another person proposed; returns whether it is overridden now.

    Raises `Refused`: 3.3-d for one's own case or an earlier act, 3.3-e without a reason or a second person.
    """
    if row.ground in FIXED_GROUNDS:
        refuse("3.3-d", N_("No override lets anybody judge their own case or judge it twice."))
    if row.override_proposed_by_id is None:
        if by == row.member.employee_id:
            refuse("3.3-e", N_("Nobody overrides their own recusal."))
        row.override_proposed_by_id, row.override_reason = by, reason
        return False
    refusal = check_override(row.member.employee_id, row.override_proposed_by_id, by, row.override_reason)
    if refusal:
        raise Refused(refusal)
    row.override_confirmed_by_id, row.overridden_at = by, op.now
    return True
