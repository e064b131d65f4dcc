"""Whose codes are asked for and printed together: of those who hold an office and have never signed in (6.1-a)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import ConfirmationKind, ConfirmationStage, EmployeeStatus
from admin.models import ActivationCode, Confirmation, Employee
from admin.models.accounts import User
from admin.queries.accounts.offices import with_office
from admin.queries.accounts.seconds import seconded_by
from admin.queries.system.calendar import company_day

MOST = 200  # that are printed on one page
_NEW_CODE = Confirmation.kind == ConfirmationKind.NEW_CODE


def to_ask_for(now: datetime, printed_since: datetime) -> Select[Any]:
    """The accounts with an office, of people in service, without a password or a code in hand, for which none is asked yet.

    What was confirmed after `printed_since` may still be printed.
    """
    coded = select(ActivationCode.user_id).where(ActivationCode.expires_at > now)
    waiting = (Confirmation.stage == ConfirmationStage.PROPOSED) | (
        (Confirmation.stage == ConfirmationStage.CONFIRMED)
        & Confirmation.printed_at.is_(None)
        & (Confirmation.decided_at > printed_since)
    )
    asked = select(Confirmation.user_id).where(_NEW_CODE, Confirmation.user_id.is_not(None), waiting)
    return (
        select(User.id, User.username, Employee.number, Employee.name)
        .join(Employee, Employee.user_id == User.id)
        .where(
            User.active.is_(True),
            User.password.is_(None),
            User.id.in_(with_office()),
            User.id.not_in(coded),
            User.id.not_in(asked),
            Employee.status != EmployeeStatus.LEFT,
        )
        .order_by(Employee.number)
        .execution_options(unscoped=True)
    )


def to_print(session: Session, actor: Actor, now: datetime, printed_since: datetime) -> Sequence[Confirmation]:
    """The codes that the actor prints: asked for and waiting for a second person as whom they count, or confirmed by them."""
    if not actor.has("hr", "management"):
        return []
    mine = (
        (Confirmation.decided_by_id == actor.user_id)
        & (Confirmation.stage == ConfirmationStage.CONFIRMED)
        & Confirmation.printed_at.is_(None)
        & (Confirmation.decided_at > printed_since)
    )
    waits = (Confirmation.stage == ConfirmationStage.PROPOSED) & seconded_by(session, actor, company_day(now))
    query = select(Confirmation).where(_NEW_CODE, mine | waits).order_by(Confirmation.id).limit(MOST)
    query = query.options(
        joinedload(Confirmation.user), joinedload(Confirmation.employee).joinedload(Employee.department)
    )
    # Past the scope: whose second person somebody is rests on rows that they do not see.
    return session.scalars(query.execution_options(unscoped=True)).all()
