"""Pages and API of other adjustments (4.3)."""

from __future__ import annotations

import re

import pytest

from admin.models import Employee, db
from tests import factories as make

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def graded(app, centre):
    with app.app_context(), make.fixture():
        for key in (centre.emp1, centre.emp2):
            make.holds(db.session.get(Employee, key), "M1")
    return centre


def propose(client, **form):
    base = {"number": "E3", "grade": "M2", "effective_on": "2027-01-01", "reason": "merged"}
    return client.post("/adjustments/new", data=base | form, headers=ENGLISH)


def test_hr_proposes_a_list_management_decides_row_by_row_and_hr_issues(signed_in, graded):
    hr, management = signed_in("hr"), signed_in("management")
    assert propose(hr, number="", list="E3\tM2\nE4, J3").status_code == 302
    page = management.get("/adjustments/", headers=ENGLISH).text
    first, second = sorted(map(int, re.findall(r'name="decision-(\d+)"', page)))
    form = {f"decision-{first}": "approve", f"decision-{second}": "reject", f"reason-{second}": "stays"}
    assert management.post("/adjustments/decide", data=form).status_code == 302
    assert f'value="{first}" checked' in hr.get("/adjustments/").text
    assert hr.post("/adjustments/issue", data={"row": str(first)}).status_code == 302
    page = hr.get(f"/adjustments/{first}", headers=ENGLISH).text
    assert "Issued" in page
    assert "Intermediate agent 2" in page


def test_faulty_rows_are_named_in_words_and_what_was_typed_stays(signed_in, graded):
    answer = propose(signed_in("hr"), number="", list="E3 M2\nE999 M2\nE4 X1\nonly")
    assert answer.status_code == 422
    assert "only" in answer.text
    answer = propose(signed_in("hr"), number="", list="E3 M2\nE999 M2\nE4 X1")
    assert answer.status_code == 422
    assert "<b>Row 2</b>: There is no employee with this number." in answer.text
    assert "E999 M2" in answer.text


def test_deciding_nothing_is_invalid_and_a_rejection_without_a_reason_is_refused(signed_in, graded):
    propose(signed_in("hr"))
    management = signed_in("management")
    assert management.post("/adjustments/decide", data={}).status_code == 422
    key = re.search(r'name="decision-(\d+)"', management.get("/adjustments/").text)[1]
    assert management.post("/adjustments/decide", data={f"decision-{key}": "reject"}).status_code == 409


def test_management_does_not_propose_and_hr_does_not_decide(signed_in, graded):
    assert propose(signed_in("management")).status_code == 404
    propose(signed_in("hr"))
    key = re.search(r'/adjustments/(\d+)"', signed_in("hr").get("/adjustments/").text)[1]
    assert signed_in("hr").post("/adjustments/decide", data={f"decision-{key}": "approve"}).status_code == 404


@pytest.mark.parametrize("name", ["emp1", "sup1", "admin"])
def test_others_do_not_find_the_page(signed_in, graded, name):
    assert signed_in(name).get("/adjustments/").status_code == 404


def test_programs_draft_propose_and_approve(app, bearer, graded):
    client, hr, management = app.test_client(), bearer("hr"), bearer("management")
    grades = client.get("/api/v1/grades/", headers=hr).json["result"]
    target = next(row["id"] for row in grades if row["code"] == "M2")
    made = client.post(
        "/api/v1/grade_changes/",
        json={"employee": graded.emp1, "to_grade": target, "effective_on": "2027-01-01"},
        headers=hr,
    )
    assert made.status_code == 201, made.text
    address = f"/api/v1/grade_changes/{made.json['id']}/actions"
    refused = client.post(f"{address}/propose", json={}, headers=hr)
    assert (refused.status_code, refused.json["refused"]) == (409, True)
    assert client.post(f"{address}/propose", json={"reason": "merged"}, headers=hr).json["stage"] == "proposed"
    assert client.post(f"{address}/approve", headers=hr).status_code == 409
    assert client.post(f"{address}/approve", headers=management).json["stage"] == "approved"
    assert client.post(f"{address}/issue", headers=hr).json["stage"] == "issued"


def test_an_employee_reads_only_their_own_changes(app, bearer, graded):
    rows = app.test_client().get("/api/v1/grade_changes/", headers=bearer("emp1")).json["result"]
    assert {row["employee_id"] for row in rows} == {graded.emp1}


def test_its_history_calls_what_hr_proposed_an_adjustment_and_no_head_s_proposal(signed_in, graded):
    propose(signed_in("hr"))
    key = re.search(r'href="/adjustments/(\d+)"', signed_in("hr").get("/adjustments/", headers=ENGLISH).text)[1]
    for language, called, never in (("en", "Propose an adjustment", ""), ("zh-TW", "提議調整", "初步建議")):
        page = signed_in("hr").get(f"/adjustments/{key}", headers={"Accept-Language": language}).text
        assert called in page and (not never or never not in page), language


def test_a_link_that_names_a_person_fills_the_proposal_in(signed_in):
    page = signed_in("hr").get("/adjustments/new?number=E3").text
    assert re.search(r'<input[^>]*value="E3"[^>]*name="number"|<input[^>]*name="number"[^>]*value="E3"', page)
