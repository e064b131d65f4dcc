"""Who an account is: its roles, and those that follow from facts today (whose superior, which body)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from admin.access.actor import ACCOUNT_ROLES, ROLES, Actor
from admin.domain.codes import VOTERS, EmployeeStatus, PartyRole
from admin.domain.power import OFFICES, idle
from admin.domain.refusals import NotFound
from admin.domain.sign_in_names import canonical
from admin.domain.workflow.transitions import FINAL_STAGES
from admin.models import (
    AccountState,
    CommitteeMember,
    ComplaintParty,
    Department,
    Employee,
    Review,
    SecondFactor,
    SignIn,
)
from admin.models.accounts import Role, User, assoc_user_role
from admin.models.base import again, real_time
from admin.queries.system.kept import STATE, note_state


@dataclass(frozen=True)
class SignedOn:
    """The account that asks, with its actor: what every request needs of it, and no row that could be written."""

    id: int
    username: str
    first_name: str
    last_name: str
    made_roles: tuple[int, ...]  # those that an administrator made
    set_up: bool  # whether it has a second factor
    actor: Actor


def signed_on(session: Session, user_id: int, sign_in: int, *, today: date, via: str) -> SignedOn | None:
    """The active account that a sign-in is of, unless the sign-in has ended, with the actor that it is on a day; one statement."""
    found = session.execute(SIGNED_ON, {"key": user_id, "sign_in": sign_in, "via": via, "today": today}).all()
    if not found or (found[0].epoch or 1) != found[0].begun_at_epoch or found[0].ends_at <= real_time():
        return None
    note_state(session, found[0])
    made = {row.role_id for row in found if row.role is not None and row.role not in ROLES}
    first = found[0]
    return SignedOn(
        user_id, first.username, first.first_name, first.last_name, tuple(sorted(made)), first.confirmed_at is not None,
        replace(actor_of(found, via), sign_in=sign_in),
    )  # fmt: skip


def actor_for(session: Session, user: User, *, today: date, via: str) -> Actor:
    """The actor that an account is on a day: account roles plus facts about its employee."""
    return actor_of(session.execute(ACCOUNT_BY_ID, {"key": user.id, "today": today}).all(), via)


def actor_named(session: Session, username: str, *, today: date, via: str) -> Actor:
    """The actor that the active account with this sign-in name is; raises `NotFound`."""
    found = session.execute(ACCOUNT_BY_NAME, {"name": canonical(username), "today": today}).all()
    if not found:
        raise NotFound(f"account {username}")
    return actor_of(found, via)


def owner_of(session: Session, user_id: int, via: str = "web") -> Actor:
    """Whose account it is, by name and without any office: who proves to be it, and is not signed in yet."""
    row = session.execute(OWNER, {"key": user_id}).one()
    return Actor(_name_of(row), user_id, via=via)


def acting_in(session: Session, role: str, today: date) -> set[int]:
    """The accounts in use that act in an office of accounts on a day: what holds it and does nothing with it is none (6.1-a)."""
    return {actor.user_id for actor in actors_in(session, role, today) if actor.user_id is not None}


def actors_in(session: Session, role: str, today: date) -> list[Actor]:
    """The same as actors, in the order of their accounts."""
    rows = session.execute(HOLDERS, {"role": role, "today": today}).all()
    found = (actor_of(list(each), "web") for _key, each in groupby(rows, key=attrgetter("user_id")))
    return [actor for actor in found if actor.has(role)]


def actor_of(found: Sequence[Any], via: str) -> Actor:
    """From one row for each role of the account and each seat of its person."""
    account, named = found[0], frozenset(row.role for row in found) & frozenset(ACCOUNT_ROLES)
    if account.employee_id is None or account.status == EmployeeStatus.LEFT:
        # An office is a person's in service: without one an account does nothing in the workflow (6.1-a).
        return Actor(_name_of(account), account.user_id, account.employee_id, named - frozenset(OFFICES), via)
    seats = {row.seat_id: seat_role(row) for row in found if row.seat_id is not None}
    lines = frozenset(name for name in LINES if getattr(account, name))
    # What may not meet in one person does nothing, however it came to meet.
    out = idle(
        named
        | set(seats.values())
        | ({"head"} if account.heads else set())
        | ({"superior"} if account.leads else set())
    )
    return Actor(
        name=account.name,
        user_id=account.user_id,
        employee_id=account.employee_id,
        roles=(named | lines | set(seats.values())) - out,
        via=via,
        member_ids=frozenset(key for key, role in seats.items() if role not in out),
    )


def _name_of(account: Any) -> str:
    return str(account.name or account.first_name or account.username)


def seat_role(seat: Any) -> str:
    """The role that a seat of the committee or the panel gives."""
    if seat.on_panel:
        return "panel_chair" if seat.panel_chair else "panel_member"
    return {"chair": "chair", "secretary": "secretary"}.get(seat.office, "committee_member")


def _headed() -> ColumnElement[bool]:
    return exists().where(Department.__table__.c.head_id == Employee.__table__.c.id)


def heads_now() -> ColumnElement[bool]:
    """The employee of the row is head of a department, or reviews in a head's place a case that runs (3.3-f)."""
    reviews = Review.__table__
    running = (reviews.c.head_id == Employee.__table__.c.id, reviews.c.stage.not_in(FINAL_STAGES))
    return or_(_headed(), exists().where(*running))


def _leading() -> ColumnElement[bool]:
    """Whether somebody in service stands under the employee of the row: a case of the past is no office."""
    people = again(Employee, "below", "superior_id", "status")
    return exists().where(people.c.superior_id == Employee.__table__.c.id, people.c.status != EmployeeStatus.LEFT)


def _lines() -> dict[str, ColumnElement[bool]]:
    """The roles that somebody has by their lines and by complaints, as questions about the employee of the row."""
    people, reviews, parties = again(Employee, "led", "superior_id"), Review.__table__, ComplaintParty.__table__
    mine, own = Employee.__table__.c.id, parties.c.employee_id == Employee.__table__.c.id
    led = exists().where(people.c.superior_id == mine)
    headed = _headed()
    return {
        "superior": or_(led, exists().where(reviews.c.superior_id == mine)),
        "head": or_(headed, exists().where(reviews.c.head_id == mine)),
        "officer": exists().where(own, parties.c.role == PartyRole.OFFICER),
        "finding_voter": exists().where(own, parties.c.role.in_(VOTERS)),
    }


def _account(*which: ColumnElement[bool]) -> Select[Any]:
    """The account with its roles, its employee and the seats in term, a row for each pair; made once, as every request asks."""
    seat, today = CommitteeMember, bindparam("today", type_=Date)
    in_term = (seat.term_from <= today, or_(seat.term_to.is_(None), seat.term_to >= today))
    return (
        select(
            User.id.label("user_id"),
            User.username,
            User.first_name,
            User.last_name,
            Role.id.label("role_id"),
            Role.name.label("role"),
            Employee.id.label("employee_id"),
            Employee.name,
            Employee.status,
            heads_now().label("heads"),
            _leading().label("leads"),
            seat.id.label("seat_id"),
            seat.office,
            seat.on_panel,
            seat.panel_chair,
            *(question.label(name) for name, question in LINES.items()),
        )
        .outerjoin(assoc_user_role, assoc_user_role.c.user_id == User.id)
        .outerjoin(Role, Role.id == assoc_user_role.c.role_id)
        .outerjoin(Employee, Employee.user_id == User.id)
        .outerjoin(seat, and_(seat.employee_id == Employee.id, *in_term))
        .where(*which)
        .execution_options(unscoped=True)
    )


def _holds() -> ColumnElement[bool]:
    """The account was given the role that is asked for."""
    roles, given = Role.__table__.alias(), assoc_user_role.alias()
    joined = given.join(roles, roles.c.id == given.c.role_id)
    asked = select(given.c.user_id).select_from(joined).where(roles.c.name == bindparam("role"))
    return User.id.in_(asked)


LINES = _lines()
ACCOUNT_BY_ID = _account(User.id == bindparam("key"))
ACTIVE_ACCOUNTS = _account(User.active.is_(True)).order_by(User.id)
HOLDERS = _account(User.active.is_(True), _holds()).order_by(User.id)
ACCOUNT_BY_NAME = _account(User.sign_in_name == bindparam("name"), User.active.is_(True))
SIGNED_ON = (
    _account(User.id == bindparam("key"), User.active.is_(True))
    .add_columns(
        AccountState.epoch, SignIn.epoch.label("begun_at_epoch"), SignIn.ends_at, SecondFactor.confirmed_at, *STATE
    )
    .join(SignIn, and_(SignIn.user_id == User.id, SignIn.id == bindparam("sign_in"), SignIn.via == bindparam("via")))
    .outerjoin(AccountState, AccountState.user_id == User.id)
    .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
)  # fmt: skip
OWNER = (
    select(User.username, User.first_name, Employee.name)
    .outerjoin(Employee, Employee.user_id == User.id)
    .where(User.id == bindparam("key"))
    .execution_options(unscoped=True)
)
