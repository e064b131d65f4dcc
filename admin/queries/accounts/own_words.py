"""The words that everybody knows of somebody, which are the first guesses at their password (6.3-b)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import islice, product

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.spellings import is_han, sounds
from admin.models import Department, Employee
from admin.models.accounts import User
from config import current

SHORTEST_LATIN, SHORTEST_HAN = 3, 2
LONGEST_HAN = 12  # characters whose sounds are written out; whoever has a longer name types a part of it
MOST_WAYS = 32  # in which one run of characters sounds


def own_words(session: Session, user_id: int) -> list[str]:
    """Name, number, sign-in name, department and company of an account's owner, whole and in parts."""
    found = session.execute(
        select(User.username, User.first_name, Employee.name, Employee.number, Employee.email, Department.name)
        .outerjoin(Employee, Employee.user_id == User.id)
        .outerjoin(Department, Department.id == Employee.department_id)
        .where(User.id == user_id)
        .execution_options(unscoped=True)
    ).one()
    return words_of(*(text for text in found if text))


def words_of(*texts: str) -> list[str]:
    """These texts and the company's names, whole and in parts, in plain letters."""
    said = [unicodedata.normalize("NFKC", text).casefold() for text in (*texts, *current().portal_company)]
    return sorted({word for text in said for word in _parts(text) if len(word) >= _shortest(word)})


def _shortest(word: str) -> int:
    return SHORTEST_LATIN if word.isascii() else SHORTEST_HAN


def _parts(text: str) -> Iterator[str]:
    yield text
    parts = "".join(letter if letter.isalnum() else " " for letter in text).split()
    yield from parts
    yield "".join(parts)
    yield "".join(reversed(parts))  # family name first, or last
    for part in parts:
        yield from _by_sound([sounds(letter) for letter in part[:LONGEST_HAN] if is_han(letter)])
    if len(parts) == 1 and not text.isascii():
        yield text[1:]  # a Chinese given name without the family name


def _by_sound(ways: list[frozenset[str]]) -> Iterator[str]:
    """How somebody types Chinese characters in Latin letters: whole, in parts, the given name first, and by initials."""
    for start in range(len(ways)):
        for end in range(start + 1, len(ways) + 1):
            yield from _joined(ways[start:end])
    if len(ways) > 1:
        first = [frozenset(each[0] for each in way) for way in ways]
        yield from _joined(first)
        for family in (1, 2):  # of one character, and of two
            yield from _joined([*ways[family:], *ways[:family]])
            yield from _joined([*ways[:family], *first[family:]])
            yield from _joined([*first[family:], *ways[:family]])


def _joined(ways: list[frozenset[str]]) -> Iterator[str]:
    return ("".join(one) for one in islice(product(*map(sorted, ways)), MOST_WAYS))
