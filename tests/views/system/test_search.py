"""Searching people and cases: what is found, in both scripts, and only what the reader may see."""

from __future__ import annotations

import pytest

from admin.models import Employee, Rating
from tests import factories as make
from tests.web.counting import statements

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def find(app, centre, signed_in):
    """A function: the page that somebody gets who searches for a text; emp1 is called 陳小美 and has a case."""
    with app.app_context(), make.fixture() as op:
        person = op.get(Employee, centre.emp1)
        person.name = "陳小美"
        make.review(make.open_cycle(), person, stage="rating", head_id=centre.head1)

    def ask(name: str, text: str) -> str:
        answer = signed_in(name).get("/search/", query_string={"q": text}, headers=ENGLISH)
        assert answer.status_code == 200
        return answer.text

    return ask


@pytest.mark.parametrize("text", ["E3", "ｅ３", "小美", "陳", "陈小美", " 陳小美 "])
def test_a_person_is_found_by_number_or_a_part_of_the_name_in_either_script(find, text):
    page = find("hr", text)
    assert "陳小美" in page and "/files/E3" in page and "/reviews/" in page


@pytest.mark.parametrize("text", ["3", "%", "_", "E_", "nobody", "{{7*7}}"])
def test_what_matches_nothing_says_so_and_signs_are_no_wildcards(find, text):
    page = find("hr", text)
    assert "No one found" in page and "/files/E" not in page


def test_a_superior_finds_their_people_and_nobody_else(find):
    assert "/files/E3" in find("sup1", "E")
    assert "/files/E5" not in find("sup1", "E") and "/files/E5" in find("hr", "E")


def test_an_empty_search_asks_for_something_instead_of_listing_everybody(find):
    page = find("hr", "  ")
    assert "No one found" not in page and "/files/E" not in page


def test_the_search_stands_on_every_page_of_those_who_may_search(signed_in):
    assert 'action="/search/"' in signed_in("hr").get("/").text
    assert 'action="/search/"' not in signed_in("emp1").get("/").text
    assert signed_in("emp1").get("/search/?q=E").status_code == 404


def test_a_search_takes_few_statements(app, find, signed_in):
    client = signed_in("hr")
    with statements(app) as sent:
        client.get("/search/?q=E")
    assert len(sent) <= 10, sent


def test_a_colleague_who_rates_does_not_come_to_the_case_by_a_seat_on_the_committee(app, signed_in, centre):
    with app.app_context(), make.fixture() as op:
        subject, rater = op.get(Employee, centre.emp1), op.get(Employee, centre.emp2)
        case = make.review(make.open_cycle(), subject, stage="rating", head_id=centre.head1).id
        op.add(Rating(review_id=case, rater_id=rater.id, kind="peer", state="asked", values={}))
        make.seat(rater, constituency="hr")
    colleague = signed_in("emp2")
    assert colleague.get(f"/reviews/{case}").status_code == 404
    assert f"/reviews/{case}" not in colleague.get("/search/?q=E3").text
    assert colleague.get(f"/ratings/{case}").status_code == 200
