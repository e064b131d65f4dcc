"""The ladder of clause 2.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.domain.grades import FIRST_HIGHEST, Grade, make_ladder
from admin.domain.refusals import Invalid
from tests.domain.samples import GRADES, LADDER

codes = st.sampled_from(LADDER.codes)


def test_the_ladder_has_four_levels_and_eleven_grades_lowest_first() -> None:
    assert LADDER.levels == ("junior", "intermediate", "senior", "expert")
    assert len(LADDER.codes) == 11
    assert LADDER.codes[:4] == ("junior-1", "junior-2", "junior-3", "intermediate-1")
    assert LADDER.codes[-1] == "expert-2"


def test_the_parameter_may_make_step_one_the_highest_of_its_level() -> None:
    ladder = make_ladder(GRADES, FIRST_HIGHEST)
    assert ladder.codes[:4] == ("junior-3", "junior-2", "junior-1", "intermediate-3")
    assert ladder.codes[-1] == "expert-1"


def test_steps_are_counted_across_levels_up_and_down() -> None:
    assert LADDER.steps("junior-3", "intermediate-1") == 1
    assert LADDER.steps("senior-1", "junior-3") == -4
    assert LADDER.steps("senior-1", "senior-1") == 0
    assert LADDER.level_of("senior-2") == "senior"


def test_neighbours_end_at_both_ends_of_the_ladder() -> None:
    assert LADDER.next_above("junior-3") == "intermediate-1"
    assert LADDER.next_above("expert-2") is None
    assert LADDER.next_below("junior-2") == "junior-1"
    assert LADDER.next_below("junior-1") is None
    assert LADDER.above("senior-3") == ("expert-1", "expert-2")
    assert LADDER.below("junior-3") == ("junior-2", "junior-1")


def test_a_grade_that_is_not_on_the_ladder_is_named() -> None:
    assert "junior-9" not in LADDER
    assert "junior-1" in LADDER
    with pytest.raises(Invalid, match="grade: There is no grade junior-9 on the ladder") as caught:
        LADDER.index("junior-9")
    assert set(caught.value.fields) == {"grade"}


@pytest.mark.parametrize(
    ("grades", "order", "field"),
    [
        (GRADES, "upwards", "step_order"),
        ([], "first_lowest", "grades"),
        ([Grade("a", "x", 1), Grade("a", "x", 2)], "first_lowest", "grades"),
        ([Grade("a", "x", 1), Grade("b", "x", 1)], "first_lowest", "grades"),
    ],
)
def test_a_malformed_ladder_is_not_accepted(grades: list[Grade], order: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        make_ladder(grades, order)
    assert set(caught.value.fields) == {field}


@given(codes, codes)
def test_above_and_below_are_the_two_sides_of_steps(one: str, other: str) -> None:
    assert LADDER.is_above(one, other) == LADDER.is_below(other, one) == (LADDER.steps(other, one) > 0)
    assert LADDER.is_above(one, other) + LADDER.is_below(one, other) + (one == other) == 1
    assert (one in LADDER.above(other)) == LADDER.is_above(one, other)
    assert (one in LADDER.below(other)) == LADDER.is_below(one, other)


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [(None, 1, "initial"), (0, 1, "promotion"), (1, 1, "unchanged"), (2, 1, "demotion")],
)
def test_a_ladder_says_which_way_a_result_leads(before, after, way):
    codes = LADDER.codes
    assert LADDER.movement(None if before is None else codes[before], codes[after]) == way


@pytest.mark.parametrize(
    ("present", "others", "ground", "answer"),
    [
        (3, (2,), None, True),
        (3, (None, 2), None, True),
        (3, (3,), "1", True),
        (3, (4, 3), None, False),
        (3, (None,), None, False),
        (None, (1,), None, False),
    ],
)
def test_a_case_is_about_a_demotion_by_a_ground_or_by_a_lower_grade(present, others, ground, answer):
    named = [None if place is None else LADDER.codes[place] for place in (present, *others)]
    assert LADDER.is_demotion(*named, ground=ground) is answer
