"""Every fault that keeps a scorecard from being used (1.3.2, 3.2.4, 3.2.5)."""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest

from admin.domain.codes import Direction, Source
from admin.domain.refusals import Refusal
from admin.domain.scorecard import Bands, Curve, DimensionWeight, Piece, RatingPoints, Scorecard, Scoring, faults
from tests.domain.samples import ANCHORS, PARAMETERS, RATED, RESOLUTION, SCORECARD, with_criterion


def said(scorecard: Scorecard, **parameters: Any) -> list[str]:
    return [f"{fault.clause} {fault.text()}" for fault in faults(scorecard, PARAMETERS | parameters)]


def weighing(*weights: str) -> Scorecard:
    """The sample with these dimension weights, each criterion scaled along where it stands alone."""
    dimensions = tuple(replace(d, weight=D(w)) for d, w in zip(SCORECARD.dimensions, weights, strict=True))
    return replace(SCORECARD, dimensions=dimensions)


def test_the_sources_have_the_names_under_which_they_are_stored() -> None:
    assert [source.value for source in Source] == [
        "metric",
        "superior",
        "peers",
        "exam",
        "project",
        "imported",
        "computed",
    ]


def test_a_scorecard_without_seniority_is_under_any_cap() -> None:
    assert said(replace(SCORECARD, seniority="age"), seniority_cap=0) == []


def test_the_sample_scorecard_has_no_fault() -> None:
    assert faults(SCORECARD, PARAMETERS) == []


def test_a_scorecard_knows_what_superiors_and_peers_rate() -> None:
    assert SCORECARD.rated_by(Source.SUPERIOR) == ("knowledge", "duty")
    assert SCORECARD.rated_by(Source.PEERS) == ("teamwork",)
    assert [c.code for c in SCORECARD.of("attitude")] == ["duty", "teamwork"]
    assert SCORECARD.criterion("duty").weight == 10


def test_weights_of_99_99_are_refused() -> None:
    found = said(weighing("49.99", "25", "15", "10"))
    assert found == [
        "3.2.5 The weights add up to 99.99, not to 100.",
        "3.2.5 The criteria of performance weigh 50 together, the dimension 49.99.",
    ]


def test_criteria_must_add_up_to_their_dimension() -> None:
    found = said(with_criterion("duty", weight=D("9.5")))
    assert found == ["3.2.5 The criteria of attitude weigh 14.5 together, the dimension 15."]


def test_performance_must_be_strictly_the_largest() -> None:
    equal = "1.3.2 Performance must weigh more than every other dimension."
    assert equal in said(weighing("40", "40", "15", "5"))
    assert equal not in said(weighing("40.01", "39.99", "15", "5"))
    assert equal in said(replace(SCORECARD, performance="results"))


def test_performance_alone_is_the_largest() -> None:
    alone = Scorecard(
        (DimensionWeight("performance", D(100), "3.2.1"),), (replace(SCORECARD.criteria[0], weight=D(100)),)
    )
    assert said(alone) == []


def test_an_empty_scorecard_is_refused() -> None:
    assert said(Scorecard((), ())) == [
        "3.2.5 The weights add up to 0, not to 100.",
        "1.3.2 Performance must weigh more than every other dimension.",
    ]


def test_seniority_weighs_at_most_its_cap() -> None:
    assert said(SCORECARD, seniority_cap=9) == ["3.2.4 Seniority weighs 10; it is a reference only, at most 9."]
    assert said(SCORECARD, seniority_cap=10) == []


@pytest.mark.parametrize("weight", ["0", "-1", "10.001", "100.01", "1E+40"])
def test_a_weight_is_above_zero_with_two_decimals(weight: str) -> None:
    expected = "3.2.5 The weight of duty must be above 0 and at most 100, with two decimals at most."
    assert expected in said(with_criterion("duty", weight=D(weight)))


def test_a_weight_may_have_two_decimals_and_be_the_whole() -> None:
    text = "must be above 0"
    assert not any(text in line for line in said(with_criterion("duty", weight=D("10.25"))))
    assert not any(text in line for line in said(with_criterion("duty", weight=D(100))))


def test_a_dimension_without_weight_is_refused() -> None:
    nothing = replace(SCORECARD, dimensions=(*SCORECARD.dimensions, DimensionWeight("charm", D(0), "3.2")))
    assert said(nothing) == ["3.2.5 The dimension charm needs a weight above 0."]


def test_a_criterion_of_no_dimension_is_named() -> None:
    found = said(with_criterion("years", dimension="age"))
    assert "3.2.5 years belongs to no dimension of the scorecard (age)." in found


def test_codes_that_stand_twice_are_named() -> None:
    twice = replace(SCORECARD, criteria=(*SCORECARD.criteria, SCORECARD.criteria[0]))
    assert "3.2.5 The code resolution appears twice on the scorecard." in said(twice)
    dimension = replace(SCORECARD, dimensions=(*SCORECARD.dimensions, SCORECARD.dimensions[0]))
    assert said(dimension)[0] == "3.2.5 The code performance appears twice on the scorecard."


def test_an_unknown_source_such_as_the_employee_is_refused() -> None:
    assert said(with_criterion("duty", source="self")) == ["3.2.5 duty has an unknown source (self)."]


def test_the_minimum_sample_is_at_least_one_and_of_peers_the_parameter() -> None:
    assert said(with_criterion("duty", minimum_sample=0)) == ["3.2-c The minimum sample of duty must be at least 1."]
    assert said(with_criterion("teamwork", minimum_sample=2)) == ["3.2-b teamwork is rated by at least 3 peers."]
    assert said(with_criterion("teamwork", minimum_sample=0)) == [
        "3.2-c The minimum sample of teamwork must be at least 1."
    ]
    assert said(SCORECARD, peer_minimum=4) == ["3.2-b teamwork is rated by at least 4 peers."]


@pytest.mark.parametrize(("strength", "refused"), [(-1, True), (0, False), (10_000, False), (10_001, True)])
def test_the_prior_strength_has_limits(strength: int, refused: bool) -> None:
    expected = ["3.2.5 The prior strength of resolution must be between 0 and 10000."] if refused else []
    assert said(with_criterion("resolution", prior_strength=strength)) == expected


def banded(*bands: tuple[str | None, str | None, int, int]) -> list[str]:
    def number(text: str | None) -> D | None:
        return None if text is None else D(text)

    pieces = tuple(Piece(number(start), number(end), D(a), D(b)) for start, end, a, b in bands)
    return said(with_criterion("resolution", scoring=Bands(pieces)))


def test_bands_with_a_gap_are_refused() -> None:
    found = banded((None, "220", 0, 0), ("250", "300", 0, 100), ("300", None, 100, 100))
    assert found == ["3.2.5 The bands of resolution leave a gap from 220 to 250."]


def test_bands_that_overlap_or_are_out_of_order_are_refused() -> None:
    found = banded((None, "260", 0, 0), ("250", "300", 0, 100), ("300", None, 100, 100))
    assert found == ["3.2.5 The bands of resolution overlap or are out of order from 250 to 260."]
    assert banded((None, "1", 0, 0), ("1", "1", 0, 0), ("1", None, 0, 0)) == [
        "3.2.5 A band of resolution runs from 1 to 1: its end is not above its start."
    ]


def test_bands_must_be_open_at_both_ends_and_only_there() -> None:
    outside = "3.2.5 The bands of resolution must be open at both ends, so that no value falls outside."
    assert banded(("0", "1", 0, 0), ("1", None, 0, 0)) == [outside]
    assert banded((None, "1", 0, 0), ("1", "2", 0, 0)) == [outside]
    assert banded() == [outside]
    inner = "3.2.5 Only the outermost bands of resolution are open."
    assert banded((None, None, 0, 0), ("1", None, 0, 0)) == [inner]
    assert banded((None, "1", 0, 0), (None, None, 0, 0)) == [inner]
    assert banded((None, None, 50, 50)) == []


def test_an_open_band_gives_the_same_points_throughout() -> None:
    slanted = "3.2.5 An open band of resolution gives the same points throughout."
    assert banded((None, "1", 0, 5), ("1", None, 5, 5)) == [slanted]
    assert banded((None, "1", 0, 0), ("1", None, 0, 5)) == [slanted]


@pytest.mark.parametrize("points", ["-0.01", "100.01", "50.001"])
def test_points_lie_between_0_and_100_with_two_decimals(points: str) -> None:
    flat = Bands((Piece(None, None, D(points), D(points)),))
    assert said(with_criterion("resolution", scoring=flat)) == [
        "3.2.5 The points of resolution must be between 0 and 100, with two decimals at most."
    ]


@pytest.mark.parametrize(("edge", "refused"), [("1000000", False), ("-1000000.5", True), ("0.0000001", True)])
def test_the_values_of_bands_have_limits(edge: str, refused: bool) -> None:
    bands = Bands((Piece(None, D(edge), D(0), D(0)), Piece(D(edge), None, D(9), D(9))))
    expected = ["3.2.5 The values of resolution must be within a million, with six decimals at most."]
    assert said(with_criterion("resolution", scoring=bands)) == (expected if refused else [])


def test_points_may_not_go_against_the_direction() -> None:
    against = "3.2.5 The points of resolution go against its direction."
    assert said(with_criterion("resolution", direction=Direction.LOWER)) == [against]
    falling = Bands((Piece(None, D(1), D(9), D(9)), Piece(D(1), None, D(8), D(8))))
    assert said(with_criterion("resolution", scoring=falling)) == [against]
    assert said(with_criterion("resolution", scoring=falling, direction=Direction.LOWER)) == []


def test_every_rating_has_points_and_a_behaviour_anchor() -> None:
    assert said(with_criterion("duty", scoring=RatingPoints({1: D(0), 5: D(100)}, ANCHORS))) == [
        "3.2.5 duty needs points for each rating from 1 to 5."
    ]
    bare = RatingPoints(RATED.points, ANCHORS | {2: " "})
    assert said(with_criterion("duty", scoring=bare)) == ["3.2.5 duty lacks the behaviour anchor for the rating 2."]
    assert len(said(with_criterion("duty", scoring=RatingPoints(RATED.points, {})))) == 5


@pytest.mark.parametrize(
    ("scoring", "expected"),
    [
        (Curve(()), "3.2.5 The curve of years has no points."),
        (Curve(((D(1), D(0)), (D(1), D(9)))), "3.2.5 The curve of years is not in ascending order at 1."),
        (Curve(((D(2), D(0)), (D(1), D(9)))), "3.2.5 The curve of years is not in ascending order at 1."),
    ],
)
def test_a_curve_has_points_in_ascending_order(scoring: Scoring, expected: str) -> None:
    assert said(with_criterion("years", scoring=scoring)) == [expected]


def test_a_curve_may_be_a_single_point() -> None:
    assert said(with_criterion("years", scoring=Curve(((D(1), D(50)),)))) == []


@pytest.mark.parametrize(("threshold", "refused"), [("-0.01", True), ("0", False), ("100", False), ("100.01", True)])
def test_a_threshold_lies_between_0_and_100(threshold: str, refused: bool) -> None:
    found = said(replace(SCORECARD, thresholds={"junior-2": D(threshold)}))
    assert found == (["3.2.5 The threshold of junior-2 must be between 0 and 100."] if refused else [])


def test_all_faults_are_told_at_once() -> None:
    poor = replace(with_criterion("duty", minimum_sample=0, source="self"), thresholds={"junior-2": D(101)})
    assert len(faults(poor, PARAMETERS)) == 3
    assert all(isinstance(fault, Refusal) for fault in faults(poor, PARAMETERS))


def test_bands_and_curves_come_down_to_the_same_pieces() -> None:
    curve = Curve(((D("0.6"), D(0)), (D("0.9"), D(100))))
    assert curve.pieces == RESOLUTION.pieces
