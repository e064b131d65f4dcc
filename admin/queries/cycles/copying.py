"""A cycle planned as the last one was: its dates by working days, its reviewers, and who of them has left (3.1, 3.3-f)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from admin.domain.calendar import WorkingCalendar, last_day, shifted
from admin.domain.codes import CycleKind, CycleStage
from admin.domain.refusals import Refused
from admin.models import CommitteeMember, Cycle, Employee, ReviewerAppointment
from admin.queries.system.calendar import company_day, working_calendar
from config import current

DUE = ("self_assessment_due", "rating_due", "department_due")
NAMED = 30  # of longer lists the rest is not named


@dataclass(frozen=True)
class CopyOfCycle:
    """What a new cycle takes over from the last one, and what it cannot."""

    source: Cycle
    days: Mapping[str, date]  # the last day of each stage; empty where a year is not confirmed
    left: Sequence[Employee]  # who was reviewed by another reviewer, or was one, and has left since
    ending: Sequence[CommitteeMember]  # seats whose term ends before the department review does


def last_regular(session: Session) -> Cycle | None:
    """The latest regular cycle that was opened; what a new one is copied from."""
    query = select(Cycle).where(Cycle.kind == CycleKind.REGULAR, Cycle.opened_at.is_not(None))
    query = query.where(Cycle.stage != CycleStage.CANCELLED).order_by(Cycle.year.desc(), Cycle.id.desc())
    return session.scalars(query.limit(1)).first()


def copy_of_last(session: Session, now: datetime) -> CopyOfCycle | None:
    """What a cycle that is planned today would take over from the last one; None where there was none."""
    source, today = last_regular(session), company_day(now)
    if source is None:
        return None
    days = _days(source, today, working_calendar(session))
    begun = company_day(source.opened_at or now)
    ends = CommitteeMember.term_to.between(begun, max(days.values(), default=today))
    seats = select(CommitteeMember).where(ends).options(joinedload(CommitteeMember.employee))
    # Whose seat was followed by another of theirs goes on sitting.
    later = select(CommitteeMember.employee_id).where(
        or_(CommitteeMember.term_to.is_(None), CommitteeMember.term_to > max(days.values(), default=today))
    )
    ending = session.scalars(seats.where(CommitteeMember.employee_id.not_in(later)).limit(NAMED)).all()
    return CopyOfCycle(source, days, _left(session, source, today), ending)


def reviewers_last_time(session: Session, people: Sequence[int]) -> dict[int, int]:
    """Who was appointed for each of these in the last cycle."""
    source = last_regular(session)
    if source is None or not people:
        return {}
    appointed = ReviewerAppointment
    query = select(appointed.employee_id, appointed.reviewer_id).where(appointed.cycle_id == source.id)
    return dict(session.execute(query.where(appointed.employee_id.in_(people))).all())


def _days(source: Cycle, today: date, calendar: WorkingCalendar) -> dict[str, date]:
    zone = current().portal_tz
    assert source.opened_at is not None
    opened = company_day(source.opened_at)
    try:
        return {name: shifted(opened, last_day(getattr(source, name), zone), today, calendar) for name in DUE}
    except Refused:
        # A year of either cycle that is not confirmed: nothing is guessed, and the plan counts from the opening.
        return {}


def _left(session: Session, source: Cycle, today: date) -> Sequence[Employee]:
    subject, reviewer = aliased(ReviewerAppointment), aliased(ReviewerAppointment)
    named = or_(
        Employee.id.in_(select(subject.employee_id).where(subject.cycle_id == source.id)),
        Employee.id.in_(select(reviewer.reviewer_id).where(reviewer.cycle_id == source.id)),
    )
    query = select(Employee).where(named, Employee.left_on.is_not(None), Employee.left_on <= today)
    return session.scalars(query.order_by(Employee.number).limit(NAMED)).all()
