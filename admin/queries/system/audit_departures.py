"""What departs from the events of the trail, in the words of the verification and for the baseline after an upgrade (6.3.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from admin.queries.system.audit_chain import ChainFault

CHANGES = ("insert", "update", "delete")


@dataclass(frozen=True)
class Departure:
    """A row that departs from its events: `act` is what no event says was done to it, `changes` from what to what."""

    table: str
    key: int
    act: str
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    events: Mapping[str, int] = field(default_factory=dict)

    def faults(self) -> Iterator[ChainFault]:
        """In the words of the verification, one for each column."""
        place = f"{self.table} {self.key}"
        if self.act == "insert":
            yield ChainFault(place, "stands in the table, and no event says that it was made")
        elif self.act == "delete":
            yield ChainFault(place, "is gone, and no event says so")
        else:
            for name, (then, now) in self.changes.items():
                yield ChainFault(place, self.words(name, then, now))

    def words(self, name: str, then: Any, now: Any) -> str:
        """What is wrong with one column."""
        return f"{name} is {now!r}, and {then!r} by event {self.events[name]}"
