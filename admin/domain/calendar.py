"""Working days and the ends of periods (3.3.5-c), in company time, by a calendar that HR has confirmed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from admin.domain.refusals import N_, Refusal, Refused

ONE_DAY = timedelta(days=1)
LONGEST_WAY = timedelta(minutes=3)  # longer than the server lets any request take
SATURDAY = 5
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)  # what any date of a career may be
NO_DAY = N_("Give a day of the calendar between 1900 and 2100, written as 2027-01-31.")


@dataclass(frozen=True)
class WorkingCalendar:
    """The days that differ from their weekday (holidays, make-up Saturdays), and the years that HR has confirmed.

    In a confirmed year every other day goes by its weekday; in any other year nothing is guessed.
    """

    days: Mapping[date, bool]
    confirmed_years: frozenset[int]

    def is_working(self, day: date) -> bool:
        """Whether people work that day (make-up Saturdays do); raises Refused for a year HR has not confirmed."""
        if refusal := check_confirmed(self, day):
            raise Refused(refusal)
        return self.days.get(day, day.weekday() < SATURDAY)


def check_confirmed(calendar: WorkingCalendar, day: date) -> Refusal | None:
    """Refuse a day in a year that HR has not confirmed, naming the page to go to."""
    if day.year in calendar.confirmed_years:
        return None
    reason = N_("The working calendar of %(year)s is not confirmed. HR confirms it on the page %(page)s.")
    return Refusal("3.3.5-c", reason, {"year": day.year, "page": "calendar"})


def check_years_confirmed(calendar: WorkingCalendar, years: Collection[int]) -> list[Refusal]:
    """One refusal for each year that is not confirmed; opening a cycle needs none."""
    checks = (check_confirmed(calendar, date(year, 1, 1)) for year in sorted(years))
    return [refusal for refusal in checks if refusal]


def add_working_days(day: date, count: int, calendar: WorkingCalendar) -> date:
    """The `count`-th working day after `day` (which itself never counts); raises Refused as `is_working` does.

    `count` is at least 1; anything less is a fault of the program (ValueError).
    """
    if count < 1:
        raise ValueError("a period has at least one working day")
    while count:
        day += ONE_DAY
        # A make-up Saturday counts, a holiday on a weekday does not: the calendar decides, not the weekday.
        count -= calendar.is_working(day)
    return day


def working_days_between(start: date, end: date, calendar: WorkingCalendar) -> int:
    """How many working days lie after `start` up to and including `end`; raises Refused as `is_working` does."""
    days = (start + ONE_DAY * step for step in range(1, (end - start).days + 1))
    return sum(calendar.is_working(day) for day in days)


def shifted(start: date, end: date, to: date, calendar: WorkingCalendar) -> date:
    """The day that lies as many working days after `to` as `end` lies after `start`; at least one. Raises as `is_working`."""
    return add_working_days(to, max(1, working_days_between(start, end, calendar)), calendar)


def day_named(text: str) -> date:
    """The day that people typed, in ISO form; ValueError where it is none, or none that a career can have.

    Days near the ends of what a computer can count would fail later, when a period is counted from them.
    """
    found = date.fromisoformat(text.strip())
    if not FIRST_DAY <= found <= LAST_DAY:
        raise ValueError(text)
    return found


def local_day(moment: datetime, zone: tzinfo) -> date:
    """The day in company time; `moment` must carry a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    # Of the hour that a clock shows twice Python takes both moments for one: it is told which of them it is.
    return _local_day(moment, moment.fold, zone)


@lru_cache(maxsize=1_000)  # asked again for every case of a cycle, of the same few moments
def _local_day(moment: datetime, _fold: int, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def deadline(start: datetime, count: int, zone: tzinfo, calendar: WorkingCalendar) -> datetime:
    """The first moment (UTC) after a period of `count` full working days that begins on the day after `start`."""
    last = add_working_days(local_day(start, zone), count, calendar)
    # Midnight is taken in company time and only then turned to UTC, so that clock changes move no deadline.
    return datetime.combine(last + ONE_DAY, time.min, zone).astimezone(UTC)


def notice_end(published_at: datetime, count: int, zone: tzinfo, calendar: WorkingCalendar) -> datetime:
    """End of a public notice (UTC): midnight after the n-th full working day that follows the day of publication.

    `count` is the parameter `notice_days`. The moment returned is the first one that is too late.
    """
    return deadline(published_at, count, zone, calendar)


def last_day(end: datetime, zone: tzinfo) -> date:
    """The last day that belongs to a period with that end, as it is printed."""
    return local_day(end, zone) - ONE_DAY


def certain_from(end: datetime) -> datetime:
    """From when it is certain that nothing received before the end is still on its way (3.3.5-c)."""
    return end + LONGEST_WAY


def is_before_end(received_at: datetime, end: datetime) -> bool:
    """Whether something received then is in time: the last second is, midnight is not."""
    # Strictly before: the end is the first moment that is too late, and no second belongs to two periods.
    return received_at < end


def check_in_time(received_at: datetime, end: datetime, clause: str = "3.3.5-c") -> Refusal | None:
    """Refuse what arrived when the period was over, with both times."""
    if is_before_end(received_at, end):
        return None
    reason = N_("The period ended at %(end)s; this was received at %(received)s.")
    return Refusal(clause, reason, {"end": end.isoformat(), "received": received_at.isoformat()})
