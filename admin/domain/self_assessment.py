"""What somebody writes about themselves: the application form as it is filled in (3.3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SelfAssessmentInput:
    """What the application form holds: answers by criterion {"value": 1-5 or None, "text": …}, summary, target grade.

    `version` is the one that the form was loaded with; None saves over whatever is there.
    """

    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    summary: str = ""
    target_grade: str | None = None
    ground: str | None = None
    version: int | None = None
