"""The list of the duty of 4.2.1: also those whose case is not open, for their superior and HR."""

from __future__ import annotations

from datetime import date

import pytest

from admin.models import AnnualRating, Cycle, Employee
from tests import factories as make
from tests.factories import NOW

ENGLISH = {"Accept-Language": "en"}
LAST = NOW.year - 1


@pytest.fixture
def unqualified(app, centre):
    """emp1 holds a grade and was rated unqualified two years running; emp2 only once."""
    with app.app_context(), make.fixture() as op:
        make.confirmed_calendar(NOW.year, NOW.year + 1)
        for key, years in ((centre.emp1, (LAST, LAST - 1)), (centre.emp2, (LAST,))):
            make.holds(op.get(Employee, key), "M2", date(2022, 1, 1))
            for year in years:
                op.add(AnnualRating(employee_id=key, year=year, rating="unqualified"))
    return centre


def page_of(client) -> str:
    answer = client.get("/demotions/", headers=ENGLISH)
    assert answer.status_code == 200
    return answer.text


def test_whoever_meets_ground_one_is_listed_although_no_case_is_open(signed_in, unqualified):
    for name in ("hr", "sup1"):
        page = page_of(signed_in(name))
        assert "No case of theirs is open" in page and "E3 emp1" in page and "E4 emp2" not in page
        assert f"{LAST - 1}, {LAST}" in page
        assert 'href="/demotions/propose?number=E3"' in page


def test_an_auditor_reads_the_list_and_has_nothing_to_press(signed_in, unqualified):
    page = page_of(signed_in("auditor"))
    assert "E3 emp1" in page and "/demotions/propose?number=E3" not in page


def test_a_case_of_an_open_cycle_takes_its_place_and_one_of_a_rehearsal_does_not(app, signed_in, unqualified):
    with app.app_context(), make.fixture() as op:
        cycle = make.open_cycle()
        case = make.review(cycle, op.get(Employee, unqualified.emp1), stage="rating", head_id=unqualified.head1).id
        cycle.kind, key = "rehearsal", cycle.id
    page = page_of(signed_in("hr"))
    assert "No case of theirs is open" in page and "Rehearsal</span>" in page and "0 still wait" in page
    with app.app_context(), make.fixture() as op:
        op.get(Cycle, key).kind = "regular"
    page = page_of(signed_in("hr"))
    assert "Rehearsal</span>" not in page and "1 still wait" in page
    assert "No case of theirs is open" not in page and f"/reviews/{case}" in page


def test_who_has_left_or_works_outside_the_centre_is_not_listed(app, signed_in, unqualified):
    with app.app_context(), make.fixture() as op:
        op.get(Employee, unqualified.emp1).department_id = unqualified.other
    assert "No case of theirs is open" not in page_of(signed_in("hr"))
