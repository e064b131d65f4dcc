"""What falls when the ratings are taken up again, whoever sends the case back: head, HR or panel (3.3.3, 3.3.5-a)."""

from __future__ import annotations

from sqlalchemy import select

from admin.domain.codes import RaterKind, RatingState
from admin.models import Rating, Review
from admin.operations.transaction import Operation


def void_superior(op: Operation, review: Review) -> None:
    """The superior's signature, the score and the suggestion fall; what was written stays as a draft."""
    query = select(Rating).where(
        Rating.review_id == review.id, Rating.kind == RaterKind.SUPERIOR, Rating.state == RatingState.SUBMITTED
    )
    for rating in op.session.scalars(query):
        rating.state, rating.signature = "draft", None  # when it was signed stays: it was an act of judging (3.3-d)
    review.score, review.suggested_grade_id = None, None
