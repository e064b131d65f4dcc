"""Bulk scoring equals the scalar oracle, case by case, and says no to the same readings."""

from dataclasses import replace
from decimal import Decimal as D
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin.domain.codes import Flag, Measure, Source
from admin.domain.refusals import Invalid
from admin.domain.scorecard import Bands, Piece, Scorecard
from admin.domain.scoring import Inputs, Reading, explain, explain_dimensions, score_case
from admin.domain.scoring_bulk import (
    BulkScores,
    Column,
    Explained,
    explained,
    half_up,
    make_column,
    points_of,
    scaled,
    score_many,
)
from tests.domain.samples import SCORECARD, with_criterion


def in_bulk(scorecard: Scorecard, cases: list[Inputs]) -> BulkScores:
    columns = {
        criterion.code: make_column((i, r) for i, case in enumerate(cases) for r in case.get(criterion.code, ()))
        for criterion in scorecard.criteria
    }
    return score_many(scorecard, columns, len(cases))


def as_stored(scorecard: Scorecard, case: Inputs) -> Explained:
    """What the oracle stores for a case."""
    score = score_case(scorecard, case)
    return Explained(score.total, explain(scorecard, score), explain_dimensions(score), score.reasons)


def decimals(places: int, low: int, high: int) -> st.SearchStrategy[D]:
    unit = 10**places
    return st.integers(low * unit, high * unit).map(lambda number: D(number) / unit)


means = decimals(6, -1_000_000, 1_000_000)
days = decimals(2, 1, 366)
samples = st.one_of(st.integers(0, 60), st.integers(0, 1_000_000))


@st.composite
def rates(draw: st.DrawFn) -> Reading:
    n = draw(samples)
    return Reading(D(draw(st.integers(0, n))), n, draw(decimals(6, 0, 1)), draw(days))


amounts = st.builds(Reading, decimals(6, 0, 900), st.just(1), st.none(), days)
ratings = st.builds(Reading, decimals(6, 1, 5), st.integers(0, 6))
anything = st.builds(Reading, means, samples, means, days)


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    kinds = {
        "resolution": rates(),
        "complaints": amounts,
        "knowledge": ratings,
        "duty": ratings,
        "teamwork": ratings,
        "years": st.builds(Reading, decimals(2, 0, 50)),
    }
    return {code: draw(st.lists(kind, max_size=3)) for code, kind in kinds.items()}


@settings(max_examples=150)
@given(st.lists(inputs(), min_size=1, max_size=6))
def test_bulk_scores_equal_the_oracle_case_by_case(cases: list[Inputs]) -> None:
    bulk = in_bulk(SCORECARD, cases)
    oracle = [score_case(SCORECARD, case) for case in cases]
    assert list(explained(SCORECARD, bulk)) == [as_stored(SCORECARD, case) for case in cases]
    flags = zip(bulk.no_score, bulk.thin_data, bulk.short_peers, strict=True)
    names = (Flag.NO_SCORE, Flag.THIN_DATA, Flag.SHORT_PEERS)
    assert [tuple(n for n, holds in zip(names, row, strict=True) if holds) for row in flags] == [
        score.reasons for score in oracle
    ]


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    edges = sorted(draw(st.sets(means, min_size=1, max_size=4)))
    points = draw(st.lists(decimals(2, 0, 100), min_size=2 * len(edges), max_size=2 * len(edges)))
    inner = [Piece(a, b, points[2 * i], points[2 * i + 1]) for i, (a, b) in enumerate(pairwise(edges))]
    ends = Piece(None, edges[0], points[-1], points[-1]), Piece(edges[-1], None, points[-2], points[-2])
    return with_criterion(
        "resolution",
        scoring=Bands((ends[0], *inner, ends[1])),
        measure=draw(st.sampled_from([Measure.MEAN, Measure.PER_DAY, Measure.VALUE])),
        prior_strength=draw(st.integers(0, 10_000)),
        minimum_sample=draw(st.integers(1, 40)),
    )


@settings(max_examples=150)
@given(cards(), st.lists(anything, max_size=4))
def test_any_bands_any_measure_and_the_largest_figures_stay_within_64_bits(
    card: Scorecard, readings: list[Reading]
) -> None:
    case = {"resolution": readings}
    assert list(explained(card, in_bulk(card, [case]))) == [as_stored(card, case)]


@pytest.mark.parametrize("sign", [1, -1])
def test_the_limits_themselves_do_not_overflow(sign: int) -> None:
    most = Reading(D(sign * 1_000_000), 1_000_000, D(sign * 1_000_000), D(366))
    for measure in (Measure.MEAN, Measure.PER_DAY, Measure.VALUE):
        card = with_criterion("resolution", measure=measure, prior_strength=10_000)
        case = {"resolution": [most, most, replace(most, days=D("0.01"))]}
        assert list(explained(card, in_bulk(card, [case]))) == [as_stored(card, case)]


def test_thousands_of_cases_keep_their_order_across_chunks() -> None:
    cases: list[Inputs] = [{"years": [Reading(D(i % 11))]} for i in range(4_001)]
    bulk = in_bulk(SCORECARD, cases)
    stored = list(explained(SCORECARD, bulk))
    assert len(stored) == 4_001
    for i in (0, 1, 1_999, 2_000, 3_999, 4_000):
        assert stored[i] == as_stored(SCORECARD, cases[i])


def test_a_cycle_without_cases_or_columns_has_no_scores() -> None:
    assert list(explained(SCORECARD, score_many(SCORECARD, {}, 0))) == []
    alone = score_many(SCORECARD, {}, 1)
    assert list(explained(SCORECARD, alone)) == [as_stored(SCORECARD, {})]
    assert alone.totals.tolist() == [-1]


WRONG = [
    ("years", Reading(D("1000000.000001"))),
    ("years", Reading(D("-1000000.000001"))),
    ("resolution", Reading(D(1), 1, D("1000000.000001"))),
    ("resolution", Reading(D(1), 1, D("-1000000.000001"))),
    ("years", Reading(D(1), -1)),
    ("years", Reading(D(1), 1_000_001)),
    ("complaints", Reading(D(1), days=D(0))),
    ("complaints", Reading(D(1), days=D("366.01"))),
    ("resolution", Reading(D(51), 50, D(1))),
    ("resolution", Reading(D("4.5"), 50, D(1))),
    ("resolution", Reading(D(-1), 50, D(1))),
    ("resolution", Reading(D(1), 50)),
]


@pytest.mark.parametrize(("code", "reading"), WRONG)
def test_readings_that_cannot_be_are_refused_in_the_oracles_words(code: str, reading: Reading) -> None:
    with pytest.raises(Invalid) as oracle:
        score_case(SCORECARD, {code: [reading]})
    with pytest.raises(Invalid) as bulk:
        in_bulk(SCORECARD, [{}, {code: [Reading(D(1), 1, D(1)), reading]}])
    assert bulk.value.fields == oracle.value.fields


@pytest.mark.parametrize(
    ("code", "reading"),
    [
        ("resolution", Reading(D(0), 0)),
        ("resolution", Reading(D(50), 50, D(-1_000_000))),
        ("complaints", Reading(D(1), days=D("0.01"))),
        ("years", Reading(D(4), 1_000_000)),
        ("years", Reading(D("4.5"), 1)),
    ],
)
def test_readings_at_the_limits_are_taken(code: str, reading: Reading) -> None:
    case = {code: [reading]}
    assert list(explained(SCORECARD, in_bulk(SCORECARD, [case]))) == [as_stored(SCORECARD, case)]


def test_a_criterion_without_prior_strength_needs_no_queue_mean() -> None:
    for measure in (Measure.RATE, Measure.MEAN):
        card = with_criterion("resolution", prior_strength=0, measure=measure)
        case = {"resolution": [Reading(D(40), 60)]}
        assert list(explained(card, in_bulk(card, [case]))) == [as_stored(card, case)]


def test_columns_may_be_made_from_whole_numbers_at_hand() -> None:
    ints: Any = lambda *numbers: np.array(numbers, dtype=np.int64)  # noqa: E731
    column = Column(ints(0, 1), ints(4_000_000, 5_000_000), ints(1, 1), ints(0, 0), ints(100, 100))
    bulk = score_many(SCORECARD, {"knowledge": column}, 2)
    assert bulk.points[:, 2].tolist() == [8000, 10_000]
    assert [next(iter(row)) for row in (bulk.value[:, 2], bulk.weight[:, 2])] == [4_000_000, 2500]


def test_halves_are_rounded_away_from_zero() -> None:
    assert half_up(np.array([5, -5, 4, -4, 15]), 10).tolist() == [1, -1, 0, 0, 2]
    assert [scaled(D(text), D("0.01")) for text in ("0.005", "-0.005", "0.0049")] == [1, -1, 0]


def test_points_of_many_values_follow_the_bands() -> None:
    values = np.array([599_999, 600_000, 700_001, 899_999, 900_000, 2_000_000])
    assert points_of(SCORECARD.criterion("resolution"), values).tolist() == [0, 0, 3333, 10_000, 10_000, 10_000]


def test_peers_are_short_of_ratings_in_bulk_too() -> None:
    assert SCORECARD.criterion("teamwork").source is Source.PEERS
    bulk = in_bulk(SCORECARD, [{"teamwork": [Reading(D(4), 2)]}, {"teamwork": [Reading(D(4), 3)]}])
    assert bulk.short_peers.tolist() == [True, False]
    assert bulk.thin_data.tolist() == [True, True]
