"""When the ratings of a case are over, and which raters judge far from the others in a cycle (3.3-a, 3.3.4-c)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from admin.domain.codes import CaseStage, CycleStage, RaterKind, RatingState
from admin.domain.ratings import outlying_raters
from admin.models import Cycle, Rating, Review

OPEN_RATING = ("asked", "draft")
Rater = tuple[str, int]  # superiors are held against superiors, colleagues against colleagues


def outliers(session: Session, cycle_id: int) -> set[Rater]:
    """The outlying raters of a cycle by what has been signed so far, in one statement."""
    query = (
        select(Rating.kind, Rating.rater_id, func.avg(Rating.mean))
        .join(Review, Review.id == Rating.review_id)
        .where(Review.cycle_id == cycle_id, Rating.state == RatingState.SUBMITTED, Rating.mean.is_not(None))
        .group_by(Rating.kind, Rating.rater_id)
    )
    means: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for kind, rater, mean in session.execute(query.execution_options(unscoped=True)):
        # The databases average in different types; as text both give the same number.
        means[kind][str(rater)] = Decimal(str(mean))
    return {(kind, int(rater)) for kind, given in means.items() for rater in outlying_raters(given)}


def rated_by(session: Session, review_ids: Collection[int], raters: Collection[Rater]) -> set[int]:
    """Those of the cases that one of these raters has signed a rating on."""
    if not raters:
        return set()
    query = select(Rating.review_id, Rating.kind, Rating.rater_id).where(
        Rating.review_id.in_(review_ids),
        Rating.state == RatingState.SUBMITTED,
        Rating.rater_id.in_({who for _, who in raters}),
    )
    rows = session.execute(query.execution_options(unscoped=True))
    return {review for review, kind, rater in rows if (kind, rater) in raters}


def ratings_over(now: datetime) -> Select[Any]:
    """Cases at the ratings whose superior has signed and whose colleagues are done or out of time (3.3-a)."""
    signed = exists().where(
        Rating.review_id == Review.id, Rating.kind == RaterKind.SUPERIOR, Rating.state == RatingState.SUBMITTED
    )
    waiting = exists().where(
        Rating.review_id == Review.id, Rating.kind == RaterKind.PEER, Rating.state.in_(OPEN_RATING)
    )
    # "Out of time" by the case or by the cycle: HR may end one case's time before the rest.
    over = or_(Review.peer_time_over_at.is_not(None), Cycle.rating_due <= now, ~waiting)
    query = (
        select(Review).join(Cycle, Cycle.id == Review.cycle_id).where(Review.stage == CaseStage.RATING, signed, over)
    )
    return query.order_by(Review.id)


def waiting_for_figures(session: Session, cycle: Cycle, now: datetime) -> int:
    """How many cases of a cycle only wait for its figures to be locked (3.2-a2)."""
    if cycle.stage != CycleStage.OPEN or cycle.metrics_frozen_at is not None:
        return 0
    # PostgreSQL refuses an order that an aggregate does not group by.
    mine = ratings_over(now).where(Cycle.id == cycle.id).order_by(None).with_only_columns(func.count())
    return session.scalar(mine.execution_options(unscoped=True)) or 0
