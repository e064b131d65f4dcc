"""The seats: who sits in the first instance, who on the panel, who is out of which case (3.3.4-a, 3.3.5-a)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import Constituency, Office
from admin.domain.voting import Member
from admin.models import CommitteeMember, Employee, Recusal

PEOPLE = Employee.__table__  # all of them, whoever asks


def seats(session: Session, today: date, *, panel: bool = False) -> list[CommitteeMember]:
    """The seats with a vote in their term on a day, regular ones first: of the first instance, or of the panel."""
    return in_term(session, today, CommitteeMember.on_panel.is_(panel), CommitteeMember.office != Office.SECRETARY)


def secretaries(session: Session, today: date) -> list[CommitteeMember]:
    """Who is secretary on a day: without a vote, and so never counted with the members."""
    return in_term(session, today, CommitteeMember.office == Office.SECRETARY)


def in_term(session: Session, today: date, *which: ColumnElement[bool]) -> list[CommitteeMember]:
    """The seats in their term on a day, alternates last.

    Whoever has left by that day holds no office any more, whether or not HR has ended the seat (1.2-g).
    """
    seat = CommitteeMember
    query = (
        select(seat)
        .options(joinedload(seat.employee))
        # The leaving date is the first day without them, as everywhere.
        .where(seat.employee_id.not_in(select(PEOPLE.c.id).where(PEOPLE.c.left_on <= today)))
        .where(seat.term_from <= today, or_(seat.term_to.is_(None), seat.term_to >= today), *which)
        .order_by(seat.office == Office.ALTERNATE, seat.id)
    )
    # Who sits is no secret and decides who may vote: a member who may not read the others' files still counts them.
    return list(session.scalars(query.execution_options(unscoped=True)))


def own_seat(session: Session, actor: Actor, *, panel: bool = False) -> CommitteeMember | None:
    """The actor's own seat with a vote, in the first instance or on the panel; None without one."""
    if not actor.member_ids:
        return None
    seat = CommitteeMember
    query = select(seat).where(seat.id.in_(actor.member_ids), seat.on_panel.is_(panel), seat.office != Office.SECRETARY)
    return session.scalars(query.order_by(seat.office == Office.ALTERNATE, seat.id)).first()


def as_members(rows: Iterable[CommitteeMember]) -> list[Member]:
    """Seats as the rules of voting see them."""
    return [Member(row.id, Constituency(row.constituency), row.office == Office.ALTERNATE) for row in rows]


def chair_of(rows: Iterable[CommitteeMember]) -> int:
    """The chair's seat; 0 while there is none."""
    return next((row.id for row in rows if row.office == Office.CHAIR), 0)


def panel_chair_of(rows: Iterable[CommitteeMember]) -> int:
    """The seat of the panel's chair; 0 while there is none."""
    return next((row.id for row in rows if row.panel_chair), 0)


def recused(session: Session, review_ids: Collection[int]) -> dict[int, set[int]]:
    """The seats that are out of each case: all those of the people whose recusal nobody has overridden (6.1-b)."""
    query = (
        select(Recusal.review_id, CommitteeMember.id)
        .join(CommitteeMember, CommitteeMember.employee_id == Recusal.employee_id)
        .where(Recusal.review_id.in_(review_ids), Recusal.overridden_at.is_(None))
    )
    found: dict[int, set[int]] = defaultdict(set)
    for review_id, member_id in session.execute(query.execution_options(unscoped=True)):
        found[review_id].add(member_id)
    return found
