"""The scorecard (量化表, policy 3.2.5) as data, and every fault that keeps one from being used.

Each way of scoring comes down to the same thing: linear pieces that map a measured value to 0-100 points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from admin.domain.codes import Direction, Measure, Source
from admin.domain.ratings import HIGHEST_RATING, LOWEST_RATING
from admin.domain.refusals import N_, Refusal

FULL = Decimal(100)
CENT = Decimal("0.01")
MILLIONTH = Decimal("0.000001")
LARGEST_VALUE = Decimal(1_000_000)
MOST_PRIOR_STRENGTH = 10_000
RATING_SCALE = range(LOWEST_RATING, HIGHEST_RATING + 1)


@dataclass(frozen=True)
class Piece:
    """Values from `start` up to (not including) `end`: points go in a straight line; an open end is None and flat."""

    start: Decimal | None
    end: Decimal | None
    start_points: Decimal
    end_points: Decimal


@dataclass(frozen=True)
class Bands:
    """Target bands without gaps, in ascending order; the first is open downwards, the last upwards."""

    bands: tuple[Piece, ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The bands themselves."""
        return self.bands


@dataclass(frozen=True)
class Curve:
    """Knots (value, points) joined by straight lines, flat beyond both ends: the seniority curve."""

    knots: tuple[tuple[Decimal, Decimal], ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Linear pieces between the knots, with flat open ends."""
        first, last = self.knots[0], self.knots[-1]
        between = (Piece(a[0], b[0], a[1], b[1]) for a, b in pairwise(self.knots))
        return (
            Piece(None, first[0], first[1], first[1]),
            *between,
            Piece(last[0], None, last[1], last[1]),
        )


@dataclass(frozen=True)
class RatingPoints:
    """Points for each rating from 1 to 5, and the behaviour anchor that stands beside it; means lie between."""

    points: Mapping[int, Decimal]
    anchors: Mapping[int, str]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The curve through the points of the ratings."""
        return Curve(tuple((Decimal(rating), self.points[rating]) for rating in sorted(self.points))).pieces


Scoring = Bands | Curve | RatingPoints


@dataclass(frozen=True)
class DimensionWeight:
    """One of performance, ability, attitude, seniority, with its weight of 100 and the clause it serves."""

    code: str
    weight: Decimal
    clause: str


@dataclass(frozen=True)
class Criterion:
    """One criterion: its weight of 100 (all of a dimension add up to the dimension's), source and rule.

    `minimum_sample` is the least n (contacts, peers, days) to be scored; `prior_strength` the m of the shrinkage
    (k + m*p0) / (n + m) towards the mean of queue and period, 0 for none.
    """

    code: str
    dimension: str
    weight: Decimal
    source: Source
    scoring: Scoring
    measure: Measure = Measure.VALUE
    direction: Direction = Direction.HIGHER
    minimum_sample: int = 1
    prior_strength: int = 0


@dataclass(frozen=True)
class Scorecard:
    """A version's scorecard: dimensions, criteria, and the score that each grade takes."""

    dimensions: tuple[DimensionWeight, ...]
    criteria: tuple[Criterion, ...]
    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    performance: str = "performance"
    seniority: str = "seniority"

    def of(self, dimension: str) -> tuple[Criterion, ...]:
        """The criteria of a dimension."""
        return tuple(criterion for criterion in self.criteria if criterion.dimension == dimension)

    def criterion(self, code: str) -> Criterion:
        """The criterion with that code."""
        return next(criterion for criterion in self.criteria if criterion.code == code)

    def rated_by(self, source: Source) -> tuple[str, ...]:
        """Codes of the criteria that the superior, or the peers, rate."""
        return tuple(criterion.code for criterion in self.criteria if criterion.source is source)


def faults(scorecard: Scorecard, parameters: Mapping[str, Any]) -> list[Refusal]:
    """Everything that is wrong with a scorecard, in its order; an empty list means that it may be used.

    Reads the parameters `seniority_cap` and `peer_minimum`.
    """
    return [
        *_duplicates(scorecard),
        *_weights(scorecard),
        *_balance(scorecard, parameters),
        *(fault for criterion in scorecard.criteria for fault in _criterion(criterion, parameters)),
        *_thresholds(scorecard.thresholds),
    ]


def _duplicates(scorecard: Scorecard) -> Iterable[Refusal]:
    for codes in ([dimension.code for dimension in scorecard.dimensions], [c.code for c in scorecard.criteria]):
        for code in (code for code, times in Counter(codes).items() if times > 1):
            yield Refusal("3.2.5", N_("The code %(code)s appears twice on the scorecard."), {"code": code})


def _weights(scorecard: Scorecard) -> Iterable[Refusal]:
    total = sum((dimension.weight for dimension in scorecard.dimensions), Decimal(0))
    if total != FULL:
        yield Refusal("3.2.5", N_("The weights add up to %(total)s, not to 100."), {"total": str(total)})
    for dimension in scorecard.dimensions:
        # By dimension as well as in sum: two wrong weights that cancel out would otherwise pass.
        yield from _dimension_weights(dimension, scorecard.of(dimension.code))
    known = {dimension.code for dimension in scorecard.dimensions}
    for criterion in scorecard.criteria:
        yield from _weight(criterion, known)


def _dimension_weights(dimension: DimensionWeight, criteria: Sequence[Criterion]) -> Iterable[Refusal]:
    if dimension.weight <= 0:
        yield Refusal("3.2.5", N_("The dimension %(dimension)s needs a weight above 0."), {"dimension": dimension.code})
    total = sum((criterion.weight for criterion in criteria), Decimal(0))
    if total != dimension.weight:
        reason = N_("The criteria of %(dimension)s weigh %(total)s together, the dimension %(weight)s.")
        shown = {"dimension": dimension.code, "total": str(total), "weight": str(dimension.weight)}
        yield Refusal("3.2.5", reason, shown)


def _weight(criterion: Criterion, dimensions: set[str]) -> Iterable[Refusal]:
    if criterion.weight == 0 or not _fits(criterion.weight, FULL, CENT):
        reason = N_("The weight of %(code)s must be above 0 and at most 100, with two decimals at most.")
        yield Refusal("3.2.5", reason, {"code": criterion.code})
    if criterion.dimension not in dimensions:
        reason = N_("%(code)s belongs to no dimension of the scorecard (%(dimension)s).")
        yield Refusal("3.2.5", reason, {"code": criterion.code, "dimension": criterion.dimension})


def _balance(scorecard: Scorecard, parameters: Mapping[str, Any]) -> Iterable[Refusal]:
    weights = {dimension.code: dimension.weight for dimension in scorecard.dimensions}
    # Taken out, so that performance is held against the others and not against itself.
    leading = weights.pop(scorecard.performance, Decimal(0))
    if leading <= max(weights.values(), default=Decimal(0)):
        yield Refusal("1.3.2", N_("Performance must weigh more than every other dimension."), {"weight": str(leading)})
    seniority, cap = weights.get(scorecard.seniority, Decimal(0)), parameters["seniority_cap"]
    if seniority > cap:
        reason = N_("Seniority weighs %(weight)s; it is a reference only, at most %(cap)s.")
        yield Refusal("3.2.4", reason, {"weight": str(seniority), "cap": str(cap)})


def _criterion(criterion: Criterion, parameters: Mapping[str, Any]) -> Iterable[Refusal]:
    if criterion.source not in list(Source):
        reason = N_("%(code)s has an unknown source (%(source)s).")
        yield Refusal("3.2.5", reason, {"code": criterion.code, "source": str(criterion.source)})
    yield from _sample(criterion, parameters)
    shape_faults = list(_shape(criterion))
    yield from shape_faults
    # The points of a crooked curve cannot be read: one fault would be told as many.
    if not shape_faults:
        yield from _points(criterion)


def _sample(criterion: Criterion, parameters: Mapping[str, Any]) -> Iterable[Refusal]:
    if criterion.minimum_sample < 1:
        yield Refusal("3.2-c", N_("The minimum sample of %(code)s must be at least 1."), {"code": criterion.code})
    elif criterion.source == Source.PEERS and criterion.minimum_sample < parameters["peer_minimum"]:
        shown = {"code": criterion.code, "minimum": parameters["peer_minimum"]}
        yield Refusal("3.2-b", N_("%(code)s is rated by at least %(minimum)s peers."), shown)
    if not 0 <= criterion.prior_strength <= MOST_PRIOR_STRENGTH:
        reason = N_("The prior strength of %(code)s must be between 0 and %(most)s.")
        yield Refusal("3.2.5", reason, {"code": criterion.code, "most": MOST_PRIOR_STRENGTH})


def _shape(criterion: Criterion) -> Iterable[Refusal]:
    scoring = criterion.scoring
    if isinstance(scoring, RatingPoints):
        return _rating_faults(criterion.code, scoring)
    if isinstance(scoring, Curve):
        return _curve_faults(criterion.code, scoring.knots)
    return _band_faults(criterion.code, scoring.bands)


def _rating_faults(code: str, scoring: RatingPoints) -> Iterable[Refusal]:
    if sorted(scoring.points) != list(RATING_SCALE):
        yield Refusal("3.2.5", N_("%(code)s needs points for each rating from 1 to 5."), {"code": code})
    for rating in RATING_SCALE:
        if not scoring.anchors.get(rating, "").strip():
            reason = N_("%(code)s lacks the behaviour anchor for the rating %(rating)s.")
            yield Refusal("3.2.5", reason, {"code": code, "rating": rating})


def _curve_faults(code: str, knots: Sequence[tuple[Decimal, Decimal]]) -> Iterable[Refusal]:
    if not knots:
        yield Refusal("3.2.5", N_("The curve of %(code)s has no points."), {"code": code})
    for (before, _), (after, _) in pairwise(knots):
        if after <= before:
            reason = N_("The curve of %(code)s is not in ascending order at %(value)s.")
            yield Refusal("3.2.5", reason, {"code": code, "value": str(after)})


def _band_faults(code: str, bands: Sequence[Piece]) -> Iterable[Refusal]:
    if not bands or bands[0].start is not None or bands[-1].end is not None:
        reason = N_("The bands of %(code)s must be open at both ends, so that no value falls outside.")
        yield Refusal("3.2.5", reason, {"code": code})
    for band in bands:
        yield from _one_band(code, band)
    for lower, upper in pairwise(bands):
        yield from _seam(code, lower.end, upper.start)


def _one_band(code: str, band: Piece) -> Iterable[Refusal]:
    if band.start is None or band.end is None:
        # A slope needs two ends: without one there is no line to read points from.
        if band.start_points != band.end_points:
            reason = N_("An open band of %(code)s gives the same points throughout.")
            yield Refusal("3.2.5", reason, {"code": code})
    elif band.start >= band.end:
        shown = {"code": code, "start": str(band.start), "end": str(band.end)}
        yield Refusal(
            "3.2.5", N_("A band of %(code)s runs from %(start)s to %(end)s: its end is not above its start."), shown
        )


def _seam(code: str, end: Decimal | None, start: Decimal | None) -> Iterable[Refusal]:
    if end is None or start is None:
        yield Refusal("3.2.5", N_("Only the outermost bands of %(code)s are open."), {"code": code})
    elif end < start:
        reason = N_("The bands of %(code)s leave a gap from %(end)s to %(start)s.")
        yield Refusal("3.2.5", reason, {"code": code, "end": str(end), "start": str(start)})
    elif end > start:
        reason = N_("The bands of %(code)s overlap or are out of order from %(start)s to %(end)s.")
        yield Refusal("3.2.5", reason, {"code": code, "end": str(end), "start": str(start)})


def _fits(value: Decimal, most: Decimal, unit: Decimal) -> bool:
    # Scoring counts in whole millionths and hundredths: a finer figure could not be scored as it stands.
    return 0 <= value <= most and value == value.quantize(unit)


def _points(criterion: Criterion) -> Iterable[Refusal]:
    pieces = criterion.scoring.pieces
    edges = [piece.end for piece in pieces if piece.end is not None]
    if not all(_fits(abs(edge), LARGEST_VALUE, MILLIONTH) for edge in edges):
        reason = N_("The values of %(code)s must be within a million, with six decimals at most.")
        yield Refusal("3.2.5", reason, {"code": criterion.code})
    points = [value for piece in pieces for value in (piece.start_points, piece.end_points)]
    if not all(_fits(value, FULL, CENT) for value in points):
        reason = N_("The points of %(code)s must be between 0 and 100, with two decimals at most.")
        yield Refusal("3.2.5", reason, {"code": criterion.code})
    if points != sorted(points, reverse=criterion.direction == Direction.LOWER):
        reason = N_("The points of %(code)s go against its direction.")
        yield Refusal("3.2.5", reason, {"code": criterion.code, "direction": str(criterion.direction)})


def _thresholds(thresholds: Mapping[str, Decimal]) -> Iterable[Refusal]:
    for grade, threshold in thresholds.items():
        if not 0 <= threshold <= FULL:
            reason = N_("The threshold of %(grade)s must be between 0 and 100.")
            yield Refusal("3.2.5", reason, {"grade": grade, "threshold": str(threshold)})
