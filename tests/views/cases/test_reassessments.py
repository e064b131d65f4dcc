"""Assessed again, on the screens: HR's task, list and button, the case pages, the form, the file, the complaint, the API."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from admin.access.actor import system_actor
from admin.models import Employee, Review
from admin.models.accounts import Role, User
from admin.operations.transaction import operation
from tests.operations import breaching
from tests.operations.breaching import CLOSED, SECRET, begun, closed, issued
from tests.operations.cases.test_reassessments import result
from tests.views.clients import client_of, headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def made(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    found = issued(0)
    monkeypatch.setattr("config.Settings.now", lambda _settings: CLOSED)
    with operation("roles", actor=system_actor(), now=CLOSED) as op:
        for key in (100 + found.agents[0], 100 + found.superior, 100 + found.head):
            op.get(User, key).roles = [op.session.query(Role).filter_by(name="employee").one()]
    return found


def page(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address, headers=ENGLISH)
    assert answer.status_code == status, address
    return str(answer.text)


def test_hr_finds_the_task_the_list_and_the_form_and_begins_it(app: Flask, made: SimpleNamespace) -> None:
    client, key = client_of(app, 9001), made.keys[0]
    assert "to assess again" not in page(client, "/")
    closed(made, [key], [made.superior])
    assert "1 case to assess again" in page(client, "/") and "/reassessments/" in page(client, "/")
    assert f"/reassessments/{key}" in page(client, "/reassessments/") and f"/reassessments/{key}" in page(
        client, f"/reviews/{key}"
    )
    form = page(client, f"/reassessments/{key}")
    assert 'name="superior" value=""' in form.replace("  ", " ") or 'value="" id="f-superior"' in form
    assert 'value="H1"' in form and "黃志明" not in form.partition("<form method")[2].partition("</form>")[0]
    for given, status in (
        ({}, 409),
        ({"superior": "nobody", "head": "H1"}, 422),
        ({"superior": "S1", "head": "H1"}, 409),
    ):
        assert client.post(f"/reassessments/{key}", data=given, headers=ENGLISH).status_code == status
    answer = client.post(f"/reassessments/{key}", data={"superior": number(made.new_superior.id), "head": "H1"})
    assert answer.status_code == 303
    anew = page(client, answer.location)
    assert "assessed again from the beginning" in anew and f"/reviews/{key}" in anew
    assert "assessed again in a new one" in page(client, f"/reviews/{key}")
    assert "To be begun" in page(client, "/reassessments/") and "Begun on" in page(client, "/reassessments/")
    assert client.post(f"/reassessments/{key}", headers=ENGLISH).status_code == 409
    assert page(client, f"/reassessments/{key}", 404)


def number(key: int) -> str:
    return breaching.employee(key).number


def test_the_employee_is_told_of_6_3_a_and_of_nothing_that_led_to_it(app: Flask, made: SimpleNamespace) -> None:
    number_of_it = f"K2027-{closed(made, [made.keys[0]], [made.superior]):04d}"
    key = begun(made, made.keys[0]).id
    client = client_of(app, 100 + made.agents[0])
    home, form, case = page(client, "/"), page(client, f"/self_assessment/{key}"), page(client, f"/reviews/{key}")
    assert "Your review of 2026 will be done again" in home and "What you wrote before is here as a draft" in form
    assert "assessed again from the beginning" in case and "6.3-a" in case and "說明" in form
    for text in (home.partition("<main")[2], form.partition("<main")[2], case.partition("<main")[2]):
        assert not any(word in text for word in ("accused", "finding", "at fault", SECRET, number_of_it))


def test_whoever_is_at_fault_sees_the_case_nowhere_and_the_earlier_one_as_it_was(
    app: Flask, made: SimpleNamespace
) -> None:
    closed(made, [made.keys[0]], [made.superior])
    key = begun(made, made.keys[0]).id
    client = client_of(app, 100 + made.superior)
    assert page(client, f"/reviews/{key}", 404)
    assert page(client, f"/reassessments/{made.keys[0]}", 404) and page(client, "/reassessments/", 404)
    shown = [page(client, address) for address in ("/", f"/reviews/{made.keys[0]}", "/evaluations/", "/files/E0")]
    for text in shown:
        assert not any(
            word in text.partition("<main")[2] for word in ("ssessed again", "Re-assessment", f"/reviews/{key}")
        )


def test_the_file_shows_both_documents_and_that_the_one_took_the_other_s_place(
    app: Flask, made: SimpleNamespace
) -> None:
    _anew, document, _published = result(made, "M1")
    client = client_of(app, 100 + made.agents[0])
    file = page(client, "/files/E0")
    assert f"superseded by document {document.number} (6.3-a)" in file and "Re-assessment" in file
    card = page(client, f"/reviews/{_anew.id}")
    assert "Demotion" in card.partition("<main")[2]  # from the grade of the earlier result, which the file holds
    record = page(client_of(app, 9001), f"/documents/show/{document.id}")
    assert "Grade before" in record and "Present grade" not in record, "what it was when the document was issued"
    assert "Takes the place of" in record and "Re-assessment" in record


def test_who_adopted_the_finding_sees_on_the_complaint_what_became_of_the_case(
    app: Flask, made: SimpleNamespace
) -> None:
    key = closed(made, [made.keys[0]], [made.superior])
    client = client_of(app, made.members["Chair"].user_id)
    assert "to be begun by HR by" in page(client, f"/complaints/show/{key}")
    begun(made, made.keys[0])
    assert "now: Self-assessment" in page(client, f"/complaints/show/{key}")


def test_programs_begin_it_too(app: Flask, made: SimpleNamespace) -> None:
    hr, superior = headers_of(app, 9001), headers_of(app, 100 + made.superior)
    given = {
        "employee": made.agents[0],
        "kind": "reassessment",
        "reassesses": made.keys[0],
        "superior": made.new_superior.id,
    }
    client = app.test_client()
    assert client.post("/api/v1/reviews/", json=given, headers=hr).json["clause"] == "6.3.2"  # nothing is ordered
    for wrong in ({"reassesses": None}, {"employee": made.agents[1]}):
        assert "reassesses" in client.post("/api/v1/reviews/", json=given | wrong, headers=hr).json["fields"]
    closed(made, [made.keys[0]], [made.superior])
    theirs = {name: value for name, value in given.items() if name != "superior"}
    assert client.post("/api/v1/reviews/", json=theirs, headers=superior).status_code == 404
    answer = client.post("/api/v1/reviews/", json=given, headers=hr)
    assert (answer.status_code, answer.json["result"]["kind"]) == (201, "reassessment")
    assert client.post("/api/v1/reviews/", json=given, headers=hr).status_code == 409


def test_an_open_case_says_to_which_stage_it_goes_back(
    app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = breaching.centre(0)
    breaching.on_notice(made)
    monkeypatch.setattr("config.Settings.now", lambda _settings: CLOSED)
    closed(made, made.keys, [made.head])
    client = client_of(app, 9001)
    form = page(client, f"/reassessments/{made.keys[0]}")
    assert "Department review" in form and 'name="head"' in form and 'name="superior"' not in form
    answer = client.post(f"/reassessments/{made.keys[0]}", data={"head": number(made.new_head.id)})
    assert answer.location.endswith(f"/reviews/{made.keys[0]}")
    assert "Assessed again from the department review on" in page(client, answer.location)


def test_a_case_that_has_ended_meanwhile_cannot_be_begun(app: Flask, made: SimpleNamespace) -> None:
    closed(made, [made.keys[0]], [made.superior])
    with operation("ended", actor=system_actor(), now=CLOSED) as op:
        op.get(Review, made.keys[0]).stage = "left"
        assert op.get(Employee, made.agents[0]).left_on is None
    client = client_of(app, 9001)
    assert "ended without a result" in page(client, f"/reassessments/{made.keys[0]}")
    assert client.post(f"/reassessments/{made.keys[0]}", headers=ENGLISH).status_code == 409
