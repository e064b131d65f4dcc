"""What a guard may look at: the stage, what the actor is to the record, and named facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SYSTEM = frozenset({"system"})


@dataclass(frozen=True)
class Facts:
    """One record as the workflow sees it.

    `relations` names what the actor is to this record ("subject", "superior", "hr", …, or "system");
    `known` holds the facts that guards ask for by name. `parts` holds, for each act that names one part of the record (a case
    on an agenda), the parts as this actor may act on them: such an act is open where it is open on any of them.
    """

    process: str
    stage: str
    relations: frozenset[str]
    known: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, Sequence[Facts]] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        """A named fact, or the default where it is not known."""
        return self.known.get(name, default)


def effect(process: str, stage: str, **known: Any) -> Facts:
    """A record as the system finds it that carries on what follows from another act."""
    return Facts(process, stage, SYSTEM, known)
