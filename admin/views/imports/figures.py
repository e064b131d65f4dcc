"""What lies beside a form as evidence: the system's own figures, annual ratings, records, where they come from (3.2.1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from admin.domain.codes import PerformanceRating, RecordKind
from admin.domain.scoring import CriterionScore, Note, Reading, score_case
from admin.models import Criterion, Review, db
from admin.queries.cases import workspace as cases
from admin.queries.cases.scoring import readings_shown
from admin.queries.policy.rules import Rules
from admin.views.cases import case_parts as parts
from admin.web.texts import day, moment, translated

RATINGS = PerformanceRating.labels()
RECORDS = RecordKind.labels()
FIGURED = ("metric", "imported", "exam", "project")


def figures(review: Review, rules: Rules) -> dict[str, dict[str, Any]]:
    """The system's own figures beside each criterion: value, interval, sample, mean of the queue (3.2.1)."""
    card = rules.scorecard
    readings = readings_shown(db.session(), review, card)
    scored = {each.code: each for each in score_case(card, readings).criteria}
    rows = {row.code: row for row in review.cycle.scorecard.criteria if row.source in FIGURED}
    return {code: _figure(row, scored[code], readings.get(code, [])) for code, row in rows.items()}


def _figure(row: Criterion, scored: CriterionScore, readings: list[Reading]) -> dict[str, Any]:
    means = [each.queue_mean for each in readings if each.queue_mean is not None]
    interval = None
    if scored.low is not None and scored.high is not None:
        interval = f"{parts.figure(row, scored.low)} – {parts.figure(row, scored.high)}"
    return {
        "value": parts.figure(row, scored.value) if scored.value is not None else None,
        "interval": interval,
        "n": scored.n,
        "minimum": row.minimum_sample,
        "mean": parts.figure(row, sum(means, Decimal(0)) / len(means)) if means else None,
        "points": parts.number(scored.points) if scored.points is not None else None,
        "enough": scored.note is Note.SCORED,
        "thin": scored.note is Note.INSUFFICIENT,
    }


def background(review: Review) -> dict[str, Any]:
    """Annual ratings and records on file, and the import that the figures come from."""
    back = cases.background(db.session(), review)
    when = back.source.applied_at or back.source.uploaded_at if back.source else None
    records = [
        {"kind": translated(RECORDS[row.kind]), "title": row.title, "on": day(row.happened_on)} for row in back.records
    ]
    return {
        "ratings": [(row.year, translated(RATINGS[row.rating])) for row in back.ratings],
        "records": records,
        "until": back.last_month.strftime("%Y-%m") if back.last_month else None,
        "file": back.source.filename if back.source else None,
        "imported": moment(when) if when else None,
    }
