"""The cases that somebody is asked to rate as a colleague, or evaluates as superior, as long lists (3.2.3, 3.3.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from admin.domain.codes import CaseStage, RaterKind, RatingState
from admin.models import Rating, Review
from admin.queries.cases.workspace import LINE
from admin.queries.system.orders import least_first
from admin.queries.system.paging import Paged, paged

R = Review
EVALUATION_WAITS = and_(R.stage == CaseStage.RATING, or_(Rating.id.is_(None), Rating.state != RatingState.SUBMITTED))


def asked_ratings(session: Session, employee_id: int | None, wanted: int) -> Paged[Rating]:
    """A part of the cases that somebody is, or was, asked to rate as a colleague, open ones first."""
    review = selectinload(Rating.review)
    query = select(Rating).where(Rating.rater_id == (employee_id or 0), Rating.kind == RaterKind.PEER)
    options = (review.joinedload(R.employee), review.joinedload(R.department), review.joinedload(R.cycle))
    given = Rating.state.not_in((RatingState.ASKED, RatingState.DRAFT))
    return paged(session, query.options(*options).order_by(given, Rating.id.desc()), wanted)


def asked_rating(session: Session, employee_id: int | None, review_id: int) -> Rating | None:
    """The rating of one case for which somebody is, or was, asked as a colleague."""
    query = select(Rating).where(Rating.rater_id == (employee_id or 0), Rating.kind == RaterKind.PEER)
    return session.scalars(query.where(Rating.review_id == review_id)).first()


def team_cases(session: Session, employee_id: int | None, wanted: int) -> Paged[tuple[Review, Rating | None]]:
    """A part of the cases that somebody evaluates as superior, with their own evaluation, those that wait for it first."""
    query = _team(employee_id).add_columns(Rating).options(*LINE, joinedload(R.cycle))
    return paged(session, query.order_by(least_first(~EVALUATION_WAITS), R.cycle_id.desc(), R.id), wanted)


def count_to_evaluate(session: Session, employee_id: int | None) -> int:
    """How many cases wait for somebody's evaluation as superior."""
    query = _team(employee_id).where(EVALUATION_WAITS).with_only_columns(func.count(), maintain_column_froms=True)
    return session.scalar(query) or 0


def _team(employee_id: int | None) -> Select[Any]:
    """The cases of a superior's team, each beside their own evaluation of it."""
    own = and_(Rating.review_id == R.id, Rating.rater_id == employee_id, Rating.kind == RaterKind.SUPERIOR)
    return select(R).outerjoin(Rating, own).where(R.superior_id == (employee_id or 0), R.stage != CaseStage.CANCELLED)


def evaluation_waits(review: Review, rating: Rating | None) -> bool:
    """Whether the superior's evaluation is what the case waits for."""
    return review.stage == CaseStage.RATING and (rating is None or rating.state != RatingState.SUBMITTED)
