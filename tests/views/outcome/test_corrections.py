"""A takeover correction at its doors: portal, API, command line (1.2-f); what is to come on the pages (3.3.6)."""

from __future__ import annotations

import re
from datetime import date

import pytest

from admin.cli import dispatch
from admin.models import Employee, Grade, GradeChange, PayBand, db
from tests import factories as make

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def graded(app, centre):
    with app.app_context(), make.fixture():
        for key in (centre.emp1, centre.emp2):
            make.holds(db.session.get(Employee, key), "M2")
    return centre


def propose(client, **form):
    base = {"number": "E3", "grade": "M1", "since": "2022-01-01", "evidence": "The contract of 2022"}
    return client.post("/takeover-corrections/new", data=base | form, headers=ENGLISH)


def grades_of(app, key):
    from admin.queries.outcome.grade_on import last_entries

    with app.app_context():
        return last_entries(db.session, [key], unscoped=True)[key].grade.code


def test_hr_proposes_on_the_page_and_management_approves_by_the_button(app, signed_in, graded):
    answer = propose(signed_in("hr"))
    assert answer.status_code == 302
    page = signed_in("management").get(answer.location, headers=ENGLISH).text
    (act,) = set(re.findall(r"/act/takeover_correction/\d+/approve", page))
    assert grades_of(app, graded.emp1) == "M2"
    assert signed_in("management").post(act, data={}).status_code == 302
    assert grades_of(app, graded.emp1) == "M1"
    shown = signed_in("hr").get(answer.location, headers=ENGLISH).text
    assert "Issued" in shown and "Approve" in shown


def test_a_refusal_and_a_fault_keep_what_was_typed(signed_in, graded):
    again = propose(signed_in("hr"), number="E5")
    assert (again.status_code, "Nothing was taken over for E5" in again.text) == (409, True)
    assert "The contract of 2022" in again.text and 'href="/policy/clauses#c-1.2-f"' in again.text
    wrong = propose(signed_in("hr"), grade="X9", since="soon")
    assert wrong.status_code == 422
    assert "There is no such grade on the ladder." in wrong.text and "The contract of 2022" in wrong.text


def test_programs_propose_and_decide_and_a_second_act_is_refused(app, bearer, graded):
    client, hr, management = app.test_client(), bearer("hr"), bearer("management")
    with app.app_context():
        target = db.session.query(Grade.id).filter_by(code="M1").scalar()
    body = {"employee": graded.emp1, "to_grade": target, "effective_on": "2022-01-01", "reason": "The contract"}
    made = client.post("/api/v1/takeover_corrections/", json=body, headers=hr)
    assert made.status_code == 201, made.text
    address = f"/api/v1/takeover_corrections/{made.json['id']}/actions/approve"
    assert client.post(address, headers=hr).json["clause"] == "1.2-f"
    assert client.post(address, headers=management).json["stage"] == "issued"
    assert client.post(address, headers=management).status_code == 409
    assert grades_of(app, graded.emp1) == "M1"
    refused = client.post("/api/v1/takeover_corrections/", json=body | {"reason": ""}, headers=hr)
    assert refused.status_code == 422  # the file says so already


def test_a_present_grade_that_the_file_does_not_have_is_refused_by_the_api(app, bearer, graded):
    client, hr = app.test_client(), bearer("hr")
    with app.app_context(), make.fixture() as op:
        wrong = make.grade("E2").id
        case = make.review(make.open_cycle(), op.get(Employee, graded.emp1), stage="rating", present="M2").id
    body = {"present_grade": wrong, "reason": "copied wrongly"}
    answer = client.put(f"/api/v1/reviews/{case}", json=body, headers=hr)
    assert (answer.status_code, answer.json["clause"]) == (409, "1.2-f")


def test_two_adjustments_of_one_person_in_one_list_keep_what_was_typed(signed_in, graded):
    form = {"number": "", "list": "E3 M1\nE3 M3", "effective_on": "2027-01-01", "reason": "merged"}
    answer = signed_in("hr").post("/adjustments/new", data=form, headers=ENGLISH)
    assert answer.status_code == 409
    assert "E3 appears twice in the list" in answer.text and "E3 M3" in answer.text
    assert 'href="/policy/clauses#c-4.3-b"' in answer.text


def test_an_adjustment_of_somebody_on_notice_is_refused_by_the_api_with_its_clause(app, bearer, graded):
    client, hr = app.test_client(), bearer("hr")
    with app.app_context(), make.fixture() as op:
        target, held = make.grade("M3").id, make.grade("M2").id
        person = op.get(Employee, graded.emp1)
        make.review(make.open_cycle(), person, stage="on_notice", present="M2", determined_grade_id=held)
    body = {"employee": graded.emp1, "to_grade": target, "effective_on": "2027-01-01"}
    answer = client.post("/api/v1/grade_changes/", json=body, headers=hr)
    assert (answer.status_code, answer.json["clause"]) == (409, "4.3-b")
    with app.app_context():
        assert db.session.query(GradeChange).filter_by(kind="adjustment").count() == 0


def test_the_command_line_proposes_and_decides(app, graded, capsys, monkeypatch):
    monkeypatch.setattr("admin.app.create_app", lambda *_args, **_kw: app)
    line = ["correct-takeover", "E3", "M1", "2022-01-01", "--evidence", "The contract", "--as", "hr"]
    assert dispatch.main(line) == 0
    key = re.search(r"takeover_corrections (\d+)", capsys.readouterr().out)[1]
    assert dispatch.main(["act", "takeover_corrections", key, "approve", "--as", "hr"]) == 3
    assert dispatch.main(["act", "takeover_corrections", key, "approve", "--as", "management"]) == 0
    assert grades_of(app, graded.emp1) == "M1"
    assert dispatch.main(line) == 2


def test_a_grade_to_come_is_told_with_its_day_and_its_band_is_not_shown_before(app, signed_in, graded):
    with app.app_context(), make.fixture() as op:
        for code, amount in (("M2", 50_000), ("M1", 40_000)):
            band = PayBand(
                grade_id=make.grade(code).id, valid_from=date(2025, 1, 1), amount_min=amount, amount_max=amount
            )
            op.add(band)
        make.moved(op.get(Employee, graded.emp1), "M1", date(2027, 1, 1), "demotion")
    mine = signed_in("emp1")
    for address in ("/files/", "/my-path/", "/"):
        page = mine.get(address, headers=ENGLISH).text
        assert "Intermediate agent 1 from" in page, address
        assert "40,000" not in page, address
    assert "50,000" in mine.get("/files/").text and "50,000" in mine.get("/my-path/").text
