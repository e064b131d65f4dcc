"""What may be wrong with a file: said by file, row and column, in words that HR can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from admin.domain.refusals import filled

SHOWN = 80  # characters of a value repeated in a message: enough to find it, too few to flood a screen


def quoted(value: object) -> str:
    """A cell's value as it is repeated in a message: one short line, without characters that act."""
    whole = isinstance(value, float) and value.is_integer()  # a spreadsheet keeps each number as one with decimals
    text = str(int(value) if isinstance(value, float) and whole else value)
    head = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:SHOWN])
    return head + "…" if len(text) > SHOWN else head


def _said(message: str, facts: Mapping[str, Any], translate: Any) -> str:
    """The message in the reader's language; of its facts `field` and `fields` are message ids, `columns` are with a guess."""
    told = dict(facts)
    for name in ("field", "fields"):
        if name in told:
            each = [told[name]] if isinstance(told[name], str) else told[name]
            told[name] = ", ".join(translate(one) for one in each)
    if "columns" in told:
        told["columns"] = ", ".join(
            f"{header} ({translate(guess)}?)" if guess else header for header, guess in told["columns"]
        )
    return filled(message, told, translate)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: row as numbered in the file, the column's header, the value as found, an English message id."""

    row: int | None
    column: str | None
    value: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def text(self, translate: Any = str) -> str:
        """The message in the reader's language."""
        return _said(self.message, self.facts, translate)


@dataclass(frozen=True, slots=True)
class FileNote:
    """Something done to the file that its owner should know: a footer dropped, blank rows skipped, columns not used."""

    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def text(self, translate: Any = str) -> str:
        """The message in the reader's language."""
        return _said(self.message, self.facts, translate)


class FileFault(Exception):
    """The file as a whole cannot be read; `message` is a message id that `facts` fill (exit code 2, HTTP 422)."""

    def __init__(self, message: str, /, **facts: Any) -> None:
        self.message = message
        self.facts = facts
        super().__init__(self.text())

    def text(self, translate: Any = str) -> str:
        """The message in the reader's language."""
        return _said(self.message, self.facts, translate)


class Unclean(ValueError):
    """A cell's value cannot be taken; the caller adds row and column."""

    def __init__(self, message: str, /, **facts: Any) -> None:
        self.message = message
        self.facts = facts
        super().__init__(message % facts if facts else message)


class Untold(FileFault):
    """The file can be read in several ways, and HR has to say which.

    `choice`: "encoding" or "header_row"; `offers`: each answer with the file as it reads then.
    """

    def __init__(self, message: str, choice: str, offers: list[tuple[str, str]], /, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.choice = choice
        self.offers = offers

    @property
    def of_a_table(self) -> bool:
        """Whether any answer makes a table of the file: of a single row none does."""
        return self.choice != "header_row" or len(self.offers) > 1
