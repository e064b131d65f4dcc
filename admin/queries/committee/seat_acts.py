"""Whether a seat has acted, and when last: what it may then no longer change (6.1-b)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.domain.codes import Body, Office
from admin.domain.seats import Seat
from admin.models import CommitteeMember, Employee, HistoryStep
from admin.queries.system.calendar import company_day
from admin.queries.system.references import still_referred_to
from config import current

BODY_RELATIONS = ("committee_member", "chair", "secretary", "panel_member", "panel_chair")


def as_seat(row: CommitteeMember) -> Seat:
    """A seat as the rules of seats see it (6.1-b)."""
    body = Body.PANEL if row.on_panel else Body.COMMITTEE
    return Seat(row.employee_id, body, row.term_from, row.term_to, presides(row))


def presides(seat: CommitteeMember) -> bool:
    """Whether it is the chair's of its body."""
    return bool(seat.panel_chair) or seat.office == Office.CHAIR


def has_acted(session: Session, seat: CommitteeMember) -> bool:
    """Whether anything stands on a seat: a ballot, a mark, a recusal, an attendance, a motion, or a step in the history."""
    referred = still_referred_to(session, CommitteeMember.__table__, seat.id)
    return referred is not None or last_act(session, seat) is not None


def last_act(session: Session, seat: CommitteeMember) -> date | None:
    """The last day, in company time, on which its person took a step as a member of a body in the seat's term."""
    zone = current().portal_tz
    begins = datetime.combine(seat.term_from, time.min, zone).astimezone(UTC)
    query = (
        select(func.max(HistoryStep.happened_at))
        .join(Employee, Employee.user_id == HistoryStep.actor_id)
        .where(Employee.id == seat.employee_id, HistoryStep.relation.in_(BODY_RELATIONS))
        .where(HistoryStep.happened_at >= begins)
    )
    last = session.scalar(query.execution_options(unscoped=True))
    return company_day(last) if last is not None else None
