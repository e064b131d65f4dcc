"""What the readers of a case are to notice; any flag takes it off the consent agenda (rules 3.3.4-c)."""

from __future__ import annotations

from enum import StrEnum


class Flag(StrEnum):
    """A reason why a case is looked at individually; a low score flags and never demotes (3.3.3-a)."""

    GRADE_CHANGE = "grade_change"
    NO_SCORE = "no_score"
    THIN_DATA = "thin_data"
    SHORT_PEERS = "short_peers"
    OUTLIER_RATER = "outlier_rater"
    MISSING_SELF_ASSESSMENT = "missing_self_assessment"
    LOW_SCORE = "low_score"
