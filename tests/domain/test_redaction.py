"""Names on a public notice, in each style (parameter notice_name_style)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.domain.redaction import MASK, printed_name

names = st.text(min_size=1, max_size=30)


def test_the_full_style_prints_the_name():
    assert printed_name("王小明", "full") == "王小明"


def test_the_number_only_style_prints_no_name():
    assert printed_name("王小明", "number_only") == ""


@pytest.mark.parametrize(
    ("name", "printed"),
    [("王小明", "王○明"), ("王明", "王○"), ("歐陽小明", "歐○○明"), ("王", "○"), ("", "○"), ("Ann Lee", "A○○○○○e")],
)
def test_the_masked_style_keeps_the_ends(name: str, printed: str):
    assert printed_name(name, "masked") == printed


@given(names)
def test_a_masked_name_is_as_long_as_the_name_and_keeps_at_most_two_characters(name: str):
    masked = printed_name(name, "masked")
    assert len(masked) == len(name)
    assert sum(character != MASK for character in masked) <= 2


@given(names, names)
def test_two_names_with_the_same_ends_and_length_are_masked_alike(one: str, other: str):
    first, second = "王" + one + "明", "王" + other[: len(one)].ljust(len(one), "x") + "明"
    assert printed_name(first, "masked") == printed_name(second, "masked")
