"""Whom the portal can reach: people in service with an account that has a password, or a code to set one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from admin.domain.codes import CycleKind, CycleStage, EmployeeStatus
from admin.models import ActivationCode, Cycle, Employee
from admin.models.accounts import User
from admin.queries.accounts.offices import with_office
from admin.queries.committee.forming import proposed_for_seats
from config import current


def unreached(today: date) -> ColumnElement[bool]:
    """Whether somebody in service can neither sign in nor has a code in hand with which they could on this day."""
    begins = datetime.combine(today, time.min, current().portal_tz)
    coded = select(ActivationCode.user_id).where(ActivationCode.expires_at > begins)
    able = select(User.id).where(User.active.is_(True), or_(User.password.is_not(None), User.id.in_(coded)))
    nobody = or_(Employee.user_id.is_(None), Employee.user_id.not_in(able))
    return and_(Employee.status != EmployeeStatus.LEFT, nobody)


AFTER_COMMITTEE = timedelta(days=60)  # notice, appeals and their answers, in calendar days
WITHOUT_CYCLE = timedelta(days=180)  # a cycle that is not planned yet, with what comes before it


def codes_until(session: Session, now: datetime) -> datetime:
    """Until when a code made now holds: until the cycle that is planned or open has ended, else as long as one takes."""
    # A slip is opened when the cycle asks for something, which may be weeks after it was handed out.
    ends = select(func.max(Cycle.committee_on)).where(
        Cycle.kind == CycleKind.REGULAR, Cycle.stage.in_((CycleStage.PLANNED, CycleStage.OPEN))
    )
    meets = session.scalar(ends.execution_options(unscoped=True))
    if meets is None:
        return now + WITHOUT_CYCLE
    return max(datetime.combine(meets, time.min, current().portal_tz), now) + AFTER_COMMITTEE


@dataclass(frozen=True)
class AccountsPage:
    """How many serve, have an account, a password, a code in hand; of those with none of these, how many have an address."""

    people: int
    accounts: int
    signed_in: int
    coded: int
    addressed: int
    waiting: int  # have an account without a password or a code, and hold no office
    sealed: int  # the same of those who hold one: their code is nobody's but theirs (6.1-a)
    mails: bool
    seats_wait: bool  # an account that comes to an office makes the code void that was printed before

    @property
    def without(self) -> int:
        """Those who have no account yet."""
        return self.people - self.accounts


def accounts_page(session: Session, today: date) -> AccountsPage:
    """The counts, in one statement."""
    begins = datetime.combine(today, time.min, current().portal_tz)
    coded = select(ActivationCode.user_id).where(ActivationCode.expires_at > begins)
    able = select(User.id).where(User.active.is_(True), User.password.is_not(None))
    account = Employee.user_id
    # Whose account holds an office gets its code by mail or from a third person (6.1-a).
    bare = and_(account.is_not(None), account.not_in(able), account.not_in(coded))
    waits, sealed = and_(bare, account.not_in(with_office())), and_(bare, account.in_(with_office()))
    parts = (
        func.count(),
        func.count(account),
        func.count().filter(account.in_(able)),
        func.count().filter(account.in_(coded), account.not_in(able)),
        func.count().filter(waits, func.coalesce(Employee.email, "") != ""),
        func.count().filter(waits),
        func.count().filter(sealed),
    )
    query = select(*parts).select_from(Employee).where(Employee.status != EmployeeStatus.LEFT)
    counts = session.execute(query.execution_options(unscoped=True)).one()
    return AccountsPage(*counts, bool(current().smtp_url), bool(proposed_for_seats(session)))
