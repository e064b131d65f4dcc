"""The working calendar: seeded, edited, confirmed; an edit takes the confirmation back (3.3.5-c)."""

from __future__ import annotations

from datetime import date

import pytest

from admin.domain.calendar import add_working_days
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.operations.system import calendar
from admin.queries.system.calendar import days_version, working_calendar
from admin.queries.system.calendar_year import known_years, year_picture
from tests import factories as make
from tests.factories import NOW


@pytest.fixture
def hr(session):
    return make.actor_of(make.employee("HR", roles=("employee", "hr")))


def test_a_seeded_year_shows_its_holidays_and_its_make_up_saturdays(session, hr):
    calendar.seed_year(2025, "TW", actor=hr, now=NOW)
    picture = year_picture(session, 2025)
    assert not picture.confirmed
    assert picture.count("holiday") > 5
    calendar.seed_year(2026, "CN", actor=hr, now=NOW)
    assert year_picture(session, 2026).count("makeup") > 2
    assert known_years(session) == [2025, 2026]


def test_seeding_twice_keeps_what_hr_has_set(session, hr):
    calendar.seed_year(2026, "TW", actor=hr, now=NOW)
    calendar.set_day(date(2026, 1, 1), True, "stocktaking", actor=hr, now=NOW)
    calendar.seed_year(2026, "TW", actor=hr, now=NOW)
    day = year_picture(session, 2026).days[0]
    assert (day.working, day.note, day.kind) == (True, "stocktaking", "work")


def test_an_edit_takes_the_confirmation_back(session, hr):
    calendar.seed_year(2026, "none", actor=hr, now=NOW)
    calendar.confirm_year(2026, actor=hr, now=NOW)
    assert year_picture(session, 2026).confirmed
    calendar.set_day(date(2026, 12, 5), True, "make-up", actor=hr, now=NOW)
    assert not year_picture(session, 2026).confirmed


def test_a_make_up_saturday_counts_as_a_working_day(session, hr):
    calendar.seed_year(2026, "none", actor=hr, now=NOW)
    calendar.set_day(date(2026, 12, 5), True, "make-up", actor=hr, now=NOW)
    calendar.confirm_year(2026, actor=hr, now=NOW)
    assert add_working_days(date(2026, 12, 4), 1, working_calendar(session)) == date(2026, 12, 5)


def test_a_year_that_is_not_there_cannot_be_confirmed(session, hr):
    with pytest.raises(Refused, match=r"3\.3\.5-c"):
        calendar.confirm_year(2033, actor=hr, now=NOW)


def test_a_year_without_official_data_is_refused_instead_of_guessed(session, hr):
    with pytest.raises(Invalid):
        calendar.seed_year(2033, "CN", actor=hr, now=NOW)
    assert known_years(session) == []


def test_every_day_of_the_year_is_in_the_picture_once(session):
    days = [cell.day for cell in year_picture(session, 2028).days]
    assert len(days) == len(set(days)) == 366


@pytest.mark.parametrize("role", ["management", "admin", "auditor", "employee"])
def test_nobody_but_hr_fills_edits_or_confirms_the_working_calendar(session, hr, role):
    calendar.seed_year(2026, "none", actor=hr, now=NOW)
    other = make.actor_of(make.employee("Somebody", roles=("employee", role)))
    for attempt in (
        lambda: calendar.seed_year(2027, "none", actor=other, now=NOW),
        lambda: calendar.set_day(date(2026, 12, 5), True, "make-up", actor=other, now=NOW),
        lambda: calendar.confirm_year(2026, actor=other, now=NOW),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert not year_picture(session, 2026).confirmed
    assert known_years(session) == [2026]


def test_a_year_is_confirmed_as_its_page_showed_it(session, hr):
    calendar.seed_year(2026, "TW", actor=hr, now=NOW)
    shown = days_version(session, 2026)
    calendar.set_day(date(2026, 12, 24), False, "of another window", actor=hr, now=NOW)
    with pytest.raises(Refused):
        calendar.confirm_year(2026, seen=shown, actor=hr, now=NOW)
    confirmed = calendar.confirm_year(2026, seen=days_version(session, 2026), actor=hr, now=NOW)
    assert confirmed.confirmed_at == NOW
