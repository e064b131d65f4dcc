"""The working calendar's page: a year to look at, days to edit, a confirmation to give (3.3.5-c)."""

from __future__ import annotations

import pytest

ENGLISH = {"Accept-Language": "en"}


def test_a_year_that_is_not_set_up_says_so_and_leads_on(signed_in):
    page = signed_in("hr").get("/calendar/", headers={"Accept-Language": "en"}).text
    assert "Not set up" in page
    assert "Fill in the days" in page


def test_hr_fills_in_edits_and_confirms_a_year(signed_in):
    client, english = signed_in("hr"), {"Accept-Language": "en"}
    assert client.post("/calendar/2026/seed", data={"region": "CN"}).status_code == 302
    page = client.get("/calendar/?year=2026", headers=english).text
    assert "make-up working day" in page
    assert client.post("/calendar/2026/confirm").status_code == 302
    assert "Confirmed by HR" in client.get("/calendar/?year=2026", headers=english).text
    assert client.get("/calendar/day/2026-12-05").status_code == 200
    assert client.post("/calendar/day/2026-12-05", data={"working": "1", "note": "補班"}).status_code == 302
    page = client.get("/calendar/?year=2026", headers=english).text
    assert "Not confirmed" in page
    assert "補班" in page


def test_everybody_reads_and_only_hr_edits(signed_in):
    client = signed_in("emp1")
    page = client.get("/calendar/?year=2026").text
    assert "/calendar/day/" not in page
    assert client.get("/calendar/day/2026-12-05").status_code == 404
    assert client.post("/calendar/2026/confirm").status_code == 404


@pytest.mark.parametrize(
    "path", ["/calendar/?year=1000", "/calendar/day/2026-13-40", "/calendar/day/x", "/calendar/day/0001-01-01"]
)
def test_impossible_days_and_years_are_not_found(signed_in, path):
    assert signed_in("hr").get(path).status_code == 404


def test_a_year_without_data_is_invalid_and_an_unset_one_refused(signed_in):
    client = signed_in("hr")
    assert client.post("/calendar/2033/seed", data={"region": "CN"}).status_code == 422
    assert client.post("/calendar/2033/confirm").status_code == 409
    assert client.post("/calendar/2026/seed", data={"region": "XX"}).status_code == 422


def test_a_refusal_for_an_unconfirmed_year_leads_to_this_page(signed_in):
    answer = signed_in("hr").post(
        "/cycles/plan", data={"year": "2026", "kind": "regular", "month_reason": "early"}, headers=ENGLISH
    )
    assert answer.status_code == 409
    assert 'href="/calendar/"' in answer.text
    assert "on the page Working calendar" in answer.text
