"""Scoring of many cases at once, in scaled 64-bit integers; equal to `scoring.score_case`, case by case.

Units: values and means in millionths, points, weights and days in hundredths, intervals in ten-thousandths. The limits
on readings and the scorecard's own (a million, a sample of a million, a prior strength of 10,000) keep every step in
64 bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from admin.domain.codes import Flag, Measure, Source
from admin.domain.refusals import N_, Invalid
from admin.domain.scorecard import CENT, LARGEST_VALUE, MILLIONTH, Criterion, Scorecard
from admin.domain.scoring import (
    LARGEST_SAMPLE,
    MOST_DAYS,
    NOTES,
    Z_95,
    Note,
    Reading,
    effective_weights,
    head_of_row,
    shrinks,
)

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MILLION = 1_000_000
# Whole numbers have no NaN; this value lies outside every limit on figures.
UNKNOWN_MEAN = np.iinfo(np.int64).min
# Rows become Python objects a chunk at a time: all at once they would take gigabytes at 100,000 people.
CHUNK = 2_000
BULK_FLAGS = (Flag.NO_SCORE, Flag.THIN_DATA, Flag.SHORT_PEERS)


@dataclass(frozen=True)
class Column:
    """The readings of one criterion: `case` is the place of the case they belong to, the rest as in Reading, scaled.

    An unknown queue mean is UNKNOWN_MEAN.
    """

    case: Ints
    value: Ints
    n: Ints
    queue_mean: Ints
    days: Ints


@dataclass(frozen=True)
class BulkScores:
    """Scores of many cases: `totals` in hundredths (-1: none), the others one row a case and one column a criterion."""

    totals: Ints
    note: Ints
    n: Ints
    value: Ints
    low: Ints
    high: Ints
    weight: Ints
    points: Ints

    @property
    def no_score(self) -> Bools:
        """Cases without a score."""
        return self.totals < 0

    @property
    def thin_data(self) -> Bools:
        """Cases with a criterion that has no data or too little."""
        thin: Bools = np.isin(self.note, (Note.NO_DATA, Note.INSUFFICIENT))
        return np.logical_or.reduce(thin, axis=1)

    @property
    def short_peers(self) -> Bools:
        """Cases with a criterion rated by too few peers."""
        return np.logical_or.reduce(self.note == Note.SHORT_PEERS, axis=1)


@dataclass(frozen=True)
class Explained:
    """One case's score as it is stored: total of 100 or None, criteria and dimensions as JSON-able rows, flags."""

    total: Decimal | None
    criteria: list[dict[str, Any]]
    dimensions: list[dict[str, Any]]
    reasons: tuple[Flag, ...]


@dataclass(frozen=True)
class _Figures:
    """One criterion's figures for all cases."""

    note: Ints
    n: Ints
    value: Ints
    low: Ints
    high: Ints
    points: Ints


def make_column(readings: Iterable[tuple[int, Reading]]) -> Column:
    """A column from (place of the case, reading) pairs; operations with figures at hand make the arrays themselves."""
    rows = [(case, *_scaled_reading(reading)) for case, reading in readings]
    return Column(*np.array(rows, dtype=np.int64).reshape(-1, 5).T)


def _scaled_reading(reading: Reading) -> tuple[int, int, int, int]:
    mean = UNKNOWN_MEAN if reading.queue_mean is None else scaled(reading.queue_mean, MILLIONTH)
    return scaled(reading.value, MILLIONTH), reading.n, mean, scaled(reading.days, CENT)


@lru_cache(maxsize=50_000)  # ratings, days and means of queues: the same few come again and again
def scaled(value: Decimal, unit: Decimal) -> int:
    """A decimal as a whole number of units, rounded half up."""
    return int(value.quantize(unit, ROUND_HALF_UP) / unit)


def score_many(scorecard: Scorecard, columns: Mapping[str, Column], cases: int) -> BulkScores:
    """Score `cases` cases by a scorecard without faults; raises Invalid as `score_case` does, for the first fault."""
    figures = [_figures(criterion, columns.get(criterion.code), cases) for criterion in scorecard.criteria]
    notes = _side_by_side(found.note for found in figures)
    weights = _weights(scorecard, notes == Note.SCORED)
    points = _side_by_side(found.points for found in figures)
    return BulkScores(
        totals=_totals(scorecard, weights, points),
        note=notes,
        n=_side_by_side(found.n for found in figures),
        value=_side_by_side(found.value for found in figures),
        low=_side_by_side(found.low for found in figures),
        high=_side_by_side(found.high for found in figures),
        weight=weights,
        points=points,
    )


def explained(scorecard: Scorecard, scores: BulkScores) -> Iterator[Explained]:
    """Each case's score and explanation in order, equal to `scoring.explain` of the scalar version."""
    heads = [head_of_row(scorecard, criterion) for criterion in scorecard.criteria]
    dimensions = [(d.code, str(d.weight), _dimension_points(scorecard, d.code, scores)) for d in scorecard.dimensions]
    parts = (scores.note, scores.n, scores.value, scores.low, scores.high, scores.weight, scores.points)
    flags = (scores.no_score, scores.thin_data, scores.short_peers)
    for first in range(0, len(scores.totals), CHUNK):
        chunk = slice(first, first + CHUNK)
        totals, rows = scores.totals[chunk].tolist(), np.stack([part[chunk] for part in parts], axis=2).tolist()
        points = [column[chunk].tolist() for _, _, column in dimensions]
        held = list(zip(*(flag[chunk].tolist() for flag in flags), strict=True))
        for place, (total, row) in enumerate(zip(totals, rows, strict=True)):
            yield Explained(
                None if total < 0 else total * CENT,
                [head | _shown(figures) for head, figures in zip(heads, row, strict=True)],
                [
                    {"code": code, "weight": weight, "points": _optional(column[place], 2)}
                    for (code, weight, _), column in zip(dimensions, points, strict=True)
                ],
                tuple(flag for flag, holds in zip(BULK_FLAGS, held[place], strict=True) if holds),
            )


def _dimension_points(scorecard: Scorecard, code: str, scores: BulkScores) -> Ints:
    """A dimension's points in hundredths, -1 where it has no data."""
    places = [place for place, criterion in enumerate(scorecard.criteria) if criterion.dimension == code]
    weights = scores.weight[:, places].sum(axis=1)
    weighted = (scores.weight[:, places] * scores.points[:, places]).sum(axis=1)
    return np.where(weights > 0, half_up(weighted, np.maximum(weights, 1)), -1)


def _shown(figures: list[int]) -> dict[str, Any]:
    note, n, value, low, high, weight, points = figures
    clause, text = NOTES[Note(note)]
    scored = note == Note.SCORED
    return {
        "n": n,
        "value": _plain(value, 6) if scored else None,
        "interval": [_plain(low, 4), _plain(high, 4)] if low >= 0 else None,
        "effective_weight": _plain(weight, 2) if scored else "0",
        "points": _plain(points, 2) if scored else None,
        "note": text,
        "note_clause": clause,
    }


def _optional(number: int, places: int) -> str | None:
    return None if number < 0 else _plain(number, places)


@lru_cache(maxsize=50_000)
def _plain(number: int, places: int) -> str:
    """A scaled number as a decimal writes itself."""
    whole, part = divmod(abs(number), 10**places)
    return f"{'-' if number < 0 else ''}{whole}.{part:0{places}d}"


def _side_by_side(columns: Iterable[Ints]) -> Ints:
    return np.stack(list(columns), axis=1)


def _totals(scorecard: Scorecard, weights: Ints, points: Ints) -> Ints:
    totals = half_up((weights * points).sum(axis=1), 10_000)
    # A dimension without data has given its weight to nobody, so the sum falls short exactly where there is no score.
    return np.where(weights.sum(axis=1) < _cents(sum(d.weight for d in scorecard.dimensions)), -1, totals)


def _cents(value: Any) -> int:
    return int(value / CENT)


def _weights(scorecard: Scorecard, scored: Bools) -> Ints:
    """Effective weights: reckoned once for each pattern of scored criteria that occurs."""
    # The scalar function does the sharing, so that there is one rule of remainders; patterns are few, cases many.
    patterns, which = np.unique(scored, axis=0, return_inverse=True)
    table = [[_cents(weight) for weight in effective_weights(scorecard, list(pattern))] for pattern in patterns]
    return np.array(table, dtype=np.int64).reshape(patterns.shape)[which.reshape(-1)]


def _figures(criterion: Criterion, column: Column | None, cases: int) -> _Figures:
    if column is None:
        column = make_column(())
    _check(criterion, column)
    column = _sampled(column)
    n = _sum(column.n, column, cases)
    note = _notes(criterion, n)
    scored = note == Note.SCORED
    value = np.where(scored, _by_days(_values(criterion, column), column, cases), 0)
    low, high = _intervals(criterion, column, n, scored)
    return _Figures(note, n, value, low, high, np.where(scored, points_of(criterion, value), 0))


def _check(criterion: Criterion, column: Column) -> None:
    """Raise Invalid for readings that cannot be, with the limits of the scalar version."""
    most, hits = int(LARGEST_VALUE) * MILLION, column.value // MILLION
    known = column.queue_mean != UNKNOWN_MEAN
    faults = {
        N_("A figure is larger than a million."): (abs(column.value) > most)
        | (known & (abs(np.where(known, column.queue_mean, 0)) > most)),
        N_("A sample must be between 0 and a million."): (column.n < 0) | (column.n > LARGEST_SAMPLE),
        N_("Days worked must be above 0 and at most 366."): (column.days < 1) | (column.days > _cents(MOST_DAYS)),
        N_("Hits are a whole number, at most the sample."): (criterion.measure is Measure.RATE)
        & ((column.value % MILLION != 0) | (hits < 0) | (hits > column.n)),
        N_("The mean of the queue is missing."): shrinks(criterion) & (column.n > 0) & ~known,
    }
    for message, wrong in faults.items():
        if wrong.any():
            raise Invalid({criterion.code: message})


def _sampled(column: Column) -> Column:
    kept = column.n > 0
    return Column(column.case[kept], column.value[kept], column.n[kept], column.queue_mean[kept], column.days[kept])


def _sum(amounts: Ints, column: Column, cases: int) -> Ints:
    total = np.zeros(cases, dtype=np.int64)
    # Not `total[case] += …`, which counts a case with several queues once.
    np.add.at(total, column.case, amounts)
    return total


def _notes(criterion: Criterion, n: Ints) -> Ints:
    if criterion.source is Source.PEERS:
        return np.where(n >= criterion.minimum_sample, Note.SCORED, Note.SHORT_PEERS).astype(np.int64)
    missing = np.where(n > 0, Note.INSUFFICIENT, Note.NO_DATA)
    return np.where(n >= criterion.minimum_sample, Note.SCORED, missing).astype(np.int64)


def _values(criterion: Criterion, column: Column) -> Ints:
    if criterion.measure is Measure.PER_DAY:
        return half_up(column.value * 100, column.days)
    if criterion.measure is Measure.VALUE:
        return column.value
    hits = column.value if criterion.measure is Measure.RATE else column.value * column.n
    prior = criterion.prior_strength
    # Unknown only where the prior strength is 0, so that any value serves; the marker itself would overflow.
    mean = np.where(column.queue_mean == UNKNOWN_MEAN, 0, column.queue_mean)
    return half_up(hits + prior * mean, column.n + prior)


def _by_days(values: Ints, column: Column, cases: int) -> Ints:
    days = _sum(column.days, column, cases)
    # A case without readings has no days; its value is thrown away afterwards.
    return half_up(_sum(values * column.days, column, cases), np.maximum(days, 1))


def half_up(numerator: Ints, denominator: Ints | int) -> Ints:
    """The quotient rounded half up, away from zero; the denominator is positive."""
    return np.sign(numerator) * ((2 * abs(numerator) + denominator) // (2 * denominator))


def _intervals(criterion: Criterion, column: Column, n: Ints, scored: Bools) -> tuple[Ints, Ints]:
    """As `scoring.wilson`, operation for operation; -1 where there is none."""
    if criterion.measure is not Measure.RATE:
        none = np.full(len(n), -1, dtype=np.int64)
        return none, none
    hits, size = _sum(column.value // MILLION, column, len(n)), np.maximum(n, 1).astype(np.float64)
    rate, square = hits / size, Z_95 * Z_95
    scale = 1 + square / size
    centre = (rate + square / (2 * size)) / scale
    half = Z_95 * np.sqrt(rate * (1 - rate) / size + square / (4 * size * size)) / scale
    ends = np.maximum(0.0, centre - half), np.minimum(1.0, centre + half)
    low, high = (np.where(scored, np.floor(end * 10_000 + 0.5), -1).astype(np.int64) for end in ends)
    return low, high


def points_of(criterion: Criterion, values: Ints) -> Ints:
    """The points (hundredths) for values (millionths), by the criterion's linear pieces."""
    start, width, first, last = _piece_table(criterion)
    # To the right: a value on a seam belongs to the piece that begins there, as `Piece` says.
    which = np.searchsorted(start[1:], values, side="right")
    share = (last[which] - first[which]) * (values - start[which])
    return half_up(first[which] * width[which] + share, width[which])


def _piece_table(criterion: Criterion) -> tuple[Ints, Ints, Ints, Ints]:
    """Start, width, first and last points of the pieces; an open piece is flat, so that any width serves."""
    rows = []
    for piece in criterion.scoring.pieces:
        start = 0 if piece.start is None else scaled(piece.start, MILLIONTH)
        width = 1 if piece.start is None or piece.end is None else scaled(piece.end, MILLIONTH) - start
        rows.append((start, width, scaled(piece.start_points, CENT), scaled(piece.end_points, CENT)))
    start, width, first, last = np.array(rows, dtype=np.int64).T
    return start, width, first, last
