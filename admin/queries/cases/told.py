"""Which results a person has been told of, and the last of them for many people (3.3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from admin.models import Review, ReviewScore
from admin.queries.cycles.rehearsed import REHEARSED

TOLD_STAGES = ("on_notice", "appealed", "issued")  # before the notice a result is the committee's and HR's


def told(people: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    """The cases of these people whose result is told; a rehearsal's is none, and would look like one (1.2-e)."""
    return Review.employee_id.in_(people), Review.stage.in_(TOLD_STAGES), Review.cycle_id.not_in(REHEARSED)


def last_scores(session: Session, people: Sequence[int]) -> dict[int, tuple[Review, list[dict[str, Any]]]]:
    """By person the last told case that has a score, with what its criteria brought; in the reader's scope."""
    query = (
        select(Review, ReviewScore.explanation)
        .join(ReviewScore, ReviewScore.review_id == Review.id)
        .where(*told(people), Review.score.is_not(None))
        .order_by(Review.stage_since, Review.id)
    )
    return {review.employee_id: (review, explained["criteria"]) for review, explained in session.execute(query)}
