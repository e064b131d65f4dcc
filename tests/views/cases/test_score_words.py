"""A score by dimension: sums, what is missing, and the interval in points."""

from __future__ import annotations

from decimal import Decimal

import pytest

from admin.models import Criterion
from admin.views.cases.score_words import by_dimension, criteria_rows


def criterion(code: str, dimension: str, weight: int) -> Criterion:
    return Criterion(
        code=code, dimension=dimension, weight=Decimal(weight), source="metric", measure="rate", direction="higher",
        minimum_sample=1, prior_strength=0, per=Decimal(100), points="50: 0\n100: 100",
        name_zh_hant=code, name_zh_hans=code, name_en=code, texts={},
    )  # fmt: skip


def given(code: str, dimension: str, weight: str, points: str | None, interval: list[str] | None = None) -> dict:
    return {
        "code": code, "dimension": dimension, "clause": "3.2.1", "source": "metric", "rule": "", "n": 40,
        "minimum_sample": 30, "value": "0.80", "interval": interval, "weight": weight, "effective_weight": weight,
        "points": points, "note": "", "note_clause": "3.2-c",
    }  # fmt: skip


@pytest.fixture
def shown(app):
    rows = [
        given("a", "performance", "30", "60.00", ["0.75", "0.85"]),
        given("b", "performance", "20", "90.00"),
        given("c", "ability", "10", None),
    ]
    card = [criterion("a", "performance", 30), criterion("b", "performance", 20), criterion("c", "ability", 10)]
    with app.test_request_context():
        return by_dimension(criteria_rows({"criteria": rows}, card))


def test_a_dimension_adds_its_criteria_up(shown):
    assert [(each["earned"], each["of"], each["share"]) for each in shown] == [("36.00", "50", 72.0), ("—", "10", 0.0)]


def test_the_interval_stands_in_points_lower_end_first(shown):
    first, second = shown[0]["rows"]
    assert first["reach"] == (50.0, 70.0) and second["reach"] is None


def test_missing_is_never_zero(shown):
    missing = shown[1]["rows"][0]
    assert missing["insufficient"] and missing["points"] == missing["earned"] == "—" and shown[1]["thin"] == 1
