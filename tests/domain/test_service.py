"""Who is in a cycle (clause 1.2, 1.2-b and 1.2-d) and how long somebody has served (3.2.4)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.domain.codes import CaseKind, CaseOutcome
from admin.domain.service import (
    PersonFacts,
    Place,
    Standing,
    check_leaver_issue,
    in_service,
    is_leave_year,
    months_between,
    place,
    years_between,
)
from tests.domain.samples import PARAMETERS

OPENS = date(2026, 12, 1)
AGENT = PersonFacts(in_centre=True, management=False, hired_on=date(2020, 3, 1), grade="junior-2")


def placed(**changes: object) -> Place | None:
    return place(replace(AGENT, **changes), OPENS, 2026, PARAMETERS)  # type: ignore[arg-type]


def test_kinds_standings_and_reasons_have_the_names_under_which_they_are_stored() -> None:
    assert [kind.value for kind in CaseKind] == ["annual", "initial", "demotion", "reassessment", "served"]
    assert [standing.value for standing in Standing] == ["graded", "unchanged", "outside_ladder"]
    assert [why.value for why in CaseOutcome] == ["management", "short_service", "long_leave", "other_case"]


def test_everyone_in_service_with_a_grade_has_an_annual_case() -> None:
    assert placed() == Place(CaseKind.ANNUAL, Standing.GRADED, "1.2")


def test_without_a_grade_the_case_is_an_initial_one() -> None:
    assert placed(grade=None) == Place(CaseKind.INITIAL, Standing.GRADED, "1.2")


def test_management_posts_are_outside_the_ladder_and_still_in_the_cycle() -> None:
    expected = Place(CaseKind.ANNUAL, Standing.OUTSIDE, "1.2-b", CaseOutcome.MANAGEMENT)
    assert placed(management=True, hired_on=date(2026, 11, 1)) == expected


def test_short_service_leaves_the_grade_unchanged_up_to_the_day() -> None:
    short = Place(CaseKind.ANNUAL, Standing.UNCHANGED, "1.2-b", CaseOutcome.SHORT_SERVICE)
    assert placed(hired_on=date(2026, 9, 2)) == short
    assert placed(hired_on=date(2026, 9, 1)) == Place(CaseKind.ANNUAL, Standing.GRADED, "1.2")


def test_whose_case_outside_the_cycle_is_open_has_no_second_one() -> None:
    assert placed(other_case=True) == Place(CaseKind.ANNUAL, Standing.UNCHANGED, "1.2-b", CaseOutcome.OTHER_CASE)


def test_leave_for_most_of_the_year_leaves_the_grade_unchanged() -> None:
    assert placed(leave_days=183) == Place(CaseKind.ANNUAL, Standing.UNCHANGED, "1.2-b", CaseOutcome.LONG_LEAVE)
    assert placed(leave_days=182) == Place(CaseKind.ANNUAL, Standing.GRADED, "1.2")


def test_leave_is_measured_against_the_days_in_service_of_the_year() -> None:
    assert is_leave_year(date(2026, 7, 1), 93, 2026)  # 184 days from July
    assert not is_leave_year(date(2026, 7, 1), 92, 2026)
    assert not is_leave_year(date(2020, 1, 1), 183, 2024)  # a leap year has 366


def test_others_are_not_of_the_population() -> None:
    assert placed(in_centre=False) is None
    assert placed(left_on=OPENS) is None
    assert placed(hired_on=date(2026, 12, 2)) is None
    assert placed(left_on=date(2026, 12, 2)) is not None


def test_service_runs_from_the_first_day_to_the_day_before_leaving() -> None:
    person = replace(AGENT, hired_on=date(2026, 1, 5), left_on=date(2026, 2, 1))
    days = [date(2026, 1, 4), date(2026, 1, 5), date(2026, 1, 31), date(2026, 2, 1)]
    assert [in_service(person, day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2026, 1, 15), date(2026, 2, 14), 0),
        (date(2026, 1, 15), date(2026, 2, 15), 1),
        (date(2024, 12, 31), date(2026, 1, 1), 12),
        (date(2026, 2, 1), date(2026, 1, 1), 0),
    ],
)
def test_only_whole_months_count(start: date, end: date, months: int) -> None:
    assert months_between(start, end) == months


def test_seniority_is_in_years_with_two_decimals_cut_off() -> None:
    assert years_between(date(2020, 1, 1), date(2025, 9, 1)) == D("5.66")
    assert years_between(date(2020, 1, 1), date(2025, 1, 1)) == D(5)


@given(st.dates(date(1990, 1, 1), date(2026, 1, 1)), st.integers(0, 4000))
def test_seniority_never_shrinks_as_time_passes(hired: date, days: int) -> None:
    later = date.fromordinal(hired.toordinal() + days)
    assert months_between(hired, later) <= months_between(hired, date.fromordinal(later.toordinal() + 1))


def test_a_leavers_grade_is_issued_only_when_it_takes_effect_before_the_leaving_date() -> None:
    assert check_leaver_issue(None, OPENS) is None
    assert check_leaver_issue(date(2026, 12, 2), OPENS) is None
    refusal = check_leaver_issue(OPENS, OPENS)
    assert refusal is not None
    assert (refusal.clause, refusal.facts) == ("1.2-d", {"effective_on": "2026-12-01", "left_on": "2026-12-01"})
