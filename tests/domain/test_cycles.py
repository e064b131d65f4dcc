"""Once a year, in principle in one month (3.1)."""

from __future__ import annotations

import pytest

from admin.domain.cycles import check_month, check_year


def test_the_month_of_the_policy_needs_no_reason():
    assert check_month(12, 12, "") is None


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_another_month_without_a_reason_is_refused(reason: str):
    refusal = check_month(11, 12, reason)
    assert refusal is not None
    assert (refusal.clause, refusal.text()) == (
        "3.1",
        "The regular cycle is held in month 12; another month needs a reason.",
    )


def test_another_month_with_a_reason_is_allowed():
    assert check_month(11, 12, "The centre moves in December.") is None


def test_the_month_is_the_one_of_the_version_in_force():
    assert check_month(6, 6, "") is None
    assert check_month(12, 6, "") is not None


def test_a_second_regular_cycle_of_a_year_is_refused():
    refusal = check_year(2026, {2025, 2026})
    assert refusal is not None
    assert (refusal.clause, dict(refusal.facts)) == ("3.1", {"year": 2026})


def test_a_year_without_a_regular_cycle_may_have_one():
    assert check_year(2026, {2025}) is None
