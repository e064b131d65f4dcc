"""The score of one case, worked by hand (3.2-a to 3.2-d)."""

import json
from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.domain.codes import Direction, Flag, Measure
from admin.domain.refusals import Invalid
from admin.domain.scorecard import Bands, Piece, Scorecard
from admin.domain.scoring import (
    Inputs,
    Note,
    Reading,
    Score,
    effective_weights,
    explain,
    points_at,
    redistribute,
    score_case,
    wilson,
)
from tests.domain.samples import SCORECARD, with_criterion

# 425 of 500 resolved where the queue's mean is 0.70: (425 + 100 * 0.70) / 600 = 0.825 -> 75.00 points
# 300 complaints in 200 days: 1.5 a day -> 75.00 points
FULL_CASE: Inputs = {
    "resolution": [Reading(D(425), 500, D("0.7"))],
    "complaints": [Reading(D(300), days=D(200))],
    "knowledge": [Reading(D(4))],
    "duty": [Reading(D(5))],
    "teamwork": [Reading(D("3.666667"), 3)],
    "years": [Reading(D("4.5"))],
}


def scored(**changes: list[Reading]) -> Score:
    return score_case(SCORECARD, FULL_CASE | changes)


def test_notes_have_the_numbers_and_flags_the_names_under_which_they_are_stored() -> None:
    assert [(note.name, int(note)) for note in Note] == [
        ("SCORED", 0),
        ("NO_DATA", 1),
        ("INSUFFICIENT", 2),
        ("SHORT_PEERS", 3),
    ]
    stored = "grade_change no_score thin_data short_peers outlier_rater missing_self_assessment low_score"
    assert [flag.value for flag in Flag] == stored.split()


def test_a_full_case_is_scored_as_by_hand() -> None:
    score = scored()
    points = {criterion.code: criterion.points for criterion in score.criteria}
    assert points == {
        "resolution": D(75),
        "complaints": D(75),
        "knowledge": D(80),
        "duty": D(100),
        "teamwork": D("73.33"),
        "years": D(45),
    }
    # 30*75 + 20*75 + 25*80 + 10*100 + 5*73.33 + 10*45 = 7566.65
    assert score.total == D("75.67")
    assert score.reasons == ()
    assert [(d.code, d.weight, d.points) for d in score.dimensions] == [
        ("performance", D(50), D(75)),
        ("ability", D(25), D(80)),
        ("attitude", D(15), D("91.11")),
        ("seniority", D(10), D(45)),
    ]


def test_a_rate_is_drawn_to_the_queues_mean_and_shown_with_its_own_interval() -> None:
    resolution = scored().criteria[0]
    assert (resolution.value, resolution.n) == (D("0.825"), 500)
    assert (resolution.low, resolution.high) == (D("0.8160"), D("0.8786"))
    assert scored().criteria[1].low is None
    assert scored().criteria[1].high is None


def test_the_fewer_the_contacts_the_more_a_rate_is_drawn_to_the_mean() -> None:
    few = scored(resolution=[Reading(D(50), 50, D("0.7"))]).criteria[0]
    assert few.value == D("0.8")  # (50 + 70) / 150


def test_without_a_prior_strength_a_rate_stands_as_it_is() -> None:
    plain = score_case(with_criterion("resolution", prior_strength=0), {"resolution": [Reading(D(2), 60)]})
    assert plain.criteria[0].value == D("0.033333")


def test_a_mean_is_drawn_to_the_queues_mean_too() -> None:
    card = with_criterion("resolution", measure=Measure.MEAN)
    mean = score_case(card, {"resolution": [Reading(D("0.9"), 300, D("0.5"))]}).criteria[0]
    assert mean.value == D("0.8")  # (300 * 0.9 + 100 * 0.5) / 400
    assert mean.low is None


def test_volume_is_per_day_worked() -> None:
    assert scored(complaints=[Reading(D(300), days=D(100))]).criteria[1].value == D(3)
    assert scored(complaints=[Reading(D(10), days=D(3))]).criteria[1].value == D("3.333333")


def test_figures_of_two_queues_are_weighted_by_the_days_in_each() -> None:
    first = Reading(D(60), 100, D("0.6"), days=D(150))  # (60 + 60) / 200 = 0.6
    second = Reading(D(90), 100, D("0.9"), days=D(50))  # (90 + 90) / 200 = 0.9
    moved = scored(resolution=[first, second]).criteria[0]
    assert (moved.value, moved.n, moved.points) == (D("0.675"), 200, D(25))
    assert (moved.low, moved.high) == tuple(end * D("0.0001") for end in wilson(150, 200))


def test_what_rounds_to_nought_is_printed_without_a_sign() -> None:
    card = with_criterion("complaints", measure=Measure.VALUE)
    queues = [Reading(D("-0.000001"), days=D(1)), Reading(D(0), days=D(9))]  # -0.0000001 a day
    assert explain(card, score_case(card, {"complaints": queues}))[1]["value"] == "0.000000"


def test_a_queue_without_contacts_says_nothing() -> None:
    one = Reading(D(60), 100, D("0.6"), days=D(150))
    none = Reading(D(0), 0, None, days=D(50))
    assert scored(resolution=[one, none]).criteria[0] == scored(resolution=[one]).criteria[0]


def test_too_few_contacts_are_insufficient_and_their_weight_goes_to_the_dimension() -> None:
    score = scored(resolution=[Reading(D(49), 49, D("0.7"))])
    resolution, complaints = score.criteria[:2]
    assert resolution.note is Note.INSUFFICIENT
    assert (resolution.value, resolution.points, resolution.low, resolution.n) == (None, None, None, 49)
    assert (resolution.weight, resolution.effective_weight) == (D(30), D(0))
    assert (complaints.weight, complaints.effective_weight) == (D(20), D(50))
    assert score.total == D("75.67")
    assert score.reasons == (Flag.THIN_DATA,)
    assert scored(resolution=[Reading(D(50), 50, D("0.7"))]).reasons == ()


def test_no_data_is_never_zero() -> None:
    score = scored(complaints=[])
    assert score.criteria[1].note is Note.NO_DATA
    assert score.criteria[0].effective_weight == D(50)
    assert score.total == D("75.67")
    assert score.reasons == (Flag.THIN_DATA,)


def test_a_dimension_without_any_data_leaves_the_case_without_a_score() -> None:
    score = scored(knowledge=[])
    assert score.total is None
    assert score.dimensions[1].points is None
    assert score.dimensions[0].points == D(75)
    assert score.reasons == (Flag.NO_SCORE, Flag.THIN_DATA)


@pytest.mark.parametrize("peers", [[], [Reading(D(5), 2)]])
def test_short_peers_are_flagged_as_such_and_not_counted(peers: list[Reading]) -> None:
    score = scored(teamwork=peers)
    assert score.criteria[4].note is Note.SHORT_PEERS
    assert score.criteria[3].effective_weight == D(15)
    assert score.reasons == (Flag.SHORT_PEERS,)


def test_self_ratings_are_never_looked_at() -> None:
    assert score_case(SCORECARD, {**FULL_CASE, "self": [Reading(D(5))]}) == scored()


@pytest.mark.parametrize(
    ("value", "points"),
    [("0.599999", "0"), ("0.6", "0"), ("0.75", "50"), ("0.700001", "33.33"), ("0.9", "100"), ("1", "100")],
)
def test_points_follow_the_bands_in_straight_lines(value: str, points: str) -> None:
    assert points_at(SCORECARD.criterion("resolution"), D(value)) == D(points)


def test_a_jump_between_bands_belongs_to_the_upper_band() -> None:
    jump = Bands((Piece(None, D(1), D(0), D(0)), Piece(D(1), None, D(100), D(100))))
    criterion = replace(SCORECARD.criterion("resolution"), scoring=jump)
    assert [points_at(criterion, D(value)) for value in ("0.999999", "1")] == [D(0), D(100)]


def test_falling_bands_and_negative_values_are_scored() -> None:
    lower = Bands((Piece(None, D(-1), D(90), D(90)), Piece(D(-1), D(1), D(90), D(10)), Piece(D(1), None, D(10), D(10))))
    card = with_criterion("years", scoring=lower, direction=Direction.LOWER)
    years = score_case(card, {"years": [Reading(D("-0.5"))]}).criteria[5]
    assert (years.value, years.points) == (D("-0.5"), D(70))


@pytest.mark.parametrize(
    ("code", "reading", "fault"),
    [
        ("years", Reading(D("NaN")), "A figure is not a number."),
        ("years", Reading(D(1), days=D("Infinity")), "A figure is not a number."),
        ("resolution", Reading(D(1), 1, D("NaN")), "A figure is not a number."),
        ("years", Reading(D("1000000.1")), "A figure is larger than a million."),
        ("years", Reading(D("-1000000.1")), "A figure is larger than a million."),
        ("resolution", Reading(D(1), 1, D(1_000_001)), "A figure is larger than a million."),
        ("years", Reading(D(1), -1), "A sample must be between 0 and a million."),
        ("years", Reading(D(1), 1_000_001), "A sample must be between 0 and a million."),
        ("complaints", Reading(D(1), days=D(0)), "Days worked must be above 0 and at most 366."),
        ("complaints", Reading(D(1), days=D("366.01")), "Days worked must be above 0 and at most 366."),
        ("resolution", Reading(D(51), 50, D(1)), "Hits are a whole number, at most the sample."),
        ("resolution", Reading(D("4.5"), 50, D(1)), "Hits are a whole number, at most the sample."),
        ("resolution", Reading(D(-1), 50, D(1)), "Hits are a whole number, at most the sample."),
        ("resolution", Reading(D(1), 50), "The mean of the queue is missing."),
    ],
)
def test_a_reading_that_cannot_be_is_wrong_input(code: str, reading: Reading, fault: str) -> None:
    with pytest.raises(Invalid) as caught:
        scored(**{code: [reading]})
    assert caught.value.fields == {code: fault}


def test_the_limits_themselves_are_accepted() -> None:
    limits = Reading(D(1_000_000), 1_000_000, D(1_000_000), D(366))
    assert scored(years=[limits]).criteria[5].points == D(100)
    assert scored(resolution=[limits]).criteria[0].points == D(100)
    assert scored(complaints=[Reading(D(1), days=D("0.01"))]).criteria[1].value == D(100)


def test_the_wilson_interval_is_the_textbooks() -> None:
    assert wilson(0, 10) == (0, 2775)
    assert wilson(10, 10) == (7225, 10_000)
    assert wilson(5, 10) == (2366, 7634)
    assert wilson(81, 263) == (2553, 3662)  # Newcombe 1998, table I


@given(st.integers(1, 10_000), st.data())
def test_the_interval_holds_the_rate(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n)
    assert 0 <= low <= round(10_000 * hits / n) <= high <= 10_000


# Redistribution

weights = st.integers(1, 10_000).map(lambda cents: D(cents) / 100)


@given(st.lists(weights, min_size=1, max_size=8), weights)
def test_redistributed_weights_add_up_exactly_and_keep_their_proportions(parts: list[D], total: D) -> None:
    spread = redistribute(parts, total)
    assert sum(spread) == total
    for part, share in zip(parts, spread, strict=True):
        assert abs(share - part * total / sum(parts)) < D("0.01")


def test_what_rounding_leaves_goes_to_the_largest_remainder_first_come_first_served() -> None:
    assert redistribute([D(1), D(1), D(1)], D(100)) == [D("33.34"), D("33.33"), D("33.33")]
    assert redistribute([D(1), D(2), D(4)], D(10)) == [D("1.43"), D("2.86"), D("5.71")]
    assert redistribute([], D(10)) == []


@given(st.lists(st.booleans(), min_size=6, max_size=6))
def test_each_dimension_keeps_its_weight_or_has_none(available: list[bool]) -> None:
    effective = effective_weights(SCORECARD, available)
    for dimension in SCORECARD.dimensions:
        own = [i for i, c in enumerate(SCORECARD.criteria) if c.dimension == dimension.code]
        expected = dimension.weight if any(available[i] for i in own) else D(0)
        assert sum(effective[i] for i in own) == expected
    assert all(weight == 0 for weight, there in zip(effective, available, strict=True) if not there)


@given(st.integers(0, 500), st.integers(0, 500))
def test_more_resolved_never_scores_less(one: int, other: int) -> None:
    totals = [scored(resolution=[Reading(D(hits), 500, D("0.7"))]).total for hits in sorted((one, other))]
    assert totals[0] <= totals[1]  # type: ignore[operator]


# Explanations


def test_an_explanation_shows_input_rule_weight_clause_and_note() -> None:
    shown = explain(SCORECARD, scored(teamwork=[Reading(D(5), 2)]))
    assert json.loads(json.dumps(shown)) == shown
    assert shown[0] == {
        "code": "resolution",
        "dimension": "performance",
        "clause": "3.2.1",
        "source": "metric",
        "rule": "Hits of the sample, drawn towards the mean of the queue: (k + m × p0) / (n + m).",
        "n": 500,
        "minimum_sample": 50,
        "value": "0.825000",
        "interval": ["0.8160", "0.8786"],
        "weight": "30",
        "effective_weight": "30.00",
        "points": "75.00",
        "note": "Scored by the scorecard.",
        "note_clause": "3.2.5",
    }
    assert shown[4]["value"] is None
    assert shown[4]["interval"] is None
    assert shown[4]["points"] is None
    assert shown[4]["note_clause"] == "3.2-b"
    assert shown[4]["note"] == "Too few peers; its weight is spread over the rest of the dimension."
    missing = explain(SCORECARD, scored(years=[], resolution=[Reading(D(5), 5, D(1))]))
    assert [missing[i]["note_clause"] for i in (0, 5)] == ["3.2-c", "3.2-c"]


def test_a_scorecard_of_one_criterion_scores_its_points() -> None:
    years = SCORECARD.criterion("years")
    alone = Scorecard((replace(SCORECARD.dimensions[3], weight=D(100)),), (replace(years, weight=D(100)),))
    assert score_case(alone, {"years": [Reading(D("3.333333"))]}).total == D("33.33")
