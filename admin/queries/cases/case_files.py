"""The files of a case as its reader sees them (3.3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from admin.access.actor import Actor
from admin.models import Evidence, Review

OPEN_FOR_FILES = ("self_assessment", "rating", "department_review")


@dataclass(frozen=True)
class CaseFile:
    """A file; `removable` by who uploaded it, until the committee has the case."""

    id: int
    review_id: int
    filename: str
    kilobytes: int
    uploaded_at: datetime
    removable: bool


def case_files(review: Review, evidence: Iterable[Evidence], reader: Actor) -> tuple[CaseFile, ...]:
    """In the order in which they came."""
    open_ = review.stage in OPEN_FOR_FILES
    return tuple(
        CaseFile(
            row.id, row.review_id, row.filename, max(1, row.size // 1024), row.uploaded_at,
            # Not by the office: what one has put in as evidence nobody else takes away (3.3.1).
            removable=open_ and row.uploaded_by_id == reader.user_id,
        )
        for row in evidence
    )  # fmt: skip
