"""From the rulebook's scorecard to the domain's: same weights, same points, values in the units that scoring uses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from admin.domain import scorecard as domain
from admin.domain.codes import Source
from admin.rulebook.book import Rulebook
from admin.rulebook.content import CriterionSpec, DimensionSpec, ScaleStep


def domain_scorecard(book: Rulebook, on: date) -> domain.Scorecard:
    """The domain's scorecard as in force that day.

    A criterion rated by superior and peers becomes two, `<code>.superior` and `<code>.peers`, which share its weight.
    """
    return domain.Scorecard(
        dimensions=tuple(_dimension(book, dimension, on) for dimension in book.dimensions),
        criteria=tuple(
            _criterion(book, dimension.id, part, on)
            for dimension in book.dimensions
            for criterion in dimension.criteria
            for part in criterion.parts
        ),
        thresholds=book.thresholds,
    )


def _dimension(book: Rulebook, dimension: DimensionSpec, on: date) -> domain.DimensionWeight:
    return domain.DimensionWeight(dimension.id, Decimal(book.value(dimension.weight, on)), dimension.clause)


def _criterion(book: Rulebook, dimension: str, spec: CriterionSpec, on: date) -> domain.Criterion:
    return domain.Criterion(
        code=spec.id,
        dimension=dimension,
        weight=spec.weight,
        source=domain.Source(spec.source),
        scoring=_ratings(book.scale, spec) if spec.rated else _curve(spec),
        measure=domain.Measure(spec.measure),
        direction=domain.Direction(spec.direction),
        minimum_sample=_minimum(book, spec, on),
        prior_strength=spec.prior,
    )


def _ratings(scale: tuple[ScaleStep, ...], spec: CriterionSpec) -> domain.RatingPoints:
    points = {step.value: step.percent for step in scale}
    return domain.RatingPoints(points, {anchor.value: anchor.text.zh_hant for anchor in spec.anchors})


def _curve(spec: CriterionSpec) -> domain.Curve:
    """Bands are written per 100 or per 1000 where that reads better; scoring reckons with the plain rate."""
    return domain.Curve(tuple((value / spec.per, percent) for value, percent in spec.bands))


def _minimum(book: Rulebook, spec: CriterionSpec, on: date) -> int:
    if spec.source == Source.PEERS:
        return int(book.value("peer_minimum", on))
    return spec.minimum.count if spec.minimum else 1
