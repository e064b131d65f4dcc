"""The system's own figures beside the criteria of a form, as evidence (3.2.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from admin.domain.codes import Source
from admin.domain.scoring import CriterionScore, Note, Reading, score_case
from admin.models import EmployeeRecord, Review
from admin.queries.cases.scoring import readings_shown
from admin.queries.policy.cards import KeptCriterion, card_of
from admin.queries.policy.rules import Rules

FIGURED = (Source.METRIC, Source.IMPORTED, Source.EXAM, Source.PROJECT)


@dataclass(frozen=True)
class Figure:
    """What the system knows about one criterion: how it would be scored now, and the mean of the queues it was worked in."""

    criterion: KeptCriterion
    score: CriterionScore
    queue_mean: Decimal | None

    @property
    def enough(self) -> bool:
        """Whether the sample suffices to score it (3.2-c)."""
        return self.score.note is Note.SCORED

    @property
    def thin(self) -> bool:
        """Whether there is a sample, but too small a one (3.2-c)."""
        return self.score.note is Note.INSUFFICIENT


def figures_beside(
    session: Session, review: Review, rules: Rules, records: Iterable[EmployeeRecord] | None = None
) -> dict[str, Figure]:
    """The figures of a case by the code of their criterion; `records` are the person's, where they were read already."""
    card = rules.scorecard
    # Ratings and years of service are read by nobody here, so they are not loaded.
    figured = replace(card, criteria=tuple(each for each in card.criteria if each.source in FIGURED))
    readings = readings_shown(session, review, figured, records)
    scored = {each.code: each for each in score_case(card, readings).criteria}
    return {
        row.code: Figure(row, scored[row.code], _queue_mean(readings.get(row.code, [])))
        for row in card_of(review.cycle).criteria
        if row.source in FIGURED
    }


def _queue_mean(readings: list[Reading]) -> Decimal | None:
    # Of a queue without figures there is no mean, which is not a mean of nought.
    means = [each.queue_mean for each in readings if each.queue_mean is not None]
    return sum(means, Decimal(0)) / len(means) if means else None
