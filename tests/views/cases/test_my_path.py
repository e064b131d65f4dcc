"""My path: each condition with its facts, the threshold, and nobody's pay but one's own (4.1.1, 5.1)."""

from __future__ import annotations

from datetime import date

import pytest

from admin.models import AnnualRating, Employee, PayBand, db
from tests import factories as make

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def on_file(app, centre):
    """emp1 holds J3 since 2023, was excellent in 2025 only, and bands are set."""
    with app.app_context(), make.fixture():
        person = db.session.get(Employee, centre.emp1)
        make.holds(person, "J3", date(2023, 3, 1))
        db.session.add(AnnualRating(employee_id=person.id, year=2025, rating="excellent"))
        db.session.add(AnnualRating(employee_id=person.id, year=2024, rating="good"))
        for code, low in (("J3", 41000), ("M1", 52000)):
            db.session.add(
                PayBand(
                    grade_id=make.grade(code).id, valid_from=date(2026, 1, 1), amount_min=low, amount_max=low + 6000
                )
            )
    return centre


def test_each_condition_is_shown_met_or_not_with_facts_and_by_when(signed_in, on_file):
    page = signed_in("emp1").get("/my-path/", headers=ENGLISH).text
    assert "Requirements for Intermediate agent 1" in page
    assert "In this grade since 2023-03-01." in page
    assert "On file: 2025." in page
    assert "Can be met in the 2027 cycle at the earliest." in page
    assert 'href="/policy/clauses#c-4.1.1"' in page
    assert "67" in page


def test_only_the_band_of_ones_own_grade_is_shown(signed_in, on_file):
    page = signed_in("emp1").get("/my-path/").text
    assert "41,000" in page
    assert "52,000" not in page


def test_a_colleague_sees_nothing_of_it(signed_in, on_file):
    page = signed_in("emp2").get("/my-path/", headers=ENGLISH).text
    assert "41,000" not in page
    assert "You have no grade yet" in page


def test_the_top_of_the_ladder_is_said(app, signed_in, centre):
    with app.app_context(), make.fixture():
        make.holds(db.session.get(Employee, centre.emp1), "E2")
    assert "You are at the top of the ladder" in signed_in("emp1").get("/my-path/", headers=ENGLISH).text


def test_an_account_without_an_employee_is_told_so(signed_in):
    assert "belongs to no employee" in signed_in("admin").get("/my-path/", headers=ENGLISH).text


def test_an_approved_certificate_opens_the_way(app, signed_in, on_file):
    with app.app_context(), make.fixture():
        person = db.session.get(Employee, on_file.emp1)
        make.certificate(person, make.employee())
    page = signed_in("emp1").get("/my-path/", headers=ENGLISH).text
    assert "You meet a ground for promotion." in page
    assert "COPC" in page
