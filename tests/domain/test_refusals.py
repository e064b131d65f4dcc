"""What counts says one in the singular, where English tells one from many."""

from __future__ import annotations

import re

import pytest

import admin.domain.refusals as refusals
from admin.domain.refusals import P_, Refusal
from admin.operations import DECLARING  # noqa: F401  # every message that counts is marked where it is written


def test_one_is_said_in_the_singular_and_many_in_the_plural() -> None:
    many = P_("%(count)s thing is there.", "%(count)s things are there.")
    assert Refusal("1.1", many, {"count": 1}).text() == "1 thing is there."
    assert Refusal("1.1", many, {"count": 2}).text() == "2 things are there."


def test_a_language_that_has_one_form_keeps_its_own_words() -> None:
    many = P_("%(count)s thing is there.", "%(count)s things are there.")
    assert Refusal("1.1", many, {"count": 1}).text(lambda _message: "有 %(count)s 件。") == "有 1 件。"


@pytest.mark.parametrize(("many", "one"), sorted(refusals._ONE.items()))
def test_both_forms_ask_for_no_fact_that_the_other_has_not(many: str, one: str) -> None:
    assert set(re.findall(r"%\((\w+)\)s", one)) <= set(re.findall(r"%\((\w+)\)s", many)) and "%(" in many
