"""The policy's pages: every clause with its carrier, values that HR confirms, versions that two people make (6.1)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from admin.models import ParameterConfirmation, PolicyVersion, db
from admin.rulebook.loader import shipped


def count(app, table) -> int:
    from admin.access.actor import acting_as, system_actor

    with app.app_context(), acting_as(system_actor()):
        return db.session.scalar(select(func.count()).select_from(table))


def test_every_clause_stands_on_the_page_with_an_anchor(signed_in):
    page = signed_in("emp1").get("/policy/clauses").text
    anchors = re.findall(r'id="c-([^"]+)"', page)
    assert sorted(anchors) == sorted(clause.id for clause in shipped().clauses)


@pytest.mark.parametrize(
    ("language", "words"), [("zh-TW", "5 個工作日"), ("zh-CN", "5 个工作日"), ("en", "5 working days")]
)
def test_values_are_printed_in_the_readers_language_and_marked_provisional(signed_in, language, words):
    page = signed_in("emp1").get("/policy/clauses", headers={"Accept-Language": language}).text
    assert f'<b class="value">{words}</b> <span class="pill warn">' in page


def test_hr_confirms_one_value(app, signed_in):
    client = signed_in("hr")
    assert client.get("/policy/parameters").status_code == 200
    assert client.post("/policy/parameters", data={"notice_days": "5", "confirm": "notice_days"}).status_code == 302
    assert count(app, ParameterConfirmation) == 1
    assert client.post("/policy/parameters", data={"confirm": "all"}).status_code == 302
    assert count(app, ParameterConfirmation) == len(shipped().parameters)


def test_a_changed_value_is_not_confirmed_by_mistake(app, signed_in):
    answer = signed_in("hr").post("/policy/parameters", data={"notice_days": "7", "confirm": "notice_days"})
    assert answer.status_code == 422
    assert count(app, ParameterConfirmation) == 0
    assert 'value="7"' in answer.text


@pytest.mark.parametrize("text", ["x", "", "９９９", "99999999999", "0"])
def test_a_value_that_cannot_be_is_said_at_its_field(app, signed_in, text):
    answer = signed_in("hr").post(
        "/policy/parameters", data={"notice_days": text, "draft": "1", "effective_from": "2027-01-01"}
    )
    assert answer.status_code == 422
    assert 'id="f-notice_days-error"' in answer.text
    assert count(app, PolicyVersion) == 1


def test_hr_drafts_submits_and_management_promulgates(app, signed_in):
    hr = signed_in("hr")
    drafted = hr.post(
        "/policy/parameters", data={"notice_days": "7", "draft": "1", "effective_from": "2027-01-01", "note": "longer"}
    )
    assert drafted.headers["Location"].endswith("/policy/versions/2")
    page = hr.get("/policy/versions/2", headers={"Accept-Language": "en"}).text
    assert "7 working days" in page
    assert "longer" in page
    key = re.search(r"/act/policy_version/(\d+)/submit", page)[1]
    assert hr.post(f"/act/policy_version/{key}/submit").status_code == 302
    assert hr.post(f"/act/policy_version/{key}/promulgate").status_code == 409
    assert signed_in("management").post(f"/act/policy_version/{key}/promulgate").status_code == 302
    assert "7 個工作日" not in hr.get("/policy/clauses").text, "the value holds from its day, not before"


def test_only_hr_confirms_or_drafts(app, signed_in):
    assert signed_in("management").post("/policy/parameters", data={"confirm": "all"}).status_code == 404
    assert signed_in("emp1").get("/policy/parameters").status_code == 404
    assert signed_in("emp1").get("/policy/versions").status_code == 404
    assert count(app, ParameterConfirmation) == 0


def test_a_version_that_is_not_there_is_not_found(signed_in):
    assert signed_in("hr").get("/policy/versions/99").status_code == 404


def test_programs_list_versions_and_submit_a_draft(app, signed_in, bearer):
    signed_in("hr").post("/policy/parameters", data={"notice_days": "7", "draft": "1", "effective_from": "2027-01-01"})
    client, headers = app.test_client(), bearer("hr")
    rows = client.get("/api/v1/policy_versions/", headers=headers).json["result"]
    draft = next(row for row in rows if row["stage"] == "draft")
    assert (
        client.get(f"/api/v1/policy_versions/{draft['id']}", headers=headers).json["result"]["content"]["version"] == 2
    )
    offered = client.get(f"/api/v1/policy_versions/{draft['id']}/actions", headers=headers).json["actions"]
    assert offered == [{"name": name, "allowed": True, "refusals": []} for name in ("submit", "withdraw")]
    done = client.post(f"/api/v1/policy_versions/{draft['id']}/actions/submit", headers=headers)
    assert (done.status_code, done.json["stage"]) == (200, "submitted")
    again = client.post(f"/api/v1/policy_versions/{draft['id']}/actions/promulgate", headers=headers)
    assert (again.status_code, again.json["clause"]) == (409, "6.1")
