"""Monthly figures by name, and which of them a measured criterion is made of (3.2.1).

A rate or mean is a numerator over a sample; an amount per day worked has the days as its sample.
"""

from __future__ import annotations

from dataclasses import dataclass

from admin.domain.refusals import N_

COUNTS: dict[str, str] = {
    "offered": N_("Contacts offered"),
    "answered": N_("Contacts answered"),
    "resolved": N_("Contacts resolved"),
    "csat_sum": N_("Sum of satisfaction answers"),
    "csat_n": N_("Satisfaction answers"),
    "csat_top2": N_("Satisfaction answers of 4 or 5"),
    "wait_seconds_sum": N_("Seconds waited"),
    "wait_n": N_("Contacts with a wait"),
    "talk_seconds_sum": N_("Seconds talked"),
    "talk_n": N_("Contacts with a talk time"),
    "complaints": N_("Justified complaints"),
    "days_worked": N_("Days worked"),
    "performance_score": N_("Performance score of the company's system"),
}


@dataclass(frozen=True)
class Ingredients:
    """What a measured criterion is made of: the counted figure and its sample."""

    amount: str
    sample: str


CRITERIA: dict[str, Ingredients] = {
    "satisfaction": Ingredients("csat_sum", "csat_n"),
    "resolution": Ingredients("resolved", "answered"),
    "volume": Ingredients("answered", "days_worked"),
    "complaints": Ingredients("complaints", "answered"),
    "performance_score": Ingredients("performance_score", "performance_score"),
}
