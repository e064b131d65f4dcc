"""A year of the working calendar as the page shows it: months of weeks of days (3.3.5-c)."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.models import CalendarDay, CalendarYear
from admin.queries.policy.policy_versions import account_names

SATURDAY = 5
MONDAY_FIRST = Calendar(firstweekday=0)


@dataclass(frozen=True)
class DayCell:
    """One day: whether people work, and whether that differs from its weekday (then the note says why)."""

    day: date
    working: bool
    differs: bool
    note: str

    @property
    def kind(self) -> str:
        """work, rest (a plain weekend), holiday or makeup."""
        if self.differs:
            return "makeup" if self.working else "holiday"
        return "work" if self.working else "rest"


@dataclass(frozen=True)
class YearPicture:
    """A year: its row of the table (None: not set up), its months as weeks (None beside the month's days), counts."""

    year: int
    row: CalendarYear | None
    months: tuple[tuple[tuple[DayCell | None, ...], ...], ...]

    @property
    def days(self) -> tuple[DayCell, ...]:
        """Every day of the year in order."""
        return tuple(cell for month in self.months for week in month for cell in week if cell)

    @property
    def different(self) -> tuple[DayCell, ...]:
        """The days that differ from their weekday."""
        return tuple(cell for cell in self.days if cell.differs)

    def count(self, kind: str) -> int:
        """How many days of a kind."""
        return sum(cell.kind == kind for cell in self.days)

    @property
    def working_days(self) -> int:
        """How many days people work."""
        return sum(cell.working for cell in self.days)

    @property
    def confirmed(self) -> bool:
        """Whether HR has given its word for the year."""
        return self.row is not None and self.row.confirmed_at is not None


@dataclass(frozen=True)
class CalendarPage:
    """A year with the years that can be turned to, who confirmed it, and whether the reader keeps it."""

    picture: YearPicture
    years: tuple[int, ...]
    confirmed_by: str
    today: date
    may_write: bool

    @property
    def week(self) -> list[date]:
        """Seven days from a Monday on, for the names of the weekdays."""
        return MONDAY_FIRST.monthdatescalendar(self.picture.year, 1)[0]

    def first_of(self, month: int) -> date:
        """The first day of a month, for its name."""
        return date(self.picture.year, month, 1)


def calendar_page(session: Session, reader: Actor, year: int, today: date) -> CalendarPage:
    """The page of a year: the known ones beside it, and this and the next in any case."""
    picture = year_picture(session, year)
    by = picture.row.confirmed_by_id if picture.row else None
    # This and the next in any case: deadlines of this year run into the next, and both have to be confirmed.
    years = tuple(sorted({*known_years(session), today.year, today.year + 1, year}))
    confirmed_by = account_names(session, {by}).get(by or 0, "")
    return CalendarPage(picture, years, confirmed_by, today, reader.has("hr"))


def year_picture(session: Session, year: int) -> YearPicture:
    """The year, day by day; two statements."""
    row = session.scalars(select(CalendarYear).where(CalendarYear.year == year)).first()
    span = (date(year, 1, 1), date(year, 12, 31))
    known = {each.day: each for each in session.scalars(select(CalendarDay).where(CalendarDay.day.between(*span)))}
    months = tuple(
        tuple(
            # A week belongs to two months; shown in both, its days would be counted twice.
            tuple(_cell(day, known) if day.month == month else None for day in week)
            for week in MONDAY_FIRST.monthdatescalendar(year, month)
        )
        for month in range(1, 13)
    )
    return YearPicture(year, row, months)


def _cell(day: date, known: dict[date, CalendarDay]) -> DayCell:
    plain, found = day.weekday() < SATURDAY, known.get(day)
    working = found.working if found else plain
    # By what is different, not by what stands in the table: a holiday on a Sunday changes nobody's deadline.
    return DayCell(day, working, working != plain, found.note if found else "")


def known_years(session: Session) -> list[int]:
    """The years that stand in the table."""
    return list(session.scalars(select(CalendarYear.year).order_by(CalendarYear.year)))
