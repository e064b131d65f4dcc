"""Who an account is: its roles, and those that follow from facts today (whose superior, which body)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from admin.access.actor import ACCOUNT_ROLES, Actor
from admin.domain.codes import VOTERS, PartyRole
from admin.domain.refusals import NotFound
from admin.models import CommitteeMember, ComplaintParty, Department, Employee, Review
from admin.models.accounts import User


def actor_for(session: Session, user: User, *, today: date, via: str) -> Actor:
    """The actor that an account is on a day: account roles plus facts about its employee."""
    found = session.execute(
        select(Employee.id, Employee.name).where(Employee.user_id == user.id).execution_options(unscoped=True)
    ).first()
    named = frozenset(role.name for role in user.roles) & frozenset(ACCOUNT_ROLES)
    if found is None:
        return Actor(name=user.first_name or user.username, user_id=user.id, roles=named, via=via)
    seats = _seats(session, found.id, today)
    return Actor(
        name=found.name,
        user_id=user.id,
        employee_id=found.id,
        roles=named | _line_roles(session, found.id) | _seat_roles(seats),
        via=via,
        member_ids=frozenset(seat.id for seat in seats),
    )


def actor_named(session: Session, username: str, *, today: date, via: str) -> Actor:
    """The actor that the active account with this sign-in name is; raises `NotFound`."""
    user = session.scalars(select(User).where(User.username == username, User.active.is_(True))).first()
    if user is None:
        raise NotFound(f"account {username}")
    return actor_for(session, user, today=today, via=via)


def _seats(session: Session, employee_id: int, today: date) -> list[CommitteeMember]:
    seat = CommitteeMember
    in_term = (seat.term_from <= today, or_(seat.term_to.is_(None), seat.term_to >= today))
    return list(session.scalars(select(seat).where(seat.employee_id == employee_id, *in_term)))


def _seat_roles(seats: list[CommitteeMember]) -> frozenset[str]:
    roles = set()
    for seat in seats:
        if seat.on_panel:
            roles.add("panel_chair" if seat.panel_chair else "panel_member")
        else:
            roles.add({"chair": "chair", "secretary": "secretary"}.get(seat.office, "committee_member"))
    return frozenset(roles)


def _line_roles(session: Session, employee_id: int) -> frozenset[str]:
    people, reviews, parties = Employee.__table__, Review.__table__, ComplaintParty.__table__
    row = session.execute(
        select(
            or_(
                exists().where(people.c.superior_id == employee_id),
                exists().where(reviews.c.superior_id == employee_id),
            ),
            or_(
                exists().where(Department.__table__.c.head_id == employee_id),
                exists().where(reviews.c.head_id == employee_id),
            ),
            exists().where(parties.c.employee_id == employee_id, parties.c.role == PartyRole.OFFICER),
            exists().where(parties.c.employee_id == employee_id, parties.c.role.in_(VOTERS)),
        )
    ).one()
    names = ("superior", "head", "officer", "finding_voter")
    return frozenset(name for name, holds in zip(names, row, strict=True) if holds)
