"""Raters who judge far from the others in a cycle, and the cases that carry a rating of theirs (3.3.4-c)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.domain.ratings import outlying_raters
from admin.models import Rating, Review

Rater = tuple[str, int]  # superiors are held against superiors, colleagues against colleagues


def outliers(session: Session, cycle_id: int) -> set[Rater]:
    """The outlying raters of a cycle by what has been signed so far, in one statement."""
    query = (
        select(Rating.kind, Rating.rater_id, func.avg(Rating.mean))
        .join(Review, Review.id == Rating.review_id)
        .where(Review.cycle_id == cycle_id, Rating.state == "submitted", Rating.mean.is_not(None))
        .group_by(Rating.kind, Rating.rater_id)
    )
    means: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for kind, rater, mean in session.execute(query.execution_options(unscoped=True)):
        means[kind][str(rater)] = Decimal(str(mean))
    return {(kind, int(rater)) for kind, given in means.items() for rater in outlying_raters(given)}


def rated_by(session: Session, review_ids: Collection[int], raters: Collection[Rater]) -> set[int]:
    """Those of the cases that one of these raters has signed a rating on."""
    if not raters:
        return set()
    query = select(Rating.review_id, Rating.kind, Rating.rater_id).where(
        Rating.review_id.in_(review_ids), Rating.state == "submitted", Rating.rater_id.in_({who for _, who in raters})
    )
    rows = session.execute(query.execution_options(unscoped=True))
    return {review for review, kind, rater in rows if (kind, rater) in raters}
