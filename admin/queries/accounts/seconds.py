"""Who may be the second person of a proposal, and what waits for somebody as such (6.1-a)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import ConfirmationKind, ConfirmationStage
from admin.domain.power import SECOND
from admin.models import Confirmation
from admin.queries.accounts.actors import actors_in
from admin.queries.accounts.offices import person_of


def is_second(session: Session, row: Confirmation, actor: Actor, today: date) -> bool:
    """Whether somebody may confirm or reject: neither the proposer nor concerned, by the account and by the person.

    About accounts anybody of HR or management; of what results rest on another of HR, and management only where HR has
    nobody else who could.
    """
    if not actor.has(*SECOND) or not _apart(session, row, actor):
        return False
    if row.kind != ConfirmationKind.BASIS or actor.has("hr"):
        return True
    return not any(_apart(session, row, each) for each in actors_in(session, "hr", today))


def _apart(session: Session, row: Confirmation, actor: Actor) -> bool:
    accounts = {row.user_id, row.recorded_by_id} - {None}
    persons = {row.employee_id, *row.concerned} | {
        each.id for each in (person_of(session, key) for key in accounts) if each
    }
    return actor.user_id not in accounts and actor.employee_id not in persons | {None}


def seconds_of(session: Session, row: Confirmation, today: date) -> set[int]:
    """The accounts of those who may confirm a proposal about a result's basis."""
    asked = [*actors_in(session, "hr", today), *actors_in(session, "management", today)]
    return {each.user_id for each in asked if each.user_id is not None and is_second(session, row, each, today)}


def waiting_for(session: Session, actor: Actor, today: date) -> Sequence[Confirmation]:
    """What waits for somebody as its second person, the oldest first."""
    if not actor.has(*SECOND):
        return ()
    query = select(Confirmation).where(Confirmation.stage == ConfirmationStage.PROPOSED).order_by(Confirmation.id)
    rows = session.scalars(query.execution_options(unscoped=True))
    return [row for row in rows if is_second(session, row, actor, today)]


def proposed_role(session: Session, user_id: int, role: str) -> int | None:
    """The proposal that waits to give an account a role; None where there is none."""
    asked = (
        Confirmation.user_id == user_id,
        Confirmation.role == role,
        Confirmation.kind == ConfirmationKind.GIVE_ROLE,
    )
    query = select(Confirmation.id).where(*asked, Confirmation.stage == ConfirmationStage.PROPOSED)
    return session.scalar(query.execution_options(unscoped=True))
