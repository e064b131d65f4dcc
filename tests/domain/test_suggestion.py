"""The suggested grade, lawful proposals and their reasons (3.3.3-a, 3.3.3-b, 3.3.4-b, 3.3.4-c)."""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.domain.codes import Flag
from admin.domain.eligibility import Eligibility, Ground
from admin.domain.refusals import Invalid, Refusal
from admin.domain.suggestion import (
    DemotionBasis,
    ProposalFacts,
    Staffing,
    Suggestion,
    check_lawful,
    check_motion,
    check_proposal,
    flags,
    is_low,
    reason_needed,
    suggest,
)
from tests.domain.samples import LADDER, PARAMETERS

MET = Eligibility((Ground("4.1.1", 1, ()),))
NOT_SELF_ASSESSED = Refusal("3.3-a", "Without a self-assessment there is no promotion.")
BASIS = DemotionBasis(1, met=True, proposed=True, heard=True, years=frozenset({2024, 2025}))
CASE = ProposalFacts("junior-2", D(80), MET, applied_for="junior-3", thresholds={"junior-2": D(60), "junior-3": D(75)})


def suggested(**changes: Any) -> Suggestion:
    return suggest(replace(CASE, **changes), LADDER, PARAMETERS)


def proposed(grade: str, reason: str = "", **changes: Any) -> str | None:
    refusal = check_proposal(replace(CASE, **changes), grade, reason=reason, ladder=LADDER, parameters=PARAMETERS)
    return refusal and f"{refusal.clause} {refusal.text()}"


# Suggestions


def test_an_application_with_a_ground_and_the_threshold_reached_is_suggested() -> None:
    found = suggested()
    assert (found.grade, found.clause) == ("junior-3", "3.3.3-a")
    assert found.facts == {"score": "80", "threshold": "75", "target": "junior-3"}
    assert found.reason.startswith("A ground is met and the score %(score)s reaches")
    assert suggested(score=D(75)).grade == "junior-3"


def test_a_score_under_the_threshold_suggests_the_present_grade() -> None:
    found = suggested(score=D("74.99"))
    assert (found.grade, found.clause) == ("junior-2", "3.3.3-a")
    assert found.reason == "The score %(score)s does not reach the threshold %(threshold)s of %(target)s."
    assert found.facts == {"score": "74.99", "threshold": "75", "target": "junior-3"}


def test_a_grade_without_a_threshold_is_reached_by_any_score() -> None:
    found = suggested(score=D(1), thresholds={})
    assert (found.grade, found.facts["threshold"]) == ("junior-3", "0")


def test_without_an_application_the_present_grade_is_suggested_however_high_the_score() -> None:
    found = suggested(applied_for=None, score=D(100))
    assert (found.grade, found.clause, found.reason) == ("junior-2", "3.3.3-a", "No promotion was applied for.")


@pytest.mark.parametrize("overtaken", ["junior-1", "junior-2"])
def test_an_application_that_the_present_grade_has_overtaken_suggests_the_present_grade(overtaken: str) -> None:
    assert suggested(applied_for=overtaken).grade == "junior-2"
    assert suggested(applied_for=overtaken).reason == "No promotion was applied for."


def test_a_low_score_never_suggests_less_than_the_present_grade() -> None:
    assert suggested(applied_for=None, score=D(0), demotion=BASIS).grade == "junior-2"


def test_without_a_ground_or_with_a_block_the_present_grade_is_suggested_and_why() -> None:
    assert (suggested(promotion=Eligibility(())).grade, suggested(promotion=Eligibility(())).clause) == (
        "junior-2",
        "4.1.1",
    )
    blocked = suggested(promotion=replace(MET, blocks=(NOT_SELF_ASSESSED,)))
    assert (blocked.grade, blocked.clause, blocked.reason) == ("junior-2", "3.3-a", NOT_SELF_ASSESSED.reason)


def test_an_application_for_too_many_steps_suggests_the_present_grade() -> None:
    found = suggested(applied_for="intermediate-1")
    assert (found.grade, found.clause, found.facts["steps"]) == ("junior-2", "4.1.1", 2)


def test_without_a_score_or_a_present_grade_nothing_is_suggested() -> None:
    assert (suggested(score=None).grade, suggested(score=None).clause) == (None, "3.2-c")
    assert suggested(score=None).reason == "A dimension has no data: there is no score and no suggestion."
    first = suggested(present=None)
    assert (first.grade, first.clause) == (None, "3.3.3-a")
    assert first.reason == "First grading: there is no present grade to start from."


# What no reason justifies


def test_above_the_present_grade_without_an_application_is_refused() -> None:
    assert proposed("junior-3", "best of all", applied_for=None) == (
        "3.3.3-a Above the present grade without an application."
    )


def test_above_the_present_grade_without_a_ground_is_refused() -> None:
    assert proposed("junior-3", "best of all", promotion=Eligibility(())) == "4.1.1 No ground for promotion is met."


def test_without_a_self_assessment_a_promotion_is_refused() -> None:
    blocked = replace(MET, blocks=(NOT_SELF_ASSESSED,))
    assert proposed("junior-3", "best of all", promotion=blocked) == (
        "3.3-a Without a self-assessment there is no promotion."
    )


def test_more_than_was_applied_for_is_refused() -> None:
    assert proposed("intermediate-1", "best") == "3.3.3-a Above the grade junior-3 that was applied for."


def test_more_steps_than_the_parameter_allows_are_refused() -> None:
    assert proposed("intermediate-1", "best", applied_for="intermediate-1") == (
        "4.1.1 2 steps up at once are too many; at most 1 is allowed."
    )


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        (None, "4.2.1 Below the present grade without a ground for demotion."),
        (replace(BASIS, met=False), "4.2.1 Below the present grade without a ground for demotion."),
        (replace(BASIS, proposed=False), "4.2.2 A demotion is proposed by the superior first."),
        (replace(BASIS, heard=False), "4.2-a The employee is heard before a demotion."),
        (BASIS, None),
    ],
)
def test_below_the_present_grade_takes_a_ground_proposed_and_heard(
    basis: DemotionBasis | None, expected: str | None
) -> None:
    assert proposed("junior-1", "unqualified twice", demotion=basis) == expected


def test_the_grade_cannot_fall_on_a_leave_years_figures() -> None:
    spared = proposed("junior-1", "unqualified twice", demotion=BASIS, leave_years=frozenset({2025, 2020}))
    assert spared == "3.2-d The grade cannot fall on the figures of the leave year 2025."
    assert proposed("junior-1", "unqualified", demotion=BASIS, leave_years=frozenset({2023})) is None


def test_an_appeal_never_ends_worse() -> None:
    worse = "3.3.5-b An appeal never ends worse for the appellant than junior-3."
    assert proposed("junior-2", "on reflection", not_below="junior-3") == worse
    assert proposed("junior-3", not_below="junior-3") is None
    assert proposed("junior-3", not_below="junior-2") is None


def test_a_first_grading_may_be_any_grade_with_a_reason() -> None:
    assert proposed("senior-1", "ten years elsewhere", present=None) is None
    assert proposed("senior-1", present=None) == "3.3.3 There is no suggested grade; the proposal needs a reason."


def test_a_grade_that_does_not_exist_is_wrong_input() -> None:
    with pytest.raises(Invalid):
        check_lawful(CASE, "junior-9", LADDER, PARAMETERS)


@pytest.mark.parametrize(
    ("grade", "changes", "facts"),
    [
        ("junior-3", {"applied_for": None}, {"grade": "junior-3"}),
        ("junior-3", {"promotion": Eligibility(())}, {"grade": "junior-3"}),
        ("intermediate-1", {}, {"grade": "intermediate-1", "applied_for": "junior-3"}),
        ("junior-1", {}, {"grade": "junior-1"}),
        ("junior-1", {"demotion": replace(BASIS, proposed=False)}, {"ground": 1}),
        ("junior-1", {"demotion": replace(BASIS, heard=False)}, {"ground": 1}),
        ("junior-1", {"not_below": "junior-2"}, {"not_below": "junior-2", "grade": "junior-1"}),
    ],
)
def test_a_refusal_says_the_facts_it_rests_on(grade: str, changes: dict[str, Any], facts: dict[str, Any]) -> None:
    refusal = check_lawful(replace(CASE, **changes), grade, LADDER, PARAMETERS)
    assert refusal is not None
    assert refusal.facts == facts


# What needs a reason


def test_the_suggested_grade_needs_no_reason() -> None:
    assert proposed("junior-3") is None
    assert proposed("junior-2", applied_for=None) is None


def test_departing_from_the_suggestion_needs_a_reason() -> None:
    expected = "3.3.3 The proposal departs from the suggested grade junior-3; it needs a reason."
    assert proposed("junior-2") == expected
    assert proposed("junior-2", "  \n") == expected
    assert proposed("junior-2", "no post is free") is None


def test_a_promotion_below_the_threshold_needs_a_reason() -> None:
    low = "3.3.3-a A promotion below the threshold 75 of junior-3 needs a reason (score: 74)."
    assert proposed("junior-3", score=D(74)) == low
    assert proposed("junior-3", "major contribution", score=D(74)) is None
    unknown = "3.3.3-a A promotion below the threshold 75 of junior-3 needs a reason (score: –)."
    assert proposed("junior-3", score=None) == unknown
    assert proposed("junior-3", score=None, thresholds={}) == unknown.replace("75", "0")


def test_keeping_the_grade_without_a_score_needs_a_reason() -> None:
    assert proposed("junior-2", score=None) == "3.3.3 There is no suggested grade; the proposal needs a reason."


def test_an_open_duty_of_demotion_comes_before_any_proposal() -> None:
    said = "4.2.1 Ground (1) of demotion is met: the superior first proposes it, or records why not."
    assert proposed("junior-3", "a reason", duty_open=True) == said
    assert proposed("junior-3") is None


def test_exceeding_a_staffing_limit_needs_a_reason() -> None:
    full = {"junior": Staffing(limit=10, others=10)}
    assert proposed("junior-3", staffing=full) == (
        "3.3.3-b The proposal exceeds the staffing limit of 10 for the level; it needs a reason."
    )
    assert proposed("junior-3", "two leave in March", staffing=full) is None
    assert proposed("junior-3", staffing={"junior": Staffing(10, 9)}) is None
    assert proposed("junior-3", staffing={"senior": Staffing(0, 5)}) is None
    refusal = reason_needed(replace(CASE, staffing=full), "junior-3", LADDER, PARAMETERS)
    assert refusal is not None
    assert refusal.facts == {"level": "junior", "limit": 10, "proposed": 11}


def moved(grade: str, proposal: str | None, reason: str = "") -> str | None:
    refusal = check_motion(CASE, grade, proposal, reason=reason, ladder=LADDER, parameters=PARAMETERS)
    return refusal and f"{refusal.clause} {refusal.text()}"


def test_a_motion_for_another_grade_than_the_proposal_needs_a_reason() -> None:
    needed = "3.3.4-b A grade other than the proposal needs a reason."
    assert moved("junior-3", "junior-3") is None
    assert moved("junior-2", "junior-3") == needed
    refusal = check_motion(CASE, "junior-2", "junior-3", reason="", ladder=LADDER, parameters=PARAMETERS)
    assert refusal is not None
    assert refusal.facts == {"proposal": "junior-3", "grade": "junior-2"}
    assert moved("junior-2", None, " ") == needed
    assert moved("junior-2", "junior-3", "too early") is None


def test_an_unlawful_motion_is_refused_even_with_a_reason() -> None:
    assert moved("junior-1", "junior-3", "really") == "4.2.1 Below the present grade without a ground for demotion."


@given(st.sampled_from(LADDER.codes), st.sampled_from([None, *LADDER.codes]), st.decimals(0, 100, places=2))
def test_what_is_suggested_may_always_be_proposed(present: str, applied: str | None, score: D) -> None:
    case = replace(CASE, present=present, applied_for=applied, score=score)
    grade = suggest(case, LADDER, PARAMETERS).grade
    assert grade is not None
    assert check_proposal(case, grade, reason="", ladder=LADDER, parameters=PARAMETERS) is None
    assert not LADDER.is_below(grade, present)


# Flags


def test_an_unchanged_case_with_good_data_has_no_flag() -> None:
    assert flags(present="junior-2", proposal="junior-2") == ()


def test_every_flag_says_why_a_case_is_individual() -> None:
    found = flags(
        present="junior-2",
        proposal="junior-3",
        score_reasons=(Flag.THIN_DATA, Flag.SHORT_PEERS),
        outlier_rater=True,
        self_assessed=False,
        low_score=True,
    )
    assert found == (
        Flag.THIN_DATA,
        Flag.SHORT_PEERS,
        Flag.GRADE_CHANGE,
        Flag.OUTLIER_RATER,
        Flag.MISSING_SELF_ASSESSMENT,
        Flag.LOW_SCORE,
    )


def test_no_proposal_and_a_first_grading_are_changes_of_grade() -> None:
    assert flags(present=None, proposal=None) == (Flag.GRADE_CHANGE,)
    assert flags(present=None, proposal="junior-1") == (Flag.GRADE_CHANGE,)


def test_a_score_under_the_present_grades_own_threshold_is_low() -> None:
    thresholds = {"junior-2": D(60)}
    assert is_low(D("59.99"), "junior-2", thresholds)
    assert not is_low(D(60), "junior-2", thresholds)
    assert not is_low(D(0), "junior-3", thresholds)
    assert not is_low(None, "junior-2", thresholds)
    assert not is_low(D(0), None, thresholds)
