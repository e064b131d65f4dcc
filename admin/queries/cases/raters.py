"""When the ratings of a case are over, and which raters judge far from the others in a cycle (3.3-a, 3.3.4-c)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from admin.domain.codes import CaseStage, CycleStage, EmployeeStatus, RaterKind, RatingState
from admin.domain.drawing import Draw
from admin.domain.ratings import outlying_raters
from admin.models import Cycle, Employee, Rating, Review
from admin.queries.cases.judging import at_fault
from admin.queries.system.calendar import morning

OPEN_RATING = ("asked", "draft")
STILL_OUT = "asked"  # the state that one counts as who had still to rate this morning
Rater = tuple[str, int]  # superiors are held against superiors, colleagues against colleagues


def missing_this_morning(now: datetime) -> ColumnElement[bool]:
    """Ratings that were missing when the day began: a count of these does not move when somebody rates (6.3-d)."""
    signed_today = and_(Rating.state == RatingState.SUBMITTED, Rating.signed_at >= morning(now))
    return or_(Rating.state.in_(OPEN_RATING), signed_today)


def colleagues_have_time(now: Any) -> ColumnElement[bool]:
    """Whether the colleagues' time of a case runs, of `Review` and `Cycle`: its deadline is to come, and HR has not ended it (3.3-a)."""
    return and_(Review.peer_time_over_at.is_(None), Cycle.rating_due > now)


def colleagues_time_over(review: Review, now: datetime) -> bool:
    """Whether the colleagues' time of one case is over: the same as of many."""
    return review.peer_time_over_at is not None or now >= review.cycle.rating_due


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
    over = or_(~colleagues_have_time(now), ~waiting)
    query = (
        select(Review).join(Cycle, Cycle.id == Review.cycle_id).where(Review.stage == CaseStage.RATING, signed, over)
    )
    return query.order_by(Review.id)


def another_colleague(session: Session, review: Review) -> int | None:
    """Who is drawn when one more colleague is to rate: of the same team, else of the cycle; None where nobody is left.

    From the cycle's secret, the case and how many were asked before: who was asked less often comes first (3.2-b).
    """
    asked = select(Rating.rater_id).where(Rating.review_id == review.id, Rating.kind == RaterKind.PEER)
    known = set(session.scalars(asked.execution_options(unscoped=True)))
    line = {review.superior_id, review.head_id, review.superior_for_id, review.head_for_id}
    out = {*known, review.employee_id, *line, *at_fault(session, [review.id])[review.id]}
    people = select(Employee.id, Employee.queue, Employee.department_id).join(Review, Review.employee_id == Employee.id)
    here = (Review.cycle_id == review.cycle_id, Employee.status == EmployeeStatus.IN_SERVICE)
    # A subordinate of the employee rates them as little as their superior does.
    not_below = or_(Employee.superior_id.is_(None), Employee.superior_id != review.employee_id)
    rows = session.execute(people.where(*here, not_below).execution_options(unscoped=True)).all()
    free = [row for row in rows if row.id not in out]
    near = [
        row
        for row in free
        if (row.queue == review.queue if review.queue else row.department_id == review.department_id)
    ]
    secret = (review.cycle.draw_secret or b"") + f"\0{review.id}\0{len(known)}".encode()
    draw = Draw(secret, _how_often(session, review.cycle_id))
    drawn = draw.take(draw.pool(row.id for row in near or free), 1, lambda _person: True)
    return drawn[0] if drawn else None


def _how_often(session: Session, cycle_id: int) -> dict[int, int]:
    """How often each was asked in a cycle."""
    query = select(Rating.rater_id, func.count()).join(Review, Review.id == Rating.review_id)
    query = query.where(Review.cycle_id == cycle_id, Rating.kind == RaterKind.PEER).group_by(Rating.rater_id)
    return dict(session.execute(query.execution_options(unscoped=True)).all())


def waiting_for_figures(session: Session, cycle: Cycle, now: datetime) -> int:
    """How many cases of a cycle only wait for its figures to be locked (3.2-a2)."""
    if cycle.stage != CycleStage.OPEN or cycle.metrics_frozen_at is not None:
        return 0
    # PostgreSQL refuses an order that an aggregate does not group by.
    mine = ratings_over(now).where(Cycle.id == cycle.id).order_by(None).with_only_columns(func.count())
    return session.scalar(mine.execution_options(unscoped=True)) or 0
