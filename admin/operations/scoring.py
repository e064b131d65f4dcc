"""Making and storing scores with their explanations, and finding them again by replay (1.3.1, 3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from admin.domain.calendar import local_day
from admin.domain.eligibility import Eligibility
from admin.domain.scorecard import Scorecard
from admin.domain.scoring import Reading, Score, explain, score_case
from admin.domain.suggestion import Suggestion, is_low, suggest
from admin.models import Review, ReviewScore
from admin.operations.transaction import Operation
from admin.queries.policy import grades_by_code
from admin.queries.review_facts import CaseRules, proposal_facts, rules_of
from admin.queries.scorecards import scorecard_of
from admin.queries.scoring import readings_for


def score_reviews(op: Operation, reviews: Sequence[Review]) -> None:
    """Score cases of one cycle and store score, suggestion, flags and explanation; replaces an earlier explanation."""
    scored = [review for review in reviews if review.cycle is not None]
    if not scored:
        return
    today = local_day(op.now, config.current().portal_tz)
    rules = rules_of(op.session, scored[0], today)
    grades = grades_by_code(op.session)
    for review, score, explanation in computed(op.session, scored, rules, today):
        suggested = explanation["suggestion"]["grade"]
        review.score = score.total
        review.suggested_grade_id = grades[suggested].id if suggested else None
        flags = {str(flag) for flag in score.reasons}
        kept = set(review.individual_reasons) & {"missing_self_assessment", "grade_change", "outlier_rater"}
        low = is_low(score.total, review.present_grade.code if review.present_grade else None, rules.thresholds)
        review.individual_reasons = sorted(flags | kept | ({"low_score"} if low else set()))
        _store(op, review, score.total, explanation)


def computed(
    session: Session, reviews: Sequence[Review], rules: CaseRules, today: date
) -> list[tuple[Review, Score, dict[str, Any]]]:
    """Each case's score and explanation from what is on file now; stores nothing (`replay` compares with it)."""
    cycle = reviews[0].cycle
    assert cycle is not None
    card = scorecard_of(session, cycle.scorecard, rules.parameters)
    readings = readings_for(session, cycle, card, reviews)
    found = []
    for review in reviews:
        score = score_case(card, readings[review.id])
        facts = replace(proposal_facts(session, review, rules, today), score=score.total)
        suggestion = suggest(facts, rules.ladder, rules.parameters)
        found.append(
            (
                review,
                score,
                _explanation(score, explain(card, score), suggestion, facts.promotion)
                | {"readings": kept(readings[review.id])},
            )
        )
    return found


def replays(session: Session, reviews: Sequence[Review], today: date) -> dict[int, bool]:
    """Whether each case's stored score and points come out the same from the figures kept with them (1.3.1).

    Under the cycle's own version and scorecard, years later as on the day; without a score there is nothing to replay.
    """
    found: dict[int, bool] = {}
    for cycle_id in {review.cycle_id for review in reviews if review.cycle_id is not None}:
        cases = [review for review in reviews if review.cycle_id == cycle_id]
        rules, cycle = rules_of(session, cases[0], today), cases[0].cycle
        assert cycle is not None
        card = scorecard_of(session, cycle.scorecard, rules.parameters)
        stored = {
            row.review_id: row
            for row in session.scalars(select(ReviewScore).where(ReviewScore.review_id.in_([c.id for c in cases])))
        }
        found |= {case.id: _comes_out(card, case, stored.get(case.id)) for case in cases}
    return found


def _comes_out(card: Scorecard, review: Review, row: ReviewScore | None) -> bool:
    if row is None:
        return review.score is None
    score = score_case(card, readings_kept(row.explanation["readings"]))
    same_total = score.total == row.total == review.score
    return same_total and explain(card, score) == row.explanation["criteria"]


def kept(readings: Mapping[str, Sequence[Reading]]) -> dict[str, list[list[Any]]]:
    """Readings as JSON keeps them: value, sample, mean of the queue, days."""
    return {
        code: [[str(r.value), r.n, None if r.queue_mean is None else str(r.queue_mean), str(r.days)] for r in rows]
        for code, rows in readings.items()
    }


def readings_kept(stored: Mapping[str, Sequence[Sequence[Any]]]) -> dict[str, list[Reading]]:
    """The readings that `kept` stored."""
    return {
        code: [
            Reading(Decimal(v), n, None if mean is None else Decimal(mean), Decimal(days)) for v, n, mean, days in rows
        ]
        for code, rows in stored.items()
    }


def _explanation(score: Score, rows: list[dict[str, Any]], suggestion: Suggestion, up: Eligibility) -> dict[str, Any]:
    return {
        "total": None if score.total is None else str(score.total),
        "criteria": rows,
        "dimensions": [
            {"code": d.code, "weight": str(d.weight), "points": None if d.points is None else str(d.points)}
            for d in score.dimensions
        ],
        "suggestion": {
            "grade": suggestion.grade,
            "clause": suggestion.clause,
            "reason": suggestion.reason,
            "facts": dict(suggestion.facts),
        },
        "promotion": conditions_of(up),
    }


def conditions_of(eligibility: Eligibility) -> list[dict[str, Any]]:
    """Every ground with its conditions as JSON can hold them: met or not, facts, and by when."""
    return [
        {
            "clause": ground.clause, "number": ground.number, "met": ground.met, "by_year": ground.by_year,
            "conditions": [_plain(asdict(condition)) for condition in ground.conditions],
        }
        for ground in eligibility.grounds
    ]  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return (
        value.isoformat()
        if isinstance(value, date)
        else value
        if isinstance(value, int | float | bool | str | None)
        else str(value)
    )


def _store(op: Operation, review: Review, total: Decimal | None, explanation: dict[str, Any]) -> None:
    row = op.session.scalars(select(ReviewScore).where(ReviewScore.review_id == review.id)).first()
    if row is None:
        op.session.add(ReviewScore(review_id=review.id, total=total, explanation=explanation, computed_at=op.now))
    else:
        row.total, row.explanation, row.computed_at = total, explanation, op.now
