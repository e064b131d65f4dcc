"""The portal as an employee sees it, for HR to look at: as whom one may look, and who one is then (6.3-b)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.access.second_factor import is_held
from admin.models import Employee
from admin.models.accounts import User
from admin.queries.accounts.actors import actor_for


def viewed_actor(session: Session, employee_id: int, viewer: Actor, today: date) -> Actor | None:
    """The employee as HR may look at them: read-only and without any part in others' cases.

    None where there is no active account, for oneself, and for whoever holds an office: HR, administration, management, audit,
    the bodies, complaints.
    """
    query = select(User).join(Employee, Employee.user_id == User.id)
    query = query.where(Employee.id == employee_id, User.active.is_(True)).execution_options(unscoped=True)
    user = session.scalars(query).first()
    if user is None or user.id == viewer.user_id:
        return None
    found = actor_for(session, user, today=today, via="web")
    if is_held(found):
        return None
    return replace(found, roles=frozenset({"employee"}), member_ids=frozenset(), viewed_by=viewer.user_id)
