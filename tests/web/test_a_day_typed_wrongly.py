"""A year typed wrongly is told in one sentence at every door, and it is true: 2207-12-31 is a date, but no day of a career."""

from __future__ import annotations

import pytest

SAID = "Give a day of the calendar between 1900 and 2100, written as 2027-01-31."
FORMS = {
    "/people/leave": ({"employee": "3", "kind": "leave"}, "starts_on"),
    "/people/left": ({"employee": "3"}, "left_on"),
    "/people/back": ({"employee": "3"}, "back_on"),
    "/people/move": ({"employee": "3", "post": "組長", "reason": "x"}, "moved_on"),
    "/bodies/appoint": ({"employee": "E3", "constituency": "hr", "office": "member"}, "term_from"),
    "/cycles/plan": ({"year": "2026", "kind": "regular"}, "rating_due"),
    "/files/E3/records": ({"kind": "certificate", "title": "x"}, "happened_on"),
    "/policy/parameters": ({"notice_days": "6"}, "effective_from"),
    "/adjustments/new": ({"reason": "x"}, "effective_on"),
    "/takeover-corrections/new": ({"number": "E3", "grade": "J2", "evidence": "x"}, "since"),
    "/contact_logins/add": ({"login": "x", "employee": "3"}, "valid_from"),
}


@pytest.mark.parametrize("path", FORMS)
def test_a_year_that_no_career_has_is_told_alike_at_every_form(signed_in, path):
    given, day = FORMS[path]
    answer = signed_in("hr").post(f"{path}?_l_=en", data=given | {day: "2207-12-31"})
    assert answer.status_code == 422 and SAID in answer.text


def test_the_api_says_it_too(client, bearer):
    body = {"employee": 3, "kind": "leave", "starts_on": "2207-12-31"}
    headers = bearer("hr") | {"Accept-Language": "en"}
    answer = client.post("/api/v1/employees/3/leave", json=body, headers=headers)
    assert answer.status_code == 422 and answer.json["fields"] == {"starts_on": SAID}
