"""A stored score computed again, and held against the locked figures (1.3.1, 3.2-a2); what it finds is only told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.codes import CycleKind, CycleStage, Source
from admin.domain.scorecard import Scorecard
from admin.domain.scoring import Reading, explain, score_case
from admin.models import Cycle, Review, ReviewScore
from admin.queries.cases.scoring import readings_for
from admin.queries.policy.rules import rules_of


def stored_scores(session: Session, reviews: Sequence[Review]) -> dict[int, ReviewScore]:
    """By case, its score with the explanation kept beside it."""
    rows = session.scalars(select(ReviewScore).where(ReviewScore.review_id.in_([review.id for review in reviews])))
    return {row.review_id: row for row in rows}


def replays(session: Session, reviews: Sequence[Review], today: date) -> dict[int, bool]:
    """Whether each case's stored score and points come out the same from the figures kept with them (1.3.1).

    Under the cycle's own version and scorecard, years later as on the day; without a score there is nothing to replay.
    """
    found: dict[int, bool] = {}
    for cycle_id in {review.cycle_id for review in reviews}:
        cases = [review for review in reviews if review.cycle_id == cycle_id]
        card = rules_of(session, cases[0]).scorecard
        stored = stored_scores(session, cases)
        found |= {case.id: _comes_out(card, case, stored.get(case.id)) for case in cases}
    return found


def _comes_out(card: Scorecard, review: Review, row: ReviewScore | None) -> bool:
    if row is None:
        return review.score is None
    score = score_case(card, readings_kept(row.explanation["readings"]))
    # Both: the row could be put right and the case forgotten, or the other way round.
    same_total = score.total == row.total == review.score
    return same_total and explain(card, score) == row.explanation["criteria"]


def on_other_figures(session: Session, reviews: Sequence[Review]) -> set[int]:
    """The cases of open cycles whose score was made on other figures than those that the cycle has locked (3.2-a2).

    Left out: a rehearsal, which stops nobody's figures, and a case that is assessed again, whose figures may be
    corrected there.
    """
    again = set(session.scalars(select(Review.reassesses_id).where(Review.reassesses_id.is_not(None))))
    asked = [each for each in reviews if each.score is not None and each.id not in again]
    found: set[int] = set()
    for cycle_id in {review.cycle_id for review in asked}:
        cases = [review for review in asked if review.cycle_id == cycle_id]
        cycle = cases[0].cycle
        if cycle.stage == CycleStage.OPEN and cycle.kind != CycleKind.REHEARSAL:
            found |= _on_other_figures(session, cycle, cases)
    return found


def _on_other_figures(session: Session, cycle: Cycle, cases: Sequence[Review]) -> set[int]:
    card = rules_of(session, cycle).scorecard
    # Figures alone: ratings are signed and kept with the case, and nothing from outside moves them.
    codes = {each.code for each in card.criteria if each.source in (Source.METRIC, Source.IMPORTED)}
    stored, locked = stored_scores(session, cases), cycle.metrics_frozen_at
    now = readings_for(session, cycle, card, cases)
    return {
        case.id
        for case in cases
        if (row := stored.get(case.id)) is not None
        and (
            # A score from before the lock was made on figures that could still move.
            locked is None
            or row.computed_at < locked
            or _of(codes, row.explanation["readings"]) != _of(codes, now[case.id])
        )
    }


def _of(codes: Collection[str], readings: Mapping[str, Any]) -> dict[str, list[Reading]]:
    """The readings of these criteria, whether they come from the database or from an explanation, as values alike."""
    return {
        code: readings_kept({code: rows})[code] if isinstance(rows[0], list) else list(rows)
        for code, rows in readings.items()
        if code in codes and rows
    }


def readings_kept(stored: Mapping[str, Sequence[Sequence[Any]]]) -> dict[str, list[Reading]]:
    """The readings that `kept` stored."""
    return {
        code: [
            Reading(Decimal(v), n, None if mean is None else Decimal(mean), Decimal(days)) for v, n, mean, days in rows
        ]
        for code, rows in stored.items()
    }
