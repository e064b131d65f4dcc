"""What somebody holds, and what an account may do with it: the facts that 6.1-a asks about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, CompoundSelect, or_, select
from sqlalchemy.orm import Session

from admin.access.actor import ACCOUNT_ROLES
from admin.domain.codes import EmployeeStatus
from admin.domain.power import GRANTED, SECOND, meeting
from admin.models import CommitteeMember, Employee
from admin.models.accounts import Role, User, assoc_user_role
from admin.queries.accounts.actors import acting_in, actor_for, heads_now, seat_role

UNSCOPED = {"unscoped": True}


def person_of(session: Session, user_id: int | None) -> Employee | None:
    """The person behind an account, in service or not; None for an account of nobody."""
    query = select(Employee).where(Employee.user_id == user_id, Employee.user_id.is_not(None))
    return session.scalars(query.execution_options(**UNSCOPED)).first()


def in_service(person: Employee | None) -> bool:
    """Whether there is a person, and one who has not left."""
    return person is not None and person.status != EmployeeStatus.LEFT


def account_roles(session: Session, user_id: int | None) -> frozenset[str]:
    """The names of the shipped roles that an account was given."""
    query = select(Role.name).join(assoc_user_role, assoc_user_role.c.role_id == Role.id)
    return frozenset(session.scalars(query.where(assoc_user_role.c.user_id == user_id))) & frozenset(ACCOUNT_ROLES)


def held_by(session: Session, person: Employee, today: date) -> frozenset[str]:
    """Every office of a person: account roles, seats whose term is not over, heading a department or a case, leading people."""
    seats = select(CommitteeMember).where(CommitteeMember.employee_id == person.id, _not_over(today))
    held = {seat_role(seat) for seat in session.scalars(seats.execution_options(**UNSCOPED))}
    heads = select(Employee.id).where(Employee.id == person.id, heads_now())
    if session.scalar(heads.execution_options(**UNSCOPED)) is not None:
        held.add("head")
    leads = select(Employee.id).where(Employee.superior_id == person.id, Employee.status != EmployeeStatus.LEFT)
    if session.scalar(leads.limit(1).execution_options(**UNSCOPED)) is not None:
        held.add("superior")
    return account_roles(session, person.user_id) | held


def _not_over(today: date) -> ColumnElement[bool]:
    return or_(CommitteeMember.term_to.is_(None), CommitteeMember.term_to >= today)


def has_rights(session: Session, user: User, today: date) -> bool:
    """Whether an account may do more than an employee may for themselves: then its code is nobody's but its owner's."""
    person = person_of(session, user.id)
    held = held_by(session, person, today) if person else account_roles(session, user.id)
    return bool((held | actor_for(session, user, today=today, via="web").roles) - {"employee"})


def is_somebodys(session: Session, user: User, today: date) -> bool:
    """Whether an account is a person's, or has rights: then its code is shown to no administrator, who could sign in with it."""
    return person_of(session, user.id) is not None or has_rights(session, user, today)


def somebody_confirms(session: Session, today: date) -> bool:
    """Whether anybody of HR or management could be the second person."""
    return any(acting_in(session, role, today) for role in SECOND)


def with_office() -> CompoundSelect[tuple[int]]:
    """The accounts of which nobody but the owner sees a code: with a granted role, an administrator's, of a seat (6.1-a)."""
    roles, people, seats = Role.__table__, Employee.__table__, CommitteeMember.__table__
    given = select(assoc_user_role.c.user_id).join(roles, roles.c.id == assoc_user_role.c.role_id)
    seated = (
        select(people.c.user_id).join(seats, seats.c.employee_id == people.c.id).where(people.c.user_id.is_not(None))
    )
    return given.where(roles.c.name.in_(("admin", *GRANTED))).union(seated)


@dataclass(frozen=True)
class Broken:
    """An account that 6.1-a does not let act: its name, and what it holds that does nothing."""

    username: str
    held: tuple[str, ...]
    nobody: bool  # no person in service stands behind it


def broken_accounts(session: Session, today: date) -> Iterator[Broken]:
    """Active accounts whose offices do nothing: nobody in service behind them, or offices that may not meet."""
    given = select(User).where(User.active.is_(True), User.roles.any(Role.name.in_((*GRANTED, "admin"))))
    for user in session.scalars(given.order_by(User.username)):
        person, roles = person_of(session, user.id), account_roles(session, user.id)
        granted = tuple(name for name in GRANTED if name in roles)
        if granted and not in_service(person):
            yield Broken(user.username, granted, True)
        elif person is not None and (pairs := meeting(held_by(session, person, today))):
            yield Broken(user.username, tuple(dict.fromkeys(name for pair in pairs for name in pair)), False)
