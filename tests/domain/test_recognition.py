"""A name is the same name however it is spelt, and another name is another (6.3-d)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.domain.recognition import Named, Wording, is_exactly, pieces
from admin.domain.spellings import plain, sounds

WHO = Named(1, "陳國輝", "CS0012", "chen.kh", "投訴受理專員")
LATIN = Named(2, "Ana María Núñez", "AX77", "núñez")
TRADITIONAL, SIMPLIFIED = "陳國輝", "陈国辉"
BETWEEN = st.sampled_from(["", " ", "\u3000", "\u200b", "\ufeff", "-", "·", "．", "_", "/", "\u2060", "，", "\n"])


def respelt(draw: st.DrawFn) -> str:
    """The name in either script, character by character, with anything in between."""
    chosen = [draw(st.sampled_from(pair)) for pair in zip(TRADITIONAL, SIMPLIFIED, strict=True)]
    return "".join(each + draw(BETWEEN) for each in chosen)


@given(st.data())
def test_a_name_in_either_script_with_anything_between_is_the_name(data):
    spelt = respelt(data.draw)
    before, after = (
        data.draw(st.sampled_from(["", "客服一部", "我要投訴 "])),
        data.draw(st.sampled_from(["", "組長", "先生"])),
    )
    assert Wording(before + spelt + after, listed=True).names(WHO)


@given(st.data())
def test_a_number_in_any_width_and_case_with_anything_between_is_the_number(data):
    wide = {each: chr(ord(each) + 0xFEE0) for each in "CS0012"}
    chosen = (data.draw(st.sampled_from([each, each.lower(), wide[each]])) for each in "CS0012")
    spelt = "".join(each + data.draw(BETWEEN) for each in chosen)
    assert Wording(f"工號{spelt}", listed=True).names(WHO)


@given(st.text(max_size=60))
def test_any_text_can_be_asked_and_what_is_named_also_resembles(text):
    for listed in (True, False):
        wording = Wording(text, listed=listed)
        assert wording.resembles(WHO) or not wording.names(WHO)
        assert plain(plain(text)) == plain(text)


@given(st.permutations(["Ana", "Maria", "Nunez"]), BETWEEN)
def test_a_latin_name_is_known_in_any_order_and_without_its_accents(words, between):
    assert Wording(between.join(words), listed=True).names(LATIN)


@pytest.mark.parametrize("text", ["王小明", "李組長", "CS0013", "112", "3012", "wang", "", "!!!", "財務部經理"])
def test_who_is_somebody_else_resembles_nothing(text):
    assert not Wording(text, listed=True).resembles(WHO)


def test_in_a_story_a_name_does_not_run_on_into_the_next_sentence_and_small_figures_are_no_number():
    assert not Wording("我問陳，國輝已經走了。一共 12 次。", listed=False).names(WHO)
    assert not Wording("一共 12 次", listed=False).sounds_like(WHO)
    assert Wording("當時陳國輝也在場", listed=False).names(WHO)


def test_a_list_is_its_pieces_and_exact_means_the_whole_of_one():
    assert pieces(" 陳國輝、王某; CS0012,,") == ("陳國輝", "王某", "CS0012")
    assert is_exactly("陈国辉", WHO) and is_exactly("ｃｓ００１２", WHO)
    assert not is_exactly("陳國", WHO) and not is_exactly("", WHO)


def test_a_character_with_several_sounds_is_known_by_each():
    assert {"zeng", "ceng", "tseng"} <= sounds("曾")
