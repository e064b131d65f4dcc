"""What a worked case hands its rule, and how a refusal stands in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from admin.domain import grades
from admin.domain.refusals import Refusal
from admin.rulebook.book import Rulebook


@dataclass(frozen=True)
class Setting:
    """What a case is worked in: its facts, the parameters that hold for it, the ladder, the rulebook."""

    given: Mapping[str, Any]
    parameters: Mapping[str, Any]
    ladder: grades.Ladder
    book: Rulebook


Adapter = Callable[[Setting], dict[str, Any]]


def verdict(refusal: Refusal | None) -> dict[str, Any]:
    """Whether it is allowed, and under which clause not."""
    return {"allowed": refusal is None, "clause": refusal.clause if refusal else None}
