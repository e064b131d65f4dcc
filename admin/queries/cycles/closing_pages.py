"""Whom the closing of a stage concerns, before it is closed: each case with what becomes of it (3.3-a)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import Session, aliased, joinedload

from admin.domain.codes import CaseStage, CycleKind, RaterKind, RatingState
from admin.domain.refusals import N_
from admin.models import Cycle, Employee, Rating, Review, SelfAssessment
from admin.queries.cases.scoring import figures_locked
from admin.queries.system.paging import Paged, paged

WITHOUT = N_("Goes on without a self-assessment: marked, no promotion, individual review.")
WITH_DRAFT = N_(
    "Goes on without a self-assessment, for what was written was not submitted: marked, no promotion, individual review."
)
TO_DEPARTMENT = N_("Goes to the department review; colleagues who have not rated are not waited for.")
FOR_SUPERIOR = N_("Stays until the superior signs; colleagues who have not rated are not waited for.")
FOR_FIGURES = N_("Waits for the figures to be locked; colleagues who have not rated are not waited for.")


@dataclass(frozen=True)
class Closed:
    """A case that the closing of a stage concerns, with what becomes of it as a message id."""

    review: Review
    follows: str


@dataclass(frozen=True)
class ClosingPage:
    """What closing a stage would do now: to how many cases, and to which."""

    cycle: Cycle
    step: str
    count: int
    cases: Paged[Closed]


def closing_page(
    session: Session, cycle: Cycle, stage: str, ahead: tuple[int, Select[Any]], wanted: int, now: datetime
) -> ClosingPage:
    """A part of the cases that the act would carry out if it were asked for now; `ahead`: how many, and which."""
    found = paged(session, _cases(stage, ahead[1]), wanted)
    locked = _locked(cycle, now)
    return ClosingPage(cycle, stage, ahead[0], Paged([_closed(row, stage, locked) for row in found.rows], found.part))


def all_closed(session: Session, cycle: Cycle, stage: str, keys: Select[Any], now: datetime) -> Iterator[Closed]:
    """All of them, for a workbook."""
    locked = _locked(cycle, now)
    return (_closed(row, stage, locked) for row in session.execute(_cases(stage, keys)))


def _locked(cycle: Cycle, now: datetime) -> bool:
    return figures_locked(cycle, now) or cycle.kind == CycleKind.SINGLE


def _cases(stage: str, keys: Select[Any]) -> Select[Any, Any]:
    if stage == CaseStage.SELF_ASSESSMENT:
        begun = and_(SelfAssessment.review_id == Review.id, SelfAssessment.submitted_at.is_(None))
        mark = exists().where(begun)
    else:
        signed = (Rating.kind == RaterKind.SUPERIOR, Rating.state == RatingState.SUBMITTED)
        mark = exists().where(Rating.review_id == Review.id, *signed)
    subject = aliased(Employee)
    return (
        select(Review, mark)
        .join(subject, subject.id == Review.employee_id)
        .where(Review.id.in_(keys))
        .options(joinedload(Review.employee), joinedload(Review.department), joinedload(Review.superior))
        .order_by(subject.number)
        .execution_options(unscoped=True)
    )


def _closed(row: Any, stage: str, locked: bool) -> Closed:
    review, marked = row
    if stage == CaseStage.SELF_ASSESSMENT:
        return Closed(review, WITH_DRAFT if marked else WITHOUT)
    return Closed(review, FOR_SUPERIOR if not marked else TO_DEPARTMENT if locked else FOR_FIGURES)
