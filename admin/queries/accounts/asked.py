"""What somebody asked for and a second person has to confirm, as it is kept: its texts and files (6.1-a)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

KIND, VALUE = "$", "value"  # how a value that JSON does not know is kept
TOLD = frozenset({"text", "summary", "number", "term_to", "last_day"})  # what is typed beside the reason


def files_in(asked: Mapping[str, Any] | None) -> Iterator[Mapping[str, str]]:
    """The files that came with it, by name, kind and hash."""
    for _name, each in _leaves("", asked or {}):
        if isinstance(each, dict) and each[KIND] == "file":
            yield each[VALUE]


def texts_in(asked: Mapping[str, Any] | None) -> Iterator[str]:
    """The texts that were typed for somebody else, whom the reader has to answer for."""
    for name, each in _leaves("", asked or {}):
        if name in TOLD and isinstance(each, str) and each.strip():
            yield each


def _leaves(name: str, held: Any) -> Iterator[tuple[str, Any]]:
    """Every value with the name that it stands under, groups and lists opened."""
    if isinstance(held, list):
        for each in held:
            yield from _leaves(name, each)
    elif isinstance(held, dict) and held.get(KIND) == "mapping":
        for key, each in held[VALUE]:
            yield from _leaves(str(key), each)
    elif isinstance(held, dict) and (KIND not in held or held[KIND] == "group"):
        for key, each in (held[VALUE] if KIND in held else held).items():
            yield from _leaves(key, each)
    else:
        yield name, held
