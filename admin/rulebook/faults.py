"""What is wrong with a rulebook, and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from admin.domain.refusals import Invalid


@dataclass(frozen=True)
class RulebookFault:
    """One fault: an English message id with its facts; file, line (0: unknown) and entry (`clauses 3.1 text en`)."""

    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    entry: str = ""

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The fault in words; `translate` maps a message id to the reader's language."""
        said = translate(self.reason) % self.facts if self.facts else translate(self.reason)
        return ": ".join(part for part in (self.place, self.entry, said) if part)

    @property
    def place(self) -> str:
        """`file:line`, as far as known."""
        return f"{self.file or 'line'}:{self.line}" if self.line else self.file


class RulebookError(Invalid):
    """The rulebook is malformed: wrong input, whose fields are the entries; `faults` names every place."""

    def __init__(self, faults: Sequence[RulebookFault]) -> None:
        self.faults = tuple(faults)
        self._named = {fault.entry or fault.place: fault for fault in self.faults}
        super().__init__(
            {name: fault.reason for name, fault in self._named.items()},
            own={name: fault.facts for name, fault in self._named.items()},
        )
        self.args = ("\n".join(fault.text() for fault in self.faults),)

    def text(self, name: str, translate: Callable[[str], str] = str) -> str:
        """The fault of one entry in the reader's language."""
        return self._named[name].text(translate)
