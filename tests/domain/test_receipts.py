"""Receipt codes: unguessable, forgiving to the hand that copies them, strict about a wrong letter."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.domain.receipts import (
    ALPHABET,
    DATA_LENGTH,
    LENGTH,
    grouped,
    new_receipt,
    read_receipt,
    receipt_hash,
    same_receipt,
)

KEY = b"a key of the test"
codes = st.text(min_size=1).map(lambda once: same_receipt(once, KEY))


def test_a_code_holds_at_least_128_bits() -> None:
    assert DATA_LENGTH * math.log2(len(ALPHABET)) - math.log2(37 / 32) >= 128


def test_codes_differ_and_read_back() -> None:
    found = {new_receipt() for _ in range(200)}
    assert len(found) == 200
    assert all(read_receipt(grouped(code)) == code and len(code) == LENGTH for code in found)


@given(codes)
def test_lower_case_spaces_and_look_alikes_are_forgiven(code: str) -> None:
    typed = grouped(code).lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert read_receipt(f"  {typed}\n") == code
    assert read_receipt(code.replace("1", "I").replace("0", "O")) == code
    assert read_receipt(grouped(code).replace("-", "—")) == code


@given(codes)
def test_full_width_letters_are_forgiven(code: str) -> None:
    assert read_receipt("".join(chr(ord(letter) + 0xFEE0) for letter in code)) == code


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(code: str, place: int, letter: str) -> None:
    changed = code[:place] + letter + code[place + 1 :]
    assert read_receipt(changed) == (code if changed == code else None)


@given(codes, st.integers(0, DATA_LENGTH - 2))
def test_two_swapped_characters_are_noticed(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert read_receipt(swapped) == (code if swapped == code else None)


@pytest.mark.parametrize(
    "text", ["", "-", "U" * LENGTH, "0" * (LENGTH - 1), "0" * 500, "💥" * LENGTH, "'; DROP TABLE", "\0" * LENGTH]
)
def test_what_cannot_be_a_code_is_none(text: str) -> None:
    assert read_receipt(text) is None


@given(st.text())
def test_reading_never_fails_whatever_is_typed(text: str) -> None:
    assert read_receipt(text) is None or len(text) >= LENGTH


def test_the_same_sending_has_the_same_code_and_another_key_another() -> None:
    assert same_receipt("form 1", KEY) == same_receipt("form 1", KEY)
    assert len({same_receipt("form 1", KEY), same_receipt("form 2", KEY), same_receipt("form 1", b"other")}) == 3


def test_the_hash_depends_on_the_key_and_does_not_hold_the_code() -> None:
    code = new_receipt()
    assert receipt_hash(code, KEY) != receipt_hash(code, b"other")
    assert len(receipt_hash(code, KEY)) == 64 and code not in receipt_hash(code, KEY)
