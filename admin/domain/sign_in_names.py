"""Sign-in names: however one is typed, it is one name, in Python and in the database."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 64
_UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs")  # controls, and what leaves no mark
# What leaves none either and is counted among marks and letters: fillers, joiners, selectors of a shape.
_IGNORED = frozenset(
    chr(code)
    for first, last in (
        (0x34F, 0x34F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x3164, 0x3164), (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0), (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)  # fmt: skip


def canonical(name: str) -> str:
    """What a sign-in name is compared as, whatever its case, width, way of composing and unseen signs; the same of itself.

    Case is folded as Unicode has it, in no language of its own: a Turkish İ is an i with a dot above, and no other letter.
    """
    if name.isascii() and name.isprintable():  # nothing in it is composed, wide or unseen: numbers of employees are so
        return " ".join(name.casefold().split())
    plain, before = name, None
    for _again in range(3):  # folding may take apart what composing puts together, and the other way round
        if plain == before:
            break
        before, plain = plain, unicodedata.normalize("NFKC", plain).casefold()
    seen = "".join(letter for letter in plain if letter.isspace() or not _is_unseen(letter))
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN or letter in _IGNORED
