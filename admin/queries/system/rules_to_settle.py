"""What the policy leaves to the company and the years that deadlines run into, on one page, to be confirmed (6.1, 3.3.5-c)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.refusals import Invalid
from admin.models import CalendarDay, CalendarYear
from admin.queries.policy.policy_pages import ValuesPage, values_page
from admin.queries.system.calendar import version_of, years_needed

Library = Callable[[int], Sequence[tuple[date, bool, str]]]
Days = Sequence[tuple[date, bool, str]]  # those that differ from their weekday: the day, whether people work, why


@dataclass(frozen=True)
class YearToSettle:
    """A year of the calendar: the days that differ, as the table has them or, before that, a library; None without either."""

    year: int
    days: Days | None
    confirmed: bool
    version: str


@dataclass(frozen=True)
class RulesToSettle:
    """The years and the values, and what of them is still open."""

    years: Sequence[YearToSettle]
    values: ValuesPage

    @property
    def open_years(self) -> list[YearToSettle]:
        """Those that can be confirmed here."""
        return [each for each in self.years if not each.confirmed and each.days is not None]


def rules_page(session: Session, reader: Actor, lang: str, today: date, library: Library) -> RulesToSettle:
    """The page for one reader; `library` gives the days of a year that is not in the table, and raises `Invalid` without any."""
    return RulesToSettle(
        [year_to_settle(session, year, library) for year in years_needed(today)],
        values_page(session, reader, lang, today),
    )


def year_to_settle(session: Session, year: int, library: Library) -> YearToSettle:
    """One year as it is shown and confirmed."""
    row = session.scalars(select(CalendarYear).where(CalendarYear.year == year)).first()
    span = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    known = session.scalars(select(CalendarDay).where(span).order_by(CalendarDay.day)).all()
    days: Days | None = [(each.day, each.working, each.note) for each in known]
    if row is None and not known:
        try:
            days = library(year)
        except Invalid:
            return YearToSettle(year, None, False, "")
    return YearToSettle(year, days, row is not None and row.confirmed_at is not None, version_of(days or ()))
