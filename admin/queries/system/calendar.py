"""The working calendar as the domain reads it (3.3.5-c)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.calendar import WorkingCalendar, local_day
from admin.models import CalendarDay, CalendarYear
from config import current

FRIDAY = 4
DEADLINES_AHEAD = timedelta(days=60)


def company_day(moment: datetime) -> date:
    """The day of a moment in the company's time zone; inside an operation today is `op.today` (3.3.5-c)."""
    return local_day(moment, current().portal_tz)


def company_time(moment: datetime) -> datetime:
    """A moment as the company's clock shows it, without a zone."""
    return moment.astimezone(current().portal_tz).replace(tzinfo=None)


def morning(moment: datetime) -> datetime:
    """The first moment of a moment's day in the company's time zone."""
    return day_begins(company_day(moment))


def day_begins(day: date) -> datetime:
    """The first moment of a day in the company's time zone."""
    return datetime.combine(day, time.min, current().portal_tz)


def years_needed(today: date) -> list[int]:
    """The years that deadlines of the coming weeks fall into."""
    return sorted({today.year, (today + DEADLINES_AHEAD).year})


def years_unconfirmed(session: Session, today: date) -> list[int]:
    """The years that deadlines of the coming weeks fall into and that HR has not confirmed."""
    confirmed = set(session.scalars(select(CalendarYear.year).where(CalendarYear.confirmed_at.is_not(None))))
    return [year for year in years_needed(today) if year not in confirmed]


def days_version(session: Session, year: int) -> str:
    """What tells the days of a year, as a page showed them, from what has become of them since."""
    query = select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return version_of((row.day, row.working, row.note) for row in session.scalars(query.order_by(CalendarDay.day)))


def version_of(days: Iterable[tuple[date, bool, str]]) -> str:
    """The same of days that stand in no table yet."""
    said = "\n".join(f"{day} {working} {note}" for day, working, note in days)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def working_calendar(session: Session) -> WorkingCalendar:
    """Every day of the years in the table, working or not; unconfirmed years are refused where they are counted in."""
    years = list(session.scalars(select(CalendarYear).order_by(CalendarYear.year)))
    days: dict[date, bool] = {}
    for year in years:
        day = date(year.year, 1, 1)
        while day.year == year.year:
            # Every day of a year in the table is there, so that a missing year is told from a plain weekday.
            days[day] = day.weekday() <= FRIDAY
            day += timedelta(days=1)
    # Last, over the weekdays: holidays and make-up days are exactly what differs.
    days.update({row.day: row.working for row in session.scalars(select(CalendarDay))})
    return WorkingCalendar(days, frozenset(year.year for year in years if year.confirmed_at is not None))
