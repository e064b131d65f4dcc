"""Grades held, as lengths along the years."""

from __future__ import annotations

from datetime import date

import pytest

from admin.models import Grade, GradeInterval
from admin.views.outcome.held_grades import WIDTH, picture

TODAY = date(2026, 1, 1)


def held(order: int, since: date, until: date | None = None) -> GradeInterval:
    grade = Grade(order=order, name_zh_hant=str(order), name_zh_hans=str(order), name_en=f"grade {order}")
    return GradeInterval(grade=grade, valid_from=since, valid_to=until)


@pytest.fixture
def shown(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return picture([held(2, date(2024, 1, 1)), held(1, date(2022, 1, 1), date(2024, 1, 1))], TODAY)


def test_the_oldest_grade_comes_first_and_the_higher_one_stands_higher(shown):
    first, last = shown["bars"]
    assert (first["label"], last["label"]) == ("grade 1", "grade 2") and last["y"] < first["y"]


def test_lengths_follow_the_time_and_fill_the_width(shown):
    first, last = shown["bars"]
    assert first["x"] == 0 and abs(first["width"] - WIDTH / 2) < 1 and abs(last["x"] + last["width"] - WIDTH) < 0.2
    assert [year["label"] for year in shown["years"]] == ["2022", "2023", "2024", "2025", "2026"]


def test_one_grade_alone_or_one_still_to_come_draws_no_picture():
    assert picture([], TODAY) is None
    assert picture([held(1, date(2022, 1, 1)), held(2, date(2027, 1, 1))], TODAY) is None
