"""Grounds for promotion (4.1.1) and demotion (4.2.1), as HR would tell them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.domain.codes import PerformanceRating
from admin.domain.eligibility import (
    Assessment,
    Condition,
    Eligibility,
    EligibilityFacts,
    Record,
    add_years,
    check_application,
    check_steps,
    demotion,
    promotion,
)
from admin.domain.refusals import Invalid, Refusal
from tests.domain.samples import LADDER, PARAMETERS

E, G, U, X = (
    PerformanceRating.EXCELLENT,
    PerformanceRating.GOOD,
    PerformanceRating.UNQUALIFIED,
    PerformanceRating.UNRATED,
)
AGENT = EligibilityFacts(2026, date(2026, 12, 1), "junior-2", date(2024, 12, 1), {2025: E, 2024: E})
DONE = Record(date(2026, 5, 4), approved=True, reference="R-1")


def up(**changes: Any) -> Eligibility:
    return promotion(replace(AGENT, **changes), PARAMETERS, LADDER)


def down(**changes: Any) -> Eligibility:
    return demotion(replace(AGENT, **changes), PARAMETERS, LADDER)


def said(refusal: Refusal | None) -> str:
    assert refusal is not None
    return f"{refusal.clause} {refusal.text()}"


# Promotion, ground (1)


def test_two_years_in_grade_and_two_excellent_years_are_a_ground_for_promotion() -> None:
    found = up()
    assert found.eligible
    assert [(ground.clause, ground.number, ground.met) for ground in found.grounds] == [
        ("4.1.1", 1, True),
        ("4.1.1", 2, False),
        ("4.1.1", 3, False),
    ]
    assert found.met == (found.ground(1),)
    in_grade, excellent = found.ground(1).conditions
    assert in_grade == Condition("time_in_grade", True, {"since": "2024-12-01", "needed_years": 2})
    assert excellent == Condition("excellent_ratings", True, {"years": [2025, 2024], "needed_years": 2})
    assert found.ground(1).by_year is None


def test_one_day_short_in_grade_is_told_the_day_and_the_cycle_in_which_it_is_reached() -> None:
    found = up(grade_since=date(2024, 12, 2))
    in_grade = found.ground(1).conditions[0]
    assert not found.eligible
    assert in_grade == Condition(
        "time_in_grade", False, {"since": "2024-12-02", "needed_years": 2}, date(2026, 12, 2), 2027
    )
    assert found.ground(1).by_year == 2027


def test_time_in_grade_reached_on_next_cycles_very_day_counts_for_that_cycle() -> None:
    assert up(grade_since=date(2025, 12, 1)).ground(1).by_year == 2027
    assert up(grade_since=date(2025, 12, 2)).ground(1).by_year == 2028
    assert up(grade_since=date(2026, 3, 1)).ground(1).by_year == 2028


def test_without_a_date_time_in_grade_is_not_met_and_nobody_can_say_by_when() -> None:
    found = up(grade_since=None).ground(1)
    assert found.conditions[0] == Condition("time_in_grade", False, {"since": None, "needed_years": 2})
    assert found.by_year is None


def test_the_years_needed_are_the_parameters() -> None:
    three = PARAMETERS | {"promotion_years_in_grade": 3, "promotion_excellent_years": 1}
    found = promotion(replace(AGENT, ratings={2025: E}), three, LADDER).ground(1)
    assert [condition.met for condition in found.conditions] == [False, True]
    assert found.conditions[0].by_when == date(2027, 12, 1)


@pytest.mark.parametrize(
    ("ratings", "counted", "by_year"),
    [
        ({2025: E, 2024: G}, [2025], 2027),
        ({2025: G, 2024: E}, [], 2028),
        ({2025: E}, [2025], 2027),
        ({2024: E, 2023: E}, [], 2028),
        ({2026: E, 2025: E}, [2025], 2027),
        ({}, [], 2028),
    ],
)
def test_the_last_years_end_with_the_year_before_the_cycles(
    ratings: dict[int, PerformanceRating], counted: list[int], by_year: int
) -> None:
    condition = up(ratings=ratings).ground(1).conditions[1]
    assert condition == Condition("excellent_ratings", False, {"years": counted, "needed_years": 2}, by_year=by_year)


def test_an_unrated_year_of_leave_neither_counts_nor_breaks_the_run() -> None:
    assert up(ratings={2025: E, 2024: X, 2023: E}).ground(1).conditions[1].facts["years"] == [2025, 2023]
    assert up(ratings={2025: E, 2023: E}, leave_years=frozenset({2024})).eligible
    assert not up(ratings={2025: X, 2024: E}).eligible


def test_a_good_rating_earned_in_a_leave_year_counts() -> None:
    assert up(leave_years=frozenset({2024})).ground(1).conditions[1].facts["years"] == [2025, 2024]


def test_the_later_of_two_open_conditions_says_by_when() -> None:
    assert up(grade_since=date(2026, 3, 1), ratings={2025: E}).ground(1).by_year == 2028
    assert up(grade_since=date(2025, 3, 1), ratings={}).ground(1).by_year == 2028


# Promotion, grounds (2) and (3)


@pytest.mark.parametrize(("number", "field"), [(2, "contributions"), (3, "certificates")])
def test_one_approved_record_is_a_ground_of_its_own(number: int, field: str) -> None:
    found = up(ratings={}, **{field: (DONE,)})
    assert found.eligible
    assert [ground.number for ground in found.met] == [number]
    assert found.ground(number).conditions[0].facts == {"recorded": 1, "approved": 1, "references": ["R-1"]}
    assert found.ground(number).by_year is None


@pytest.mark.parametrize(
    "record",
    [replace(DONE, approved=False), replace(DONE, spent=True), replace(DONE, on=date(2026, 12, 2))],
    ids=["not approved", "carried an earlier promotion", "of a later day"],
)
def test_a_record_that_does_not_count_is_shown_as_recorded(record: Record) -> None:
    found = up(ratings={}, certificates=(record,))
    assert not found.eligible
    condition = found.ground(3).conditions[0]
    assert condition == Condition("certificate", False, {"recorded": 1, "approved": 0, "references": []})


def test_a_record_of_the_day_of_measurement_counts() -> None:
    assert up(ratings={}, contributions=(replace(DONE, on=date(2026, 12, 1)),)).eligible


def test_a_record_without_a_reference_counts_all_the_same() -> None:
    found = up(ratings={}, contributions=(replace(DONE, reference=""),)).ground(2).conditions[0]
    assert found == Condition("contribution", True, {"recorded": 1, "approved": 1, "references": []})


# Promotion, blocks


def test_without_a_self_assessment_there_is_no_promotion_on_any_ground() -> None:
    found = up(self_assessed=False, contributions=(DONE,))
    assert len(found.met) == 2
    assert not found.eligible
    assert [said(block) for block in found.blocks] == ["3.3-a Without a self-assessment there is no promotion."]


def test_the_top_of_the_ladder_and_no_grade_at_all_block_a_promotion() -> None:
    assert [said(b) for b in up(grade="expert-2").blocks] == ["2.1 The present grade is the highest of the ladder."]
    assert up(grade="expert-2").blocks[0].facts == {"grade": "expert-2"}
    assert [said(b) for b in up(grade=None).blocks] == ["4.1.1 There is no present grade to be promoted from."]
    assert up(grade="expert-1").blocks == ()


# Demotion


def test_two_unqualified_years_running_are_a_ground_for_demotion() -> None:
    found = down(ratings={2025: U, 2024: U})
    assert found.eligible
    assert [(ground.clause, ground.number) for ground in found.met] == [("4.2.1", 1)]
    assert found.ground(1).conditions == (
        Condition("unqualified_ratings", True, {"years": [2025, 2024], "needed_years": 2}),
    )
    assert found.ground(1).rests_on_years == {2024, 2025}


@pytest.mark.parametrize("ratings", [{2025: U, 2024: G, 2023: U}, {2025: U}, {2024: U, 2023: U}, {2026: U, 2025: U}])
def test_a_broken_run_is_no_ground(ratings: dict[int, PerformanceRating]) -> None:
    assert not down(ratings=ratings).met


def test_the_grade_cannot_fall_on_the_figures_of_a_leave_year() -> None:
    assert not down(ratings={2025: U, 2024: U, 2023: G}, leave_years=frozenset({2024})).met
    passed_over = down(ratings={2025: U, 2024: U, 2023: U}, leave_years=frozenset({2024})).ground(1)
    assert passed_over.conditions[0].facts["years"] == [2025, 2023]


def test_a_grave_breach_counts_once_approved() -> None:
    assert [g.number for g in down(breaches=(DONE,)).met] == [2]
    assert down(breaches=(DONE,)).ground(2).conditions[0].name == "breach"
    assert not down(breaches=(replace(DONE, approved=False),)).met


TRAINED = Record(date(2025, 3, 1), True, "T")
MOVED = Record(date(2025, 6, 1), True, "P")
FAILED = Assessment(date(2025, 9, 1), True, adequate=False, reference="A")
TRIED = {"trainings": (TRAINED,), "post_changes": (MOVED,), "assessments": (FAILED,)}


def test_not_up_to_the_grade_after_training_and_change_of_post_is_a_ground() -> None:
    ground = down(**TRIED).ground(3)
    assert ground.met
    assert [c.name for c in ground.conditions] == ["training", "post_change", "inadequate_after_both"]
    assert ground.conditions[0].facts == {"recorded": 1, "approved": 1, "references": ["T"]}
    assert ground.conditions[1].facts == {"recorded": 1, "approved": 1, "references": ["P"]}
    assert ground.conditions[2].facts == {"after": "2025-06-01", "years": [2025], "references": ["A"]}
    assert ground.rests_on_years == {2025}


def test_training_and_change_of_post_may_come_in_either_order() -> None:
    swapped = {"trainings": (MOVED,), "post_changes": (TRAINED,), "assessments": (FAILED,)}
    assert down(**swapped).ground(3).met


@pytest.mark.parametrize("missing", ["trainings", "post_changes", "assessments"])
def test_each_of_the_three_is_needed(missing: str) -> None:
    ground = down(**(TRIED | {missing: ()})).ground(3)
    assert not ground.met
    assert ground.conditions[2].facts["years"] == []
    assert ground.conditions[2].facts["references"] == []


@pytest.mark.parametrize(
    "assessment",
    [
        replace(FAILED, on=date(2025, 6, 1)),
        replace(FAILED, on=date(2025, 4, 1)),
        replace(FAILED, on=date(2026, 12, 2)),
        replace(FAILED, approved=False),
        replace(FAILED, adequate=True),
    ],
    ids=["on the day of the move", "between the two", "of a later day", "not approved", "found adequate"],
)
def test_an_assessment_that_does_not_show_it_is_no_ground(assessment: Assessment) -> None:
    assert not down(**(TRIED | {"assessments": (assessment,)})).ground(3).met


def test_the_latest_assessment_after_both_decides() -> None:
    better = Assessment(date(2026, 2, 1), True, adequate=True, reference="B")
    found = down(**(TRIED | {"assessments": (better, FAILED)})).ground(3).conditions[2]
    assert found == Condition(
        "inadequate_after_both", False, {"after": "2025-06-01", "years": [], "references": ["B", "A"]}
    )
    worse = replace(better, adequate=False)
    found = down(**(TRIED | {"assessments": (FAILED, worse)})).ground(3).conditions[2]
    assert found.facts["years"] == [2026]


def test_a_second_training_does_not_undo_the_first() -> None:
    again = replace(TRAINED, on=date(2026, 3, 1))
    assert down(**(TRIED | {"trainings": (again, TRAINED)})).ground(3).met
    moved_again = replace(MOVED, on=date(2026, 3, 1))
    assert down(**(TRIED | {"post_changes": (moved_again, MOVED)})).ground(3).met


def test_what_was_tried_before_the_present_grade_says_nothing_about_it() -> None:
    since = date(2025, 3, 2)
    assert not down(**TRIED, grade_since=since).ground(3).met
    assert down(**TRIED, grade_since=date(2025, 3, 1)).ground(3).met
    assert down(**TRIED, grade_since=None).ground(3).met


def test_an_assessment_of_a_leave_year_does_not_count() -> None:
    assert not down(**TRIED, leave_years=frozenset({2025})).ground(3).met


def test_the_bottom_of_the_ladder_and_no_grade_at_all_block_a_demotion() -> None:
    assert [said(b) for b in down(grade="junior-1").blocks] == ["2.1 The present grade is the lowest of the ladder."]
    assert down(grade="junior-1").blocks[0].facts == {"grade": "junior-1"}
    assert [said(b) for b in down(grade=None).blocks] == ["4.2.1 There is no present grade to be demoted from."]
    assert down().blocks == ()


# Applications


def applied(target: str, **changes: Any) -> Refusal | None:
    return check_application(replace(AGENT, **changes), target, PARAMETERS, LADDER)


def test_an_application_leads_one_step_up() -> None:
    assert applied("junior-3") is None
    assert applied("junior-3", ratings={}) is None
    upward = "4.1.2 A promotion must be to a grade above the present grade junior-2; junior-2 is not."
    assert said(applied("junior-2")) == upward
    assert said(applied("junior-1")).startswith("4.1.2")
    assert said(applied("intermediate-1")) == "4.1.1 2 steps up at once are too many; at most 1 is allowed."
    assert said(applied("junior-3", grade=None)) == "4.1.1 There is no present grade to be promoted from."


def test_an_application_for_a_grade_that_does_not_exist_is_wrong_input() -> None:
    with pytest.raises(Invalid):
        applied("junior-9")


def test_the_parameter_may_allow_more_steps() -> None:
    two = PARAMETERS | {"promotion_max_steps": 2}
    assert check_steps("junior-2", "intermediate-1", two, LADDER) is None
    refusal = check_steps("junior-2", "intermediate-2", two, LADDER)
    assert refusal is not None
    assert refusal.facts == {"steps": 3, "most": 2, "target": "intermediate-2"}


def test_a_leap_day_becomes_the_first_of_march() -> None:
    assert add_years(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


# Properties

histories = st.dictionaries(st.integers(2018, 2026), st.sampled_from(PerformanceRating))


@given(histories, st.integers(2018, 2025))
def test_a_better_year_never_costs_a_promotion(ratings: dict[int, PerformanceRating], year: int) -> None:
    better = ratings | {year: E}
    assert not up(ratings=ratings).eligible or up(ratings=better).eligible


@given(histories, st.integers(2018, 2025))
def test_a_better_year_never_brings_a_demotion(ratings: dict[int, PerformanceRating], year: int) -> None:
    better = ratings | {year: G}
    assert not down(ratings=better).met or down(ratings=ratings).met


@given(histories, st.integers(2018, 2025), st.sampled_from([E, U]))
def test_an_unrated_year_only_shifts_a_run(
    ratings: dict[int, PerformanceRating], year: int, wanted: PerformanceRating
) -> None:
    """Leaving an unrated year out altogether and moving earlier years up changes nothing."""
    inserted = {y - (y <= year): r for y, r in ratings.items() if y != 2026} | {year: X}
    side, number = (up, "excellent_ratings") if wanted is E else (down, "unqualified_ratings")
    counts = [
        [c.met for ground in side(ratings=r).grounds for c in ground.conditions if c.name == number]
        for r in ({y: r for y, r in ratings.items() if y != 2026}, inserted)
    ]
    assert counts[0] == counts[1]


@given(histories, st.dates(date(2018, 1, 1), date(2026, 12, 1)), st.integers(0, 800))
def test_time_never_takes_a_ground_away_within_a_cycle(
    ratings: dict[int, PerformanceRating], since: date, days: int
) -> None:
    earlier = date.fromordinal(since.toordinal() - days)
    assert not up(ratings=ratings, grade_since=since).eligible or up(ratings=ratings, grade_since=earlier).eligible


@given(st.lists(st.booleans(), max_size=4))
def test_one_more_record_never_costs_a_promotion(approved: list[bool]) -> None:
    records = tuple(replace(DONE, approved=each) for each in approved)
    before, after = up(ratings={}, certificates=records), up(ratings={}, certificates=(*records, DONE))
    assert after.eligible
    assert before.eligible == any(approved)
