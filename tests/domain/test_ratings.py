"""Ratings by people (3.2.3, 3.2-b) and outlying raters (3.3.4-c)."""

from decimal import Decimal as D
from typing import Any

import pytest

from admin.domain.codes import PerformanceRating
from admin.domain.ratings import annual_rating, average, check_ratings, outlying_raters
from admin.domain.refusals import Invalid


def test_the_five_annual_ratings_have_their_names() -> None:
    assert [rating.value for rating in PerformanceRating] == [
        "excellent",
        "good",
        "qualified",
        "unqualified",
        "unrated",
    ]
    assert annual_rating("good") is PerformanceRating.GOOD


def test_an_unknown_annual_rating_is_named() -> None:
    with pytest.raises(Invalid, match="rating: There is no annual rating brilliant"):
        annual_rating("brilliant")


@pytest.mark.parametrize("value", [1, 5, "1", "5"])
def test_ratings_from_one_to_five_are_taken(value: Any) -> None:
    assert check_ratings({"duty": value}, ["duty"]) == {"duty": int(value)}


@pytest.mark.parametrize("value", [0, 6, -1, 3.0, 3.5, True, None, "", "0", "6", "３", "3.0", " 3", "9" * 5000, [3]])
def test_any_other_rating_is_wrong_input(value: Any) -> None:
    with pytest.raises(Invalid) as caught:
        check_ratings({"duty": value}, ["duty"])
    assert caught.value.fields == {"duty": "A rating is a whole number from 1 to 5."}


def test_a_rating_for_no_criterion_of_the_scorecard_is_wrong_input() -> None:
    with pytest.raises(Invalid) as caught:
        check_ratings({"duty": 3, "charm": 3}, ["duty"])
    assert caught.value.fields == {"charm": "The scorecard has no such criterion for you to rate."}


def test_a_missing_rating_matters_only_when_the_form_is_handed_in() -> None:
    assert check_ratings({}, ["duty"], complete=False) == {}
    with pytest.raises(Invalid) as caught:
        check_ratings({}, ["duty"])
    assert caught.value.fields == {"duty": "This criterion has no rating yet."}


def test_every_fault_of_a_form_is_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        check_ratings({"a": 0, "b": 9, "c": 3}, ["a", "b", "c", "d"])
    assert set(caught.value.fields) == {"a", "b", "d"}


def test_the_average_of_peers_has_six_decimals_and_none_is_not_zero() -> None:
    assert average([4, 4, 3]) == D("3.666667")
    assert average([5]) == D(5)
    assert average([]) is None


def test_a_rater_far_from_the_others_is_outlying_severe_or_lenient() -> None:
    usual = {"a": D("3.4"), "b": D("3.5"), "c": D("3.6"), "d": D("3.5")}
    assert outlying_raters(usual | {"e": D("1.5")}) == {"e"}
    assert outlying_raters(usual | {"e": D("5")}) == {"e"}
    assert outlying_raters(usual | {"e": D("3.9")}) == frozenset()


def test_among_few_raters_nobody_is_outlying() -> None:
    assert outlying_raters({"a": D(3), "b": D(3), "c": D(3), "e": D(1)}) == frozenset()


def test_raters_who_all_agree_make_no_small_difference_outlying() -> None:
    same = {name: D(3) for name in "abcd"}
    assert outlying_raters(same | {"e": D("4.03")}) == frozenset()  # the line is 3 + 3.5 * 0.2 / 0.6745 = 4.0378
    assert outlying_raters(same | {"e": D("4.04")}) == {"e"}


def test_the_spread_of_the_raters_moves_the_line() -> None:
    wide = {"a": D("2.5"), "b": D("3"), "c": D("3.5"), "d": D("3")}
    assert outlying_raters(wide | {"e": D("4.3")}) == frozenset()
    assert outlying_raters({"a": D(2), "b": D("2.5"), "c": D(3), "d": D("3.5"), "e": D(5)}) == frozenset()
