"""Employee numbers that are one number written in two ways: zeros that Excel ate, capitals, an exponent.

Nobody is guessed: such a number is a fault that names the other, for it may be a slip or another person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from admin.domain.refusals import N_

_EXPONENT = re.compile(r"\d(?:\.\d+)?[eE][+]?\d{1,2}")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_SIGNS = re.compile(r"[^\w]+")
ZEROS = (
    N_("This number differs from %(other)s in the portal only by leading zeros"),
    N_("This number differs from %(other)s in row %(row)s only by leading zeros"),
)
CAPITALS = (
    N_("This number differs from %(other)s in the portal only by capital letters"),
    N_("This number differs from %(other)s in row %(row)s only by capital letters"),
)
OTHERWISE = (
    N_("This number differs from %(other)s in the portal only in how it is written"),
    N_("This number differs from %(other)s in row %(row)s only in how it is written"),
)


def alike(number: str) -> str:
    """What two ways of writing a number have in common: 00101, '101 and 101; A001 and a001; 1E5 and 100000."""
    if _EXPONENT.fullmatch(number):
        number = f"{Decimal(number):f}"
    return _ZEROS.sub("", _SIGNS.sub("", number).casefold())


def difference(one: str, other: str) -> tuple[str, str]:
    """In which way two numbers that are `alike` differ: the messages for one in the portal, and for one in the file."""
    if one.casefold() == other.casefold():
        return CAPITALS
    return ZEROS if _ZEROS.sub("", one) == _ZEROS.sub("", other) else OTHERWISE


class Known:
    """The numbers of the portal, by how they are written."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self._numbers = frozenset(numbers)
        self._alike: dict[str, str] = {}
        for number in sorted(self._numbers):
            self._alike.setdefault(alike(number), number)

    def twin(self, number: str) -> str | None:
        """The known number that this unknown one may be meant as."""
        return None if number in self._numbers else self._alike.get(alike(number))
