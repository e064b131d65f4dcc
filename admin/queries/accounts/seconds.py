"""Who may be the second person of a proposal, and what waits for somebody as such (6.1-a)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import ConfirmationKind, ConfirmationStage
from admin.domain.power import SECOND
from admin.models import Confirmation, Employee
from admin.models.base import holds_number
from admin.queries.accounts.actors import actors_in


def is_second(session: Session, row: Confirmation, actor: Actor, today: date) -> bool:
    """Whether somebody may confirm or reject: neither the proposer nor concerned, by the account and by the person.

    About accounts anybody of HR or management; of what results rest on another of HR, and management only where HR has
    nobody else who could.
    """
    found = select(Confirmation.id).where(Confirmation.id == row.id, seconded_by(session, actor, today))
    return session.scalar(found.execution_options(unscoped=True)) is not None


def seconded_by(session: Session, actor: Actor, today: date) -> ColumnElement[bool]:
    """The proposals that somebody may confirm or reject, as a condition: whoever has thousands of them reads none to count them."""
    if not actor.has(*SECOND):
        return false()
    if actor.has("hr"):
        return _apart(actor)
    nobody_of_hr = not_(or_(false(), *map(_apart, actors_in(session, "hr", today))))
    return _apart(actor) & or_(Confirmation.kind != ConfirmationKind.BASIS, nobody_of_hr)


def _apart(actor: Actor) -> ColumnElement[bool]:
    me = actor.employee_id
    if me is None:
        return false()
    accounts = func.coalesce(Confirmation.user_id, 0), Confirmation.recorded_by_id
    mine = select(Employee.user_id).where(Employee.id == me, Employee.user_id.is_not(None))
    return and_(
        func.coalesce(Confirmation.employee_id, 0) != me,
        not_(holds_number(Confirmation.concerned, me)),
        *(account != (actor.user_id or 0) for account in accounts),
        # By the person too: an account is one person's, whoever acts with it.
        *(account.not_in(mine) for account in accounts),
    )


def seconds_of(session: Session, row: Confirmation, today: date) -> set[int]:
    """The accounts of those who may confirm a proposal about a result's basis."""
    asked = [*actors_in(session, "hr", today), *actors_in(session, "management", today)]
    return {each.user_id for each in asked if each.user_id is not None and is_second(session, row, each, today)}


@dataclass(frozen=True)
class WaitingSeconds:
    """What waits for somebody as its second person: how many, how many change what results rest on, and the oldest."""

    count: int
    basis: int
    oldest: int


def waiting_for(session: Session, actor: Actor, today: date) -> WaitingSeconds | None:
    """What waits for somebody as its second person; None where nothing does."""
    if not actor.has(*SECOND):
        return None
    basis = func.count(Confirmation.id).filter(Confirmation.kind == ConfirmationKind.BASIS)
    query = select(func.count(Confirmation.id), basis, func.min(Confirmation.id)).where(
        Confirmation.stage == ConfirmationStage.PROPOSED, seconded_by(session, actor, today)
    )
    count, of_basis, oldest = session.execute(query.execution_options(unscoped=True)).one()
    return WaitingSeconds(count, of_basis, oldest) if count else None


def waiting_about(session: Session, process: str, record_id: int) -> Confirmation | None:
    """What is proposed about a record and not decided yet, the oldest; None where nothing is."""
    about = (Confirmation.process == process, Confirmation.record_id == record_id)
    query = select(Confirmation).where(*about, Confirmation.stage == ConfirmationStage.PROPOSED)
    return session.scalars(query.order_by(Confirmation.id).limit(1)).first()


def proposed_role(session: Session, user_id: int, role: str) -> int | None:
    """The proposal that waits to give an account a role; None where there is none."""
    asked = (
        Confirmation.user_id == user_id,
        Confirmation.role == role,
        Confirmation.kind == ConfirmationKind.GIVE_ROLE,
    )
    query = select(Confirmation.id).where(*asked, Confirmation.stage == ConfirmationStage.PROPOSED)
    return session.scalar(query.execution_options(unscoped=True))
