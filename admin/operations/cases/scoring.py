"""Making and storing scores with their explanations, and finding them again by replay (1.3.1, 3.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from admin.domain.eligibility import conditions_of
from admin.domain.refusals import N_, refuse
from admin.domain.scorecard import Scorecard
from admin.domain.scoring import Reading, score_case
from admin.domain.suggestion import ProposalFacts, Suggestion, is_low, suggest
from admin.models import Cycle, Review, ReviewScore
from admin.models.audit import recorded
from admin.models.event_form import canonical
from admin.operations.transaction import Operation
from admin.operations.writing import write_many
from admin.queries.cases.proposals import proposal_facts_of
from admin.queries.cases.replay import stored_scores
from admin.queries.cases.scoring import QueueMeans, readings_for
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import Rules, rules_of

if TYPE_CHECKING:
    from admin.domain.scoring_bulk import Explained

BATCH = 2_000
OTHER_FLAGS = {"missing_self_assessment", "grade_change", "outlier_rater"}
Readings = Mapping[str, Sequence[Reading]]


def score_reviews(op: Operation, reviews: Sequence[Review]) -> None:
    """Score cases of one cycle and store score, suggestion, flags and explanation; replaces an earlier explanation.

    One pass over all of them, in batches that bound the memory; `replays` recomputes each by the scalar version.
    Raises `Refused` (3.2-a2) before the cycle's figures are locked.
    """
    if not reviews:
        return
    if reviews[0].cycle.metrics_frozen_at is None:
        refuse("3.2-a2", N_("No score is calculated before the figures are locked for the whole cycle."))
    cycle, today = reviews[0].cycle, op.today
    rules, means = rules_of(op.session, reviews[0]), QueueMeans(op.session, cycle)
    # The queues' means are loaded once for all batches: they are the same for everybody in the cycle.
    for start in range(0, len(reviews), BATCH):
        _score_batch(op, cycle, reviews[start : start + BATCH], rules, means, today)


def _score_batch(
    op: Operation, cycle: Cycle, reviews: Sequence[Review], rules: Rules, means: QueueMeans, today: date
) -> None:
    card = rules.scorecard
    readings = readings_for(op.session, cycle, card, reviews, means)
    facts = proposal_facts_of(op.session, cycle, reviews, rules, today)
    grades = {code: row.id for code, row in grades_by_code(op.session).items()}
    results, explanations = {}, {}
    for review, score in zip(reviews, _scores(card, [readings[review.id] for review in reviews]), strict=True):
        # Flags from figures are made anew, those that people or other acts have put stay.
        flags = {str(flag) for flag in score.reasons} | {*review.individual_reasons} & OTHER_FLAGS
        results[review.id], told = _suggested(replace(facts[review.id], score=score.total), flags, rules, grades)
        explanations[review.id] = canonical(
            {
                "total": None if score.total is None else str(score.total),
                "criteria": score.criteria,
                "dimensions": score.dimensions,
                "readings": kept(readings[review.id]),
            }
            | told
        )
    # A score that comes out the same is no change: no version, no event.
    write_many(op, {review: results[review.id] for review in reviews})
    for review in reviews:
        op.session.expire(review, ["explanation"])
    _write_explanations(op, reviews, explanations)


def check_figures(op: Operation, review: Review) -> None:
    """Raise `Invalid`, by criterion, where the figures now on file could not be scored."""
    rules = rules_of(op.session, review)
    card = rules.scorecard
    # The scalar version names the criterion at fault, which a bulk failure at night could not tell HR.
    score_case(card, readings_for(op.session, review.cycle, card, [review])[review.id])


def _scores(card: Scorecard, readings: Sequence[Readings]) -> Iterator[Explained]:
    # Here and not above: its numbers come from NumPy, which a process that scores nothing does without.
    from admin.domain.scoring_bulk import explained, make_column, score_many

    columns = {
        criterion.code: make_column(
            (place, reading) for place, mine in enumerate(readings) for reading in mine.get(criterion.code, ())
        )
        for criterion in card.criteria
    }
    return explained(card, score_many(card, columns, len(readings)))


def _suggested(
    facts: ProposalFacts, flags: Collection[str], rules: Rules, grades: Mapping[str, int]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What suggestion and low-score flag put on the case (3.3.3-a), and their part of the explanation."""
    suggestion = suggest(facts, rules.ladder, rules.parameters)
    low = {"low_score"} if is_low(facts.score, facts.present, rules.thresholds) else set()
    columns = {
        "score": facts.score,
        "suggested_grade_id": grades[suggestion.grade] if suggestion.grade else None,
        "individual_reasons": sorted({*flags} - {"low_score"} | low),
    }
    return columns, {"suggestion": _told(suggestion), "promotion": conditions_of(facts.promotion)}


def suggest_anew(op: Operation, review: Review) -> None:
    """The suggestion after an application was withdrawn or a snapshot corrected; the score stays as it was made (3.2-b)."""
    row = op.session.scalars(select(ReviewScore).where(ReviewScore.review_id == review.id)).first()
    if row is None:
        return
    today = op.today
    rules = rules_of(op.session, review)
    facts = proposal_facts_of(op.session, review.cycle, [review], rules, today)[review.id]
    grades = {code: grade.id for code, grade in grades_by_code(op.session).items()}
    columns, told = _suggested(facts, review.individual_reasons, rules, grades)
    for name, value in columns.items():
        setattr(review, name, value)
    row.explanation = row.explanation | told


def kept(readings: Mapping[str, Sequence[Reading]]) -> dict[str, list[list[Any]]]:
    """Readings as JSON keeps them: value, sample, mean of the queue, days."""
    return {
        code: [[str(r.value), r.n, None if r.queue_mean is None else str(r.queue_mean), str(r.days)] for r in rows]
        for code, rows in readings.items()
    }


def _told(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "grade": suggestion.grade,
        "clause": suggestion.clause,
        "reason": suggestion.reason,
        "facts": dict(suggestion.facts),
    }


def _write_explanations(op: Operation, reviews: Sequence[Review], explanations: Mapping[int, dict[str, Any]]) -> None:
    """Put each case's explanation in the place of an earlier one, in two statements for all."""
    stored = stored_scores(op.session, reviews)
    totals = {review.id: review.score for review in reviews}
    write_many(
        op,
        {
            row: {"total": totals[key], "explanation": explanations[key], "computed_at": op.now}
            for key, row in stored.items()
        },
    )
    new: list[dict[str, Any]] = [
        {"review_id": each.id, "total": each.score, "explanation": explanations[each.id], "computed_at": op.now}
        for each in reviews
        if each.id not in stored
    ]
    if not new:
        return
    # Through the connection: as objects ten thousand explanations would each be a statement.
    op.session.connection().execute(insert(ReviewScore.__table__), new)
    ids = dict(
        op.session.execute(
            select(ReviewScore.review_id, ReviewScore.id).where(
                ReviewScore.review_id.in_([row["review_id"] for row in new])
            )
        ).all()
    )
    op.note_many(("insert", "review_scores", ids[row["review_id"]], _inserted(row)) for row in new)


def _inserted(row: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: [None, recorded("review_scores", name, value)] for name, value in row.items() if value is not None}
