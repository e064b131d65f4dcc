"""Ratings that people give: the annual performance rating, criterion ratings from 1 to 5, outlying raters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from statistics import median
from typing import Any

from admin.domain.codes import PerformanceRating
from admin.domain.refusals import N_, Invalid, Refusal

LOWEST_RATING = 1
HIGHEST_RATING = 5
FEWEST_SHOWN = 3  # raters: a mean of two tells each of them what the other gave (6.3-d)
# A rater is called outlying only among enough raters, by the usual cut for the modified z-score.
ENOUGH_RATERS = 5
OUTLYING = Decimal("3.5")
MAD_TO_DEVIATION = Decimal("0.6745")
# Where nearly all rate alike the spread goes to zero, and a tenth of a point would look like an outlier.
SMALLEST_SPREAD = Decimal("0.2")


def annual_rating(value: str) -> PerformanceRating:
    """The rating of that name; raises Invalid for any other word."""
    try:
        return PerformanceRating(value)
    except ValueError:
        raise Invalid({"rating": N_("There is no annual rating %(value)s.")}, {"value": value}) from None


def check_ratings(ratings: Mapping[str, Any], criteria: Collection[str], *, complete: bool = True) -> dict[str, int]:
    """The ratings as whole numbers from 1 to 5, one for each criterion.

    Raises Invalid (by criterion) for a value out of range or not whole, for a criterion that is not rated here and,
    when `complete`, for one that is missing.
    """
    faults = {code: fault for code, value in ratings.items() if (fault := _fault(code, value, criteria))}
    if complete:
        faults |= {code: N_("This criterion has no rating yet.") for code in criteria if code not in ratings}
    if faults:
        raise Invalid(faults)
    return {code: int(value) for code, value in ratings.items()}


def _fault(code: str, value: Any, criteria: Collection[str]) -> str | None:
    if code not in criteria:
        return N_("The scorecard has no such criterion for you to rate.")
    if not _is_rating(value):
        return N_("A rating is a whole number from 1 to 5.")
    return None


def _is_rating(value: Any) -> bool:
    scale = range(LOWEST_RATING, HIGHEST_RATING + 1)
    # `type`, not `isinstance`: True is an int to Python, and no rating.
    return value in map(str, scale) if isinstance(value, str) else type(value) is int and value in scale


def average(ratings: Sequence[int]) -> Decimal | None:
    """The mean of peers' ratings to six decimals, None without any; made once, when the ratings close (3.2-b)."""
    return _mean(sum(ratings), len(ratings)) if ratings else None


@lru_cache(maxsize=1_000)  # of a few ratings between 1 and 5 there are few means
def _mean(total: int, count: int) -> Decimal:
    # Rounded once and kept: recomputing from the printed figure must give the same score.
    return (Decimal(total) / count).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def check_shown(raters: int) -> Refusal | None:
    """Refuse to show a mean or a count of so few raters to anyone but the auditor (6.3-d)."""
    if raters >= FEWEST_SHOWN:
        return None
    return Refusal("6.3-d", N_("Shown from %(fewest)s raters on."), {"fewest": FEWEST_SHOWN})


def outlying_raters(means: Mapping[str, Decimal]) -> frozenset[str]:
    """Raters whose mean rating lies far from the others' (modified z-score over 3.5), severe or lenient (3.3.4-c).

    `means` maps a rater to the mean of all ratings they gave in the cycle. Fewer than five raters: nobody.
    """
    if len(means) < ENOUGH_RATERS:
        return frozenset()
    # Medians, not means: one extreme rater would otherwise move the very measure that is to find them.
    centre = median(means.values())
    spread = max(median(abs(mean - centre) for mean in means.values()), SMALLEST_SPREAD)
    far = OUTLYING * spread / MAD_TO_DEVIATION
    return frozenset(rater for rater, mean in means.items() if abs(mean - centre) > far)
