"""Offices as two persons give them: the machine names the first of HR and management, the others are proposed and confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.models import Employee, db
from admin.operations.accounts.confirmations import confirm, propose_role
from admin.operations.accounts.founding import First, found
from admin.queries.accounts.actors import actor_for
from admin.queries.accounts.confirmation_pages import account_named
from admin.queries.system.calendar import company_day


def found_offices(held: Iterable[tuple[str, str]], at: datetime) -> None:
    """(employee number, role) of each; the first of HR and of management come from the machine."""
    wanted = list(held)
    first = {role: number for number, role in reversed(wanted) if role in ("hr", "management")}
    found([First(role, number) for role, number in first.items()], actor=system_actor("cli"), now=at)
    hr, management = (_actor(first[role], at) for role in ("hr", "management"))
    for number, role in wanted:
        if first.get(role) != number:
            give_office(number, role, hr, management, at)


def give_office(number: str, role: str, one: Actor, second: Actor, at: datetime) -> None:
    """One proposes, the second confirms."""
    with acting_as(system_actor()):
        user_id = db.session.scalars(select(Employee.user_id).where(Employee.number == number)).one()
    row = propose_role(user_id, role, give=True, reason="The centre needs one.", actor=one, now=at)
    confirm(row.id, actor=second, now=at)


def _actor(number: str, at: datetime) -> Actor:
    with acting_as(system_actor()):
        user_id = db.session.scalars(select(Employee.user_id).where(Employee.number == number)).one()
        return actor_for(db.session(), account_named(db.session(), user_id), today=company_day(at), via="cli")
