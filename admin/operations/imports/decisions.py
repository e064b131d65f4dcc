"""What a file seems to say by what it does not hold: each is HR's decision, and nothing of it is done without a tick (1.2-d).

A blank takes nothing away, and a roster of last month brings nobody back, neither from another company nor from leave.
A tick is kept with the import's columns, so that page, command and the second person who confirms see the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from admin.domain.codes import EmployeeStatus
from admin.operations.imports.difference import REHIRE, RETURN
from admin.operations.imports.imports_plan import Basis

WIPED = ("left_on", "superior", "email", "queue", "post", "joined_centre_on")  # what a blank would take away
EVERYBODY = "*"
STORED = 20_000  # of a kind, kept with the report so that each can be ticked
Changes = dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Undecided:
    """One decision about one person: its kind (`rehire`, `return`, or the column that a blank would wipe), and what stands there now."""

    kind: str
    number: str
    name: str
    old: Any
    taken: bool

    @property
    def key(self) -> str:
        """How a tick names it; `kind:*` ticks all of a kind."""
        return f"{self.kind}:{self.number}"


class Ticks:
    """The decisions that HR has ticked, and those that a file asks for."""

    def __init__(self, basis: Basis) -> None:
        self._ticked: Collection[str] = frozenset(basis.mapping.options.get("decided", ()))
        self.asked: list[Undecided] = []

    def settled(self, number: str, name: str, changes: Changes) -> Changes:
        """The changes without those that nobody has ticked; what is to be decided is noted."""
        kept = dict(changes)
        for kind, (old, fields) in _asked_by(changes).items():
            taken = bool({f"{kind}:{number}", f"{kind}:{EVERYBODY}"} & set(self._ticked))
            self.asked.append(Undecided(kind, number, name, old, taken))
            if not taken:
                kept = {column: pair for column, pair in kept.items() if column not in fields}
        return kept

    def report(self) -> dict[str, Any]:
        """The decisions as the report keeps them, those of one kind together, and how many there are of each."""
        kinds = sorted({each.kind for each in self.asked}, key=(REHIRE, RETURN, *WIPED).index)
        return {
            "decisions": [
                {"key": each.key, "kind": each.kind, "number": each.number, "name": each.name, "old": each.old,
                 "taken": each.taken}
                for kind in kinds
                for each in [found for found in self.asked if found.kind == kind][:STORED]
            ],
            "decisions_of": {kind: sum(each.kind == kind for each in self.asked) for kind in kinds},
        }  # fmt: skip


def _asked_by(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Collection[str]]]:
    before, after = changes.get("status", (None, None))
    if before == EmployeeStatus.LEFT and after != EmployeeStatus.LEFT:
        return {REHIRE: (changes.get("left_on", (None,))[0], ("status", "left_on"))} | _wiped(changes, ("left_on",))
    if before == EmployeeStatus.ON_LEAVE and after == EmployeeStatus.IN_SERVICE:
        return {RETURN: (None, ("status",))} | _wiped(changes, ())
    return _wiped(changes, ())


def _wiped(changes: Mapping[str, tuple[Any, Any]], but: Collection[str]) -> dict[str, tuple[Any, Collection[str]]]:
    return {
        name: (changes[name][0], (name,))
        for name in WIPED
        if name in changes and name not in but and changes[name][1] in (None, "") and changes[name][0] not in (None, "")
    }
