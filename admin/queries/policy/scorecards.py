"""The scorecard as the domain reads it (3.2.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.codes import Direction, Measure, Source
from admin.domain.scorecard import Criterion, Curve, DimensionWeight, RatingPoints, Scorecard
from admin.domain.scoring import points_at
from admin.models import Grade, GradeThreshold
from admin.models import Scorecard as ScorecardRow
from admin.queries.policy.cards import Card, KeptCriterion

DIMENSION_CLAUSES = {"performance": "3.2.1", "ability": "3.2.2", "attitude": "3.2.3", "seniority": "3.2.4"}
RATED_SOURCES = ("superior", "peers")


def scorecard_of(row: Card, parameters: Mapping[str, Any], thresholds: Mapping[str, Decimal]) -> Scorecard:
    """The domain's scorecard from the table's rows."""
    weights: dict[str, Decimal] = {}
    for criterion in row.criteria:
        weights[criterion.dimension] = weights.get(criterion.dimension, Decimal(0)) + Decimal(criterion.weight)
    return Scorecard(
        dimensions=tuple(DimensionWeight(code, weight, DIMENSION_CLAUSES[code]) for code, weight in weights.items()),
        criteria=tuple(_criterion(criterion, parameters) for criterion in row.criteria),
        thresholds=thresholds,
    )


def _criterion(row: KeptCriterion, parameters: Mapping[str, Any]) -> Criterion:
    source = Source(row.source)
    return Criterion(
        code=row.code,
        dimension=row.dimension,
        weight=Decimal(row.weight),
        source=source,
        scoring=_scoring(row, source),
        measure=Measure(row.measure),
        direction=Direction(row.direction),
        minimum_sample=int(parameters["peer_minimum"]) if source is Source.PEERS else max(1, row.minimum_sample),
        prior_strength=row.prior_strength,
    )


def _scoring(row: KeptCriterion, source: Source) -> Curve | RatingPoints:
    pairs = points_of(row.points)
    if source in (Source.SUPERIOR, Source.PEERS):
        anchors = {int(value): words.get("zh_hant", "") for value, words in row.texts.get("anchors", {}).items()}
        return RatingPoints({int(value): points for value, points in pairs}, anchors)
    return Curve(tuple((value / row.per, points) for value, points in pairs))


def points_of(text: str) -> list[tuple[Decimal, Decimal]]:
    """The pairs of a criterion's points text: "value: points" a line; raises ValueError for a line that is none."""
    pairs = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        value, _, points = line.partition(":")
        try:
            pairs.append((Decimal(value.strip()), Decimal(points.strip())))
        except ArithmeticError:
            raise ValueError(line) from None
    return pairs


def points_text(pairs: list[tuple[Decimal, Decimal]]) -> str:
    """The text that `points_of` reads."""
    return "\n".join(f"{value}: {points}" for value, points in pairs)


def points_between(row: KeptCriterion, interval: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal]:
    """The points of 100 at the two ends of a measured criterion's interval, the lower first."""
    curve = _criterion(row, {})
    low, high = sorted(points_at(curve, end) for end in interval)
    return low, high


def rated_criteria(row: Card, by: str) -> list[KeptCriterion]:
    """The criteria that the superior ("superior"), or the colleagues ("peers"), rate."""
    return [criterion for criterion in row.criteria if criterion.source == by]


def self_assessed_criteria(row: Card) -> list[KeptCriterion]:
    """The criteria that the employee looks back on: all but the colleagues' share and what is computed (3.3.1)."""
    return [criterion for criterion in row.criteria if criterion.source not in (Source.PEERS, Source.COMPUTED)]


def own_weight(criterion: KeptCriterion, criteria: Sequence[KeptCriterion]) -> Decimal:
    """The weight of a criterion together with the colleagues' share of it."""
    stem = criterion.code.removesuffix(".superior")
    shared = [each for each in criteria if each.code in (criterion.code, f"{stem}.peers")]
    return sum((Decimal(each.weight) for each in shared), Decimal(0))


def thresholds_listed(session: Session, row: ScorecardRow) -> Sequence[GradeThreshold]:
    """The scores that promotions ask for, from the lowest grade up (3.3.3-a)."""
    asked = select(GradeThreshold).where(GradeThreshold.scorecard_id == row.id).join(Grade).order_by(Grade.order)
    return session.scalars(asked).all()
