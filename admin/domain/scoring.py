"""The score of one case, in exact decimals (3.2-a to 3.2-d): the oracle that bulk scoring must equal.

What is printed is what is reckoned with: values to six decimals, points and effective weights to two, rounded half up
at each step, so that anyone can repeat a score by hand from its explanation. Missing is never zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum
from typing import Any

from admin.domain.codes import Flag, Measure, Source
from admin.domain.refusals import N_, Invalid
from admin.domain.scorecard import CENT, FULL, LARGEST_VALUE, MILLIONTH, Criterion, Scorecard

LARGEST_SAMPLE = 1_000_000
MOST_DAYS = Decimal(366)
TEN_THOUSANDTH = Decimal("0.0001")
Z_95 = 1.96


class Note(IntEnum):
    """What became of a criterion; the numbers stand in stored explanations."""

    SCORED = 0
    NO_DATA = 1
    INSUFFICIENT = 2
    SHORT_PEERS = 3


NOTES: Mapping[Note, tuple[str, str]] = {
    Note.SCORED: ("3.2.5", N_("Scored by the scorecard.")),
    Note.NO_DATA: ("3.2-c", N_("No data; its weight is spread over the rest of the dimension.")),
    Note.INSUFFICIENT: ("3.2-c", N_("Insufficient data; its weight is spread over the rest of the dimension.")),
    Note.SHORT_PEERS: ("3.2-b", N_("Too few peers; its weight is spread over the rest of the dimension.")),
}

RULES: Mapping[Measure, str] = {
    Measure.RATE: N_("Hits of the sample, drawn towards the mean of the queue: (k + m × p0) / (n + m)."),
    Measure.MEAN: N_("Mean of the sample, drawn towards the mean of the queue: (n × x + m × p0) / (n + m)."),
    Measure.PER_DAY: N_("Amount per day worked."),
    Measure.VALUE: N_("The value as it is."),
}


@dataclass(frozen=True)
class Reading:
    """One figure for a criterion, from one queue.

    `value` is hits, mean, amount or value, as the criterion's measure says; `n` the sample; `queue_mean` the mean of
    the same queue and period, needed where the criterion has a prior strength; `days` worked there, which weigh it.
    """

    value: Decimal
    n: int = 1
    queue_mean: Decimal | None = None
    days: Decimal = Decimal(1)


Inputs = Mapping[str, Sequence[Reading]]


@dataclass(frozen=True)
class CriterionScore:
    """How a criterion was scored: value and 95 % interval of a rate, sample, weights of 100, points of 100."""

    code: str
    note: Note
    n: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    weight: Decimal
    effective_weight: Decimal
    points: Decimal | None


@dataclass(frozen=True)
class DimensionScore:
    """A dimension's weight of 100 and its points of 100; None when it has no data at all."""

    code: str
    weight: Decimal
    points: Decimal | None


@dataclass(frozen=True)
class Score:
    """A case's score of 100, None when a whole dimension has no data (3.2-c), and all that it comes from."""

    total: Decimal | None
    dimensions: tuple[DimensionScore, ...]
    criteria: tuple[CriterionScore, ...]

    @property
    def reasons(self) -> tuple[Flag, ...]:
        """Why the case is for the individual agenda, as far as its figures go (3.3.4-c)."""
        notes = {criterion.note for criterion in self.criteria}
        holds = {
            Flag.NO_SCORE: self.total is None,
            Flag.THIN_DATA: bool(notes & {Note.NO_DATA, Note.INSUFFICIENT}),
            Flag.SHORT_PEERS: Note.SHORT_PEERS in notes,
        }
        return tuple(flag for flag, hold in holds.items() if hold)


def score_case(scorecard: Scorecard, inputs: Inputs) -> Score:
    """Score one case by a scorecard without faults.

    `inputs` maps criterion codes to readings; others, such as self ratings, are never looked at (3.2-a). Raises
    Invalid, by criterion, for a reading that cannot be.
    """
    measured = [_measure(criterion, inputs.get(criterion.code, ())) for criterion in scorecard.criteria]
    return assemble(scorecard, measured)


@dataclass(frozen=True)
class Measured:
    """A criterion's figures before weights are given: value and points are None unless it is scored."""

    note: Note
    n: int
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    points: Decimal | None = None


def assemble(scorecard: Scorecard, measured: Sequence[Measured]) -> Score:
    """The score from each criterion's figures: weights redistributed within dimensions, then summed."""
    weights = effective_weights(scorecard, [found.note is Note.SCORED for found in measured])
    criteria = tuple(
        CriterionScore(c.code, m.note, m.n, m.value, m.low, m.high, c.weight, weight, m.points)
        for c, m, weight in zip(scorecard.criteria, measured, weights, strict=True)
    )
    dimensions = tuple(
        DimensionScore(dimension.code, dimension.weight, _dimension_points(scorecard, dimension.code, criteria))
        for dimension in scorecard.dimensions
    )
    # A dimension without data is never counted as zero, and its weight is not given to the others either (3.2-c).
    if any(dimension.points is None for dimension in dimensions):
        return Score(None, dimensions, criteria)
    return Score(_rounded(_weighted(criteria) / FULL, CENT), dimensions, criteria)


def _weighted(criteria: Sequence[CriterionScore]) -> Decimal:
    return sum((c.effective_weight * c.points for c in criteria if c.points is not None), Decimal(0))


def _dimension_points(scorecard: Scorecard, code: str, criteria: Sequence[CriterionScore]) -> Decimal | None:
    own = [score for score, c in zip(criteria, scorecard.criteria, strict=True) if c.dimension == code]
    weight = sum((score.effective_weight for score in own), Decimal(0))
    return _rounded(_weighted(own) / weight, CENT) if weight else None


def effective_weights(scorecard: Scorecard, scored: Sequence[bool]) -> list[Decimal]:
    """Each criterion's weight after redistribution within its dimension; those not scored weigh 0 (3.2-c)."""
    weights = [Decimal(0)] * len(scored)
    for dimension in scorecard.dimensions:
        places = [i for i, c in enumerate(scorecard.criteria) if c.dimension == dimension.code and scored[i]]
        own = redistribute([scorecard.criteria[i].weight for i in places], dimension.weight)
        for place, weight in zip(places, own, strict=True):
            weights[place] = weight
    return weights


def redistribute(weights: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """Scale weights to add up to `total` exactly, in hundredths; the largest remainders get what rounding leaves."""
    cents = [int(weight / CENT) for weight in weights]
    goal, whole = int(total / CENT), sum(cents)
    if not whole:
        return []
    shares = [divmod(cent * goal, whole) for cent in cents]
    left = goal - sum(share for share, _ in shares)
    # The sort is stable, so equal remainders go to the criterion that stands first: the same figures give the same
    # score.
    favoured = sorted(range(len(shares)), key=lambda i: -shares[i][1])[:left]
    return [(share + (i in favoured)) * CENT for i, (share, _) in enumerate(shares)]


def _measure(criterion: Criterion, readings: Sequence[Reading]) -> Measured:
    for reading in readings:
        if fault := _reading_fault(criterion, reading):
            raise Invalid({criterion.code: fault})
    # An empty queue would still weigh by its days.
    sampled = [reading for reading in readings if reading.n > 0]
    n = sum(reading.n for reading in sampled)
    note = _note(criterion, n)
    if note is not Note.SCORED:
        return Measured(note, n)
    value = _by_days([(_value(criterion, reading), reading.days) for reading in sampled])
    low, high = _interval(criterion, sampled, n)
    return Measured(note, n, value, low, high, points_at(criterion, value))


def _note(criterion: Criterion, n: int) -> Note:
    if n >= criterion.minimum_sample:
        return Note.SCORED
    # Named apart from thin figures: too few peers is somebody's duty (3.2-b), thin figures are nobody's.
    if criterion.source is Source.PEERS:
        return Note.SHORT_PEERS
    return Note.INSUFFICIENT if n else Note.NO_DATA


def _reading_fault(criterion: Criterion, reading: Reading) -> str | None:
    """What is impossible about a reading; the limits keep bulk scoring within 64 bits."""
    mean = reading.queue_mean or Decimal(0)
    if not all(map(Decimal.is_finite, (reading.value, mean, reading.days))):
        return N_("A figure is not a number.")
    if max(abs(reading.value), abs(mean)) > LARGEST_VALUE:
        return N_("A figure is larger than a million.")
    if not 0 <= reading.n <= LARGEST_SAMPLE:
        return N_("A sample must be between 0 and a million.")
    if not CENT <= reading.days <= MOST_DAYS:
        return N_("Days worked must be above 0 and at most 366.")
    if criterion.measure is Measure.RATE and not (reading.value % 1 == 0 and 0 <= reading.value <= reading.n):
        return N_("Hits are a whole number, at most the sample.")
    # Shrinking towards an unknown mean would be shrinking towards zero.
    if reading.n and shrinks(criterion) and reading.queue_mean is None:
        return N_("The mean of the queue is missing.")
    return None


def shrinks(criterion: Criterion) -> bool:
    """Whether the criterion's values are drawn towards the mean of queue and period."""
    return criterion.prior_strength > 0 and criterion.measure in (Measure.RATE, Measure.MEAN)


def _value(criterion: Criterion, reading: Reading) -> Decimal:
    """The reading's value to six decimals, shrunk or per day as the measure says."""
    # Rounded at each step exactly as the whole numbers of bulk scoring are, so that the two agree to the last digit.
    value = _rounded(reading.value, MILLIONTH)
    if criterion.measure is Measure.PER_DAY:
        return _rounded(value / _rounded(reading.days, CENT), MILLIONTH)
    if criterion.measure is Measure.VALUE:
        return value
    hits = value if criterion.measure is Measure.RATE else value * reading.n
    prior = criterion.prior_strength
    mean = _rounded(reading.queue_mean, MILLIONTH) if reading.queue_mean is not None else Decimal(0)
    return _rounded((hits + prior * mean) / (reading.n + prior), MILLIONTH)


def _by_days(values: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """The mean of several queues' values, weighted by the days worked in each (3.2-a)."""
    # Queues weigh by time, not by contacts: a busy queue would drown the other months.
    weights = [_rounded(days, CENT) for _, days in values]
    weighted = sum((value * weight for (value, _), weight in zip(values, weights, strict=True)), Decimal(0))
    return _rounded(weighted / sum(weights), MILLIONTH)


def _interval(criterion: Criterion, readings: Sequence[Reading], n: int) -> tuple[Decimal | None, Decimal | None]:
    if criterion.measure is not Measure.RATE:
        return None, None
    # From the raw hits: the interval says how much is known, and the prior is no observation.
    low, high = wilson(int(sum(reading.value for reading in readings)), n)
    return low * TEN_THOUSANDTH, high * TEN_THOUSANDTH


def wilson(hits: int, n: int) -> tuple[int, int]:
    """The 95 % Wilson interval of a rate, unshrunk, in ten-thousandths; n is at least 1.

    In floating point, operation for operation as in bulk scoring, so that both print the same; it enters no score.
    """
    rate, size, square = hits / n, float(n), Z_95 * Z_95
    scale = 1 + square / size
    centre = (rate + square / (2 * size)) / scale
    half = Z_95 * math.sqrt(rate * (1 - rate) / size + square / (4 * size * size)) / scale
    return math.floor(max(0.0, centre - half) * 10_000 + 0.5), math.floor(min(1.0, centre + half) * 10_000 + 0.5)


def points_at(criterion: Criterion, value: Decimal) -> Decimal:
    """The points of 100 for a value, by the criterion's bands, rating points or curve."""
    pieces = criterion.scoring.pieces
    piece = next(piece for piece in pieces if piece.end is None or value < piece.end)
    if piece.start is None or piece.end is None:
        return _rounded(piece.start_points, CENT)
    share = (piece.end_points - piece.start_points) * (value - piece.start) / (piece.end - piece.start)
    return _rounded(piece.start_points + share, CENT)


def _rounded(value: Decimal, unit: Decimal) -> Decimal:
    """Rounded half up; nought has no sign, so that nobody reads «-0.000000»."""
    return value.quantize(unit, ROUND_HALF_UP) + 0


def explain(scorecard: Scorecard, score: Score) -> list[dict[str, Any]]:
    """The explanation of a score for screens and API: one JSON-able row per criterion; texts are message ids."""
    return [_row(scorecard, criterion) for criterion in score.criteria]


def head_of_row(scorecard: Scorecard, criterion: Criterion) -> dict[str, Any]:
    """What an explanation says of a criterion whatever the case."""
    dimension = next(d for d in scorecard.dimensions if d.code == criterion.dimension)
    return {
        "code": criterion.code,
        "dimension": dimension.code,
        "clause": dimension.clause,
        "source": str(criterion.source),
        "rule": RULES[criterion.measure],
        "minimum_sample": criterion.minimum_sample,
        "weight": str(criterion.weight),
    }


def _row(scorecard: Scorecard, scored: CriterionScore) -> dict[str, Any]:
    clause, note = NOTES[scored.note]
    return head_of_row(scorecard, scorecard.criterion(scored.code)) | {
        "n": scored.n,
        "value": _text(scored.value),
        "interval": None if scored.low is None else [_text(scored.low), _text(scored.high)],
        "effective_weight": str(scored.effective_weight),
        "points": _text(scored.points),
        "note": note,
        "note_clause": clause,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def explain_dimensions(score: Score) -> list[dict[str, Any]]:
    """The dimensions of an explanation: weight and points, None without any data (3.2-c)."""
    return [{"code": d.code, "weight": str(d.weight), "points": _text(d.points)} for d in score.dimensions]
