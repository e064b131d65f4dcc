"""My path: each condition with its facts, the threshold, and nobody's pay but one's own (4.1.1, 5.1)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from admin.models import AnnualRating, Criterion, Employee, EmployeeRecord, PayBand, ReviewScore, db
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


def test_what_a_certificate_would_change_is_worked_out_by_the_same_rule_and_recorded_nowhere(app, signed_in, on_file):
    page = signed_in("emp1").get("/my-path/", headers=ENGLISH).text
    asked = page[page.index("What if I had the certificate?") :]
    assert "Nothing is recorded by this" in asked and "You would meet a ground for promotion" in asked
    with app.app_context(), make.fixture() as op:
        assert op.session.scalars(select(EmployeeRecord)).all() == []
        person, hr = db.session.get(Employee, on_file.emp1), make.employee("HR two", roles=("employee", "hr"))
        make.certificate(person, hr)
    assert "What if I had the certificate?" not in signed_in("emp1").get("/my-path/", headers=ENGLISH).text


def test_ones_own_scores_are_drawn_with_how_far_they_could_lie_and_the_same_in_words(app, signed_in, on_file):
    with app.app_context(), make.fixture() as op:
        case = make.review(
            make.open_cycle(2026),
            db.session.get(Employee, on_file.emp1),
            stage="issued",
            present="J3",
            determined_grade_id=make.grade("J3").id,
        )
        case.score = Decimal("70.0")
        rate = op.session.scalars(
            select(Criterion).where(Criterion.scorecard_id == case.cycle.scorecard_id, Criterion.source == "metric")
        ).first()
        told = {
            "code": rate.code, "dimension": rate.dimension, "source": "metric", "points": "50.0", "effective_weight": "20",
            "weight": "20", "interval": ["0.0", "100000.0"], "value": "0.9", "n": 40, "note": "", "note_clause": "3.2.1",
            "rule": "", "minimum_sample": 30, "clause": "3.2.1",
        }  # fmt: skip
        op.add(ReviewScore(review_id=case.id, total=case.score, explanation={"criteria": [told]}, computed_at=make.NOW))
    page = signed_in("emp1").get("/my-path/", headers=ENGLISH).text
    drawn = page[page.index("My scores over the years") :]
    assert re.search(r"70(\.0+)? \(60(\.0+)?–80(\.0+)?\)", drawn), drawn[:900]
    assert "Dates that matter" in page and "2026-12" in page
    assert "–80" not in signed_in("emp2").get("/my-path/", headers=ENGLISH).text
