"""What every coded thing is: a text for tables, programs and files, with the one label under which people meet it."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """One value of a coded thing; it is its own text, and `label` is the message id of what screens call it."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """A member from its code and its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def labels(cls) -> dict[str, str]:
        """Every code with its label, in the order in which they are listed: for choices, filters and texts."""
        return {member.value: member.label for member in cls}
