"""What may stand in a text: one rule for everything that people enter and everything that is printed.

The snapshot's schema names the same characters (a test holds the two equal); forms, API, acts, imports, the complaint
form and the rulebook ask here. What is stored by the rule can be printed, put into a document and into a workbook.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from admin.domain.refusals import N_, Invalid

# Control characters but tab and line ends, half characters, and the two that no XML may hold (a document is XML).
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Fillers that count as letters and leave no mark: with format characters alone they make a name that nobody can read.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
UNPRINTABLE_TEXT = N_("This text holds characters that cannot be stored.")


def is_printable(value: Any) -> bool:
    """Whether every text in a value (a text, or lists and mappings of them as JSON has them) can be stored and printed."""
    return all(_UNPRINTABLE.search(text) is None and not _is_unseen(text) for text in _texts(value))


def _is_unseen(text: str) -> bool:
    """Whether a text that is not blank leaves no mark on paper: a name or a reason of it would say nothing."""
    if text[:1].isalnum() and text[0] not in _FILLERS:
        return False  # as nearly every text does, it begins with a letter
    return bool(text.strip()) and all(
        # Format characters and marks without a letter to sit on leave nothing to be seen.
        each.isspace() or each in _FILLERS or unicodedata.category(each) in ("Cf", "Mn")
        for each in text
    )


def printable(text: str, mark: str = "\N{REPLACEMENT CHARACTER}") -> str:
    """The text with a visible mark (or another) in the place of each character that cannot be printed."""
    return _UNPRINTABLE.sub(mark, text)


def refuse_unprintable(**texts: Any) -> None:
    """Raise `Invalid` for every named value that holds a text that cannot be printed."""
    wrong = {name: UNPRINTABLE_TEXT for name, value in texts.items() if not is_printable(value)}
    if wrong:
        raise Invalid(wrong)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            # Keys too: JSON from a program can hide in them what a value may not hold.
            yield from _texts(key)
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
