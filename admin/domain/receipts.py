"""Receipt codes of complaints: long enough not to be guessed, written to be copied by hand (6.3.1).

Crockford's base 32: 27 characters hold 135 bits, a 28th checks them. Reading forgives lower case, spaces, dashes,
full-width letters, O for 0, I and L for 1. The database holds only a keyed hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Collection, Iterator

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DATA_LENGTH = 27
LENGTH = DATA_LENGTH + 1
GROUP = 4
LONGEST_INPUT = 200
NOBODYS = "0" * DATA_LENGTH  # has no check character, so it is never given out; hashed in the place of a malformed code
_MODULUS = 37  # Crockford's: finds every wrong character and every swapped pair
_LOOK_ALIKES = str.maketrans("OIL", "011")
_BETWEEN = r"[\s\-_.·‐-―−]"
_LEFT_OUT = re.compile(_BETWEEN + "+")
_LETTER = "[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]"
_STARTS = re.compile(_LETTER)
_RUN = re.compile(f"(?:{_LETTER}{_BETWEEN}{{0,3}}){{{DATA_LENGTH}}}{_LETTER}")
MASK = "••••"


def new_receipt() -> str:
    """A code by chance."""
    # `int()` is never 1: draws without end, because one in seven has no check character.
    return _first(secrets.token_bytes(32) for _ in iter(int, 1))


def same_receipt(once: str, key: bytes) -> str:
    """The code of one sending of a form: sent twice, it is the same; nobody without the key can tell it."""
    # Derived instead of kept: the table would have to hold the receipt in the clear to give it a second time.
    return _first(hmac.digest(key, f"once\0{number}\0{once}".encode(), hashlib.sha256) for number in _counting())


def _counting() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


def _first(draws: Iterator[bytes]) -> str:
    """The first draw whose check character is a digit or letter: five of 37 checks would be signs."""
    for draw in draws:
        data = _characters(int.from_bytes(draw))
        if check := _check_character(data):
            return data + check
    raise ValueError("the draws ended")


def _characters(number: int) -> str:
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(DATA_LENGTH))


def _check_character(data: str) -> str:
    rest = 0
    for letter in data:
        rest = (rest * 32 + ALPHABET.index(letter)) % _MODULUS
    return ALPHABET[rest] if rest < len(ALPHABET) else ""


def grouped(receipt: str) -> str:
    """The code as it is shown: groups of four."""
    return "-".join(receipt[at : at + GROUP] for at in range(0, len(receipt), GROUP))


def read_receipt(text: str) -> str | None:
    """The code that somebody typed, or None where it cannot be one."""
    code = plain_letters(text)
    if len(code) != LENGTH or set(code) - set(ALPHABET):
        return None
    return code if _check_character(code[:DATA_LENGTH]) == code[-1] else None


def plain_letters(text: str) -> str:
    """What was typed without what is forgiven; not yet a code."""
    # Cut first: normalising ten megabytes for a code of 28 characters would be work for an attacker's asking.
    upper = unicodedata.normalize("NFKC", text[:LONGEST_INPUT]).upper()
    return _LEFT_OUT.sub("", upper).translate(_LOOK_ALIKES)


def receipts_in(text: str) -> list[tuple[int, int, str]]:
    """Where codes stand in a text, as somebody pasted them: (from, to, code); whether one was given out is not known here."""
    found: list[tuple[int, int, str]] = []
    for start in _STARTS.finditer(text):
        match = _RUN.match(text, start.start())
        code = read_receipt(match[0]) if match else None
        if match and code and (not found or start.start() >= found[-1][1]):
            found.append((start.start(), match.end(), code))
    return found


def without_receipts(text: str, codes: Collection[str]) -> str:
    """The text with a mark in the place of each of these codes."""
    for start, end, code in reversed(receipts_in(text)):
        if code in codes:
            text = text[:start] + MASK + text[end:]
    return text


def receipt_hash(receipt: str, key: bytes) -> str:
    """What the database keeps of a code: an HMAC, worthless without the key."""
    # The word in front keeps this hash apart from others under the same key.
    return hmac.new(key, f"receipt\0{receipt}".encode(), hashlib.sha256).hexdigest()
