"""The shipped ladder, parameters and a small scorecard that the domain's tests reckon with."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

from admin.domain.codes import Direction, Measure, Source
from admin.domain.grades import Grade, Ladder, make_ladder
from admin.domain.scorecard import Bands, Criterion, Curve, DimensionWeight, Piece, RatingPoints, Scorecard

PARAMETERS: dict[str, Any] = {
    "promotion_years_in_grade": 2,
    "promotion_excellent_years": 2,
    "demotion_unqualified_years": 2,
    "promotion_max_steps": 1,
    "peer_minimum": 3,
    "seniority_cap": 10,
    "short_service_months": 3,
}

LEVELS = {"junior": 3, "intermediate": 3, "senior": 3, "expert": 2}
GRADES = [Grade(f"{level}-{step}", level, step) for level, steps in LEVELS.items() for step in range(1, steps + 1)]
LADDER: Ladder = make_ladder(GRADES)

# Resolution: nothing below 60 %, full points from 90 %, in a straight line between.
RESOLUTION = Bands(
    (
        Piece(None, D("0.6"), D(0), D(0)),
        Piece(D("0.6"), D("0.9"), D(0), D(100)),
        Piece(D("0.9"), None, D(100), D(100)),
    )
)
# Complaints per day: the fewer the better.
COMPLAINTS = Bands((Piece(None, D(1), D(100), D(100)), Piece(D(1), D(3), D(100), D(0)), Piece(D(3), None, D(0), D(0))))
ANCHORS = {rating: f"what a {rating} looks like" for rating in range(1, 6)}
RATED = RatingPoints({1: D(0), 2: D(40), 3: D(60), 4: D(80), 5: D(100)}, ANCHORS)
YEARS = Curve(((D(0), D(0)), (D(10), D(100))))

SCORECARD = Scorecard(
    (
        DimensionWeight("performance", D(50), "3.2.1"),
        DimensionWeight("ability", D(25), "3.2.2"),
        DimensionWeight("attitude", D(15), "3.2.3"),
        DimensionWeight("seniority", D(10), "3.2.4"),
    ),
    (
        Criterion(
            "resolution",
            "performance",
            D(30),
            Source.METRIC,
            RESOLUTION,
            Measure.RATE,
            minimum_sample=50,
            prior_strength=100,
        ),
        Criterion("complaints", "performance", D(20), Source.METRIC, COMPLAINTS, Measure.PER_DAY, Direction.LOWER),
        Criterion("knowledge", "ability", D(25), Source.SUPERIOR, RATED),
        Criterion("duty", "attitude", D(10), Source.SUPERIOR, RATED),
        Criterion("teamwork", "attitude", D(5), Source.PEERS, RATED, minimum_sample=3),
        Criterion("years", "seniority", D(10), Source.COMPUTED, YEARS),
    ),
    {"junior-2": D(70), "junior-3": D("72.5")},
)


def with_criterion(code: str, **changes: Any) -> Scorecard:
    """The sample scorecard with one criterion changed."""
    criteria = tuple(replace(c, **changes) if c.code == code else c for c in SCORECARD.criteria)
    return replace(SCORECARD, criteria=criteria)
