"""Working days and the ends of periods (3.3.5-c)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.domain.calendar import (
    WorkingCalendar,
    add_working_days,
    check_confirmed,
    check_in_time,
    check_years_confirmed,
    deadline,
    is_before_end,
    last_day,
    local_day,
    notice_end,
)
from admin.domain.refusals import Refused

TAIPEI = ZoneInfo("Asia/Taipei")
NEW_YEAR = date(2027, 1, 1)  # a Friday
MAKE_UP = date(2026, 12, 26)  # a Saturday
CALENDAR = WorkingCalendar({NEW_YEAR: False, MAKE_UP: True}, frozenset({2026, 2027}))


def taipei(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=TAIPEI)  # type: ignore[misc,arg-type]


def test_a_notice_of_five_days_published_on_monday_ends_at_midnight_after_the_next_monday() -> None:
    end = notice_end(taipei(2026, 12, 7, 9, 30), 5, TAIPEI, CALENDAR)
    assert end == taipei(2026, 12, 15)
    assert end.tzinfo is UTC
    assert last_day(end, TAIPEI) == date(2026, 12, 14)


def test_the_day_of_publication_never_counts_not_even_from_its_first_second() -> None:
    assert notice_end(taipei(2026, 12, 7), 1, TAIPEI, CALENDAR) == taipei(2026, 12, 9)
    assert notice_end(taipei(2026, 12, 7, 23, 59, 59), 1, TAIPEI, CALENDAR) == taipei(2026, 12, 9)


def test_the_day_of_publication_is_the_companys_day_and_not_that_of_utc() -> None:
    late_on_monday_in_utc = datetime(2026, 12, 7, 17, 0, tzinfo=UTC)  # one o'clock on Tuesday in Taipei
    assert notice_end(late_on_monday_in_utc, 1, TAIPEI, CALENDAR) == taipei(2026, 12, 10)


def test_a_make_up_saturday_counts_and_an_ordinary_one_does_not() -> None:
    assert add_working_days(date(2026, 12, 25), 1, CALENDAR) == MAKE_UP
    assert add_working_days(date(2026, 12, 18), 1, CALENDAR) == date(2026, 12, 21)


def test_a_holiday_does_not_count_and_the_year_turns() -> None:
    assert add_working_days(date(2026, 12, 31), 1, CALENDAR) == date(2027, 1, 4)


def test_fridays_work_and_sundays_do_not() -> None:
    assert CALENDAR.is_working(date(2026, 12, 18))
    assert not CALENDAR.is_working(date(2026, 12, 20))


def test_a_year_that_hr_has_not_confirmed_refuses_and_names_the_page() -> None:
    with pytest.raises(Refused) as caught:
        add_working_days(date(2027, 12, 30), 5, CALENDAR)
    assert caught.value.refusal.clause == "3.3.5-c"
    assert caught.value.refusal.facts == {"year": 2028, "page": "calendar"}
    assert caught.value.refusal.text() == (
        "The working calendar of 2028 is not confirmed. HR confirms it on the page calendar."
    )
    assert check_confirmed(CALENDAR, date(2027, 12, 31)) is None


def test_opening_a_cycle_is_told_every_unconfirmed_year() -> None:
    refusals = check_years_confirmed(CALENDAR, {2028, 2026, 2025})
    assert [refusal.facts["year"] for refusal in refusals] == [2025, 2028]
    assert check_years_confirmed(CALENDAR, {2026, 2027}) == []


def test_the_last_second_is_in_time_and_midnight_is_not() -> None:
    end = deadline(taipei(2026, 12, 7), 1, TAIPEI, CALENDAR)
    last_second = taipei(2026, 12, 8, 23, 59, 59)
    assert is_before_end(last_second, end)
    assert not is_before_end(end, end)
    assert check_in_time(last_second, end) is None


def test_what_comes_too_late_is_told_both_times_and_the_clause() -> None:
    end = taipei(2026, 12, 9).astimezone(UTC)
    refusal = check_in_time(end, end, "3.3.5")
    assert refusal is not None
    assert refusal.clause == "3.3.5"
    assert refusal.facts == {"end": "2026-12-08T16:00:00+00:00", "received": "2026-12-08T16:00:00+00:00"}
    assert refusal.text() == (
        "The period ended at 2026-12-08T16:00:00+00:00; this was received at 2026-12-08T16:00:00+00:00."
    )
    late = check_in_time(end + timedelta(seconds=1), end)
    assert late is not None
    assert late.clause == "3.3.5-c"


def test_a_period_without_days_and_a_moment_without_a_zone_are_faults_of_the_program() -> None:
    with pytest.raises(ValueError, match="at least one working day"):
        add_working_days(date(2026, 12, 7), 0, CALENDAR)
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 12, 7), TAIPEI)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC))


@given(moments, st.integers(1, 60))
def test_between_publication_and_end_lie_exactly_n_full_working_days(published: datetime, count: int) -> None:
    end = notice_end(published, count, TAIPEI, CALENDAR)
    day, last = local_day(published, TAIPEI) + timedelta(days=1), last_day(end, TAIPEI)
    between = [day + timedelta(days=n) for n in range((last - day).days + 1)]
    assert sum(CALENDAR.is_working(each) for each in between) == count
    assert CALENDAR.is_working(last)
    assert end.astimezone(TAIPEI).hour == 0


@given(moments, st.integers(1, 30))
def test_a_longer_period_ends_later(published: datetime, count: int) -> None:
    assert notice_end(published, count, TAIPEI, CALENDAR) < notice_end(published, count + 1, TAIPEI, CALENDAR)
