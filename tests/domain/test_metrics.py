"""Which monthly figures there are, and what each measured criterion is made of (3.2.1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from admin import rulebook
from admin.domain.metrics import COUNTS, CRITERIA
from admin.rulebook.loader import load

BOOK = load(Path(rulebook.__file__).parent / "policy-1")
MEASURED = {criterion.id for criterion in BOOK.scorecard.criteria if criterion.source == "metric"}


def test_every_measured_criterion_of_the_shipped_scorecard_has_its_figures():
    assert MEASURED
    assert set(CRITERIA) >= MEASURED


@pytest.mark.parametrize("name", CRITERIA)
def test_a_criterion_is_made_of_figures_that_are_counted(name: str):
    assert CRITERIA[name].amount in COUNTS
    assert CRITERIA[name].sample in COUNTS


def test_every_figure_has_a_name_of_its_own():
    assert len(set(COUNTS.values())) == len(COUNTS)
    assert all(COUNTS.values())


def test_a_rate_never_has_more_than_its_sample_by_name():
    assert CRITERIA["resolution"].sample == "answered"
    assert CRITERIA["complaints"].sample == "answered"
    assert CRITERIA["volume"].sample == "days_worked"
