"""Complaints in the portal and the API: number for many, content for few, not there for the accused."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from admin.files.upload_checks import check_upload
from admin.models import AuditEvent, db
from admin.operations.complaints.complaint_findings import assign
from admin.operations.complaints.complaints import ComplaintInput, file_complaint, name_accused
from admin.operations.people.people import mark_left
from tests import factories as make
from tests.factories import NOW
from tests.operations.complaints.test_complaints import Scene, filed, found, row, scene
from tests.views.clients import client_of, headers_of

__all__ = ["scene"]
pytestmark = pytest.mark.usefixtures("no_tokens")
SECRET = "評分單在會議前<b>已填妥</b>"
WORDS = ComplaintInput("pressure", SECRET, named=True, name="匿名不了的人")


def as_(app, actor):
    return client_of(app, actor.user_id)


@pytest.fixture
def key(scene: Scene) -> int:
    return filed(WORDS)


def test_officers_read_it_and_markup_in_it_is_inert(app, scene, key):
    client = as_(app, scene.act(scene.officer))
    number = row(key).number
    assert number in client.get("/complaints/list/").text
    page = client.get(f"/complaints/show/{key}").text
    assert "已填妥" in page and "<b>已填妥</b>" not in page and "匿名不了的人" in page


def test_whoever_reads_what_it_says_leaves_an_event_and_others_do_not(app, scene, key):
    def read_by() -> list[str]:
        of_this = (AuditEvent.act == "read", AuditEvent.record_id == key, AuditEvent.record_type == "complaints")
        query = select(AuditEvent.actor_name).where(*of_this)
        return list(db.session.scalars(query.execution_options(unscoped=True)))

    as_(app, scene.body.chair).get(f"/complaints/show/{key}")
    assert read_by() == []
    officer = scene.act(scene.officer)
    as_(app, officer).get(f"/complaints/show/{key}")
    assert read_by() == [officer.name]


def test_the_chair_sees_the_number_and_what_is_needed_and_no_content(app, scene, key):
    page = as_(app, scene.body.chair).get(f"/complaints/show/{key}").text
    assert row(key).number in page and 'name="officer"' in page
    assert "已填妥" not in page and "匿名不了的人" not in page


@pytest.mark.parametrize("reader", ["auditor", "hr", "management"])
def test_other_roles_get_no_content(app, scene, key, reader):
    person = make.actor_of(make.employee(roles=("employee", reader)))
    answer = as_(app, person).get(f"/complaints/show/{key}")
    assert answer.status_code == (200 if reader == "auditor" else 404) and "已填妥" not in answer.text


def test_the_accused_gets_not_found_everywhere(app, scene, key):
    with make.fixture() as op:
        op.session.get(make.User, scene.superior.user_id).roles = [make._role(op, "complaint_officer")]
    name_accused(key, [scene.superior.id], actor=scene.act(scene.officer), now=NOW)
    accused, number = scene.act(scene.superior), row(key).number
    client, token = as_(app, accused), headers_of(app, accused.user_id)
    assert number not in client.get("/complaints/list/").text
    assert number not in client.get("/complaints/list/?_flt_2_number=K").text
    assert client.get(f"/complaints/show/{key}").status_code == 404
    assert client.post("/complaints/export").status_code == 200
    for action in ("acknowledge", "reply", "name_accused", "find", "close"):
        assert client.post(f"/act/complaint/{key}/{action}", data={"text": "x"}).status_code == 404
    api = app.test_client()
    assert api.get("/api/v1/complaints/", headers=token).json["count"] == 0
    assert api.get(f"/api/v1/complaints/{key}", headers=token).status_code == 404
    assert api.get(f"/api/v1/complaints/{key}/actions", headers=token).status_code == 404
    assert api.post(f"/api/v1/complaints/{key}/actions/acknowledge", headers=token, json={}).status_code == 404


def test_acts_go_from_the_page(app, scene, key):
    client, page = as_(app, scene.act(scene.officer)), f"/complaints/show/{key}"
    assert client.post(f"/act/complaint/{key}/acknowledge", data={"back": page}).location == page
    assert client.post(f"/act/complaint/{key}/reply", data={"text": "何時？"}).status_code == 302
    assert "何時？" in client.get(page).text
    chair = as_(app, scene.body.chair)
    assert (
        chair.post(
            f"/act/complaint/{key}/assign", data={"officer": scene.second.number, "reason": "未涉案"}
        ).status_code
        == 302
    )
    assert "已填妥" not in client.get(page).text
    assert "已填妥" in as_(app, scene.act(scene.second)).get(page).text


def test_the_second_of_two_who_appoint_an_officer_sees_whom_the_first_has_named(app, scene, key):
    chair, page, place = as_(app, scene.body.chair), f"/complaints/show/{key}", f"/act/complaint/{key}/assign"
    assert 'name="instead_of" value="-"' in chair.get(page).text
    given = {"instead_of": "-", "reason": "未涉案", "stands_on": page, "back": page}
    assert chair.post(place, data=given | {"officer": scene.second.number}).status_code == 302
    other = given | {"officer": make.employee("鄭委任").number, "reason": "另一個視窗"}
    late = chair.post(place, data=other)
    assert late.status_code == 409 and scene.second.number in late.text and "另一個視窗</textarea>" in late.text
    assert f'name="instead_of" value="{scene.second.number}"' in late.text
    assert chair.post(place, data=other | {"instead_of": scene.second.number}).status_code == 302


def test_with_every_officer_accused_the_page_asks_for_an_employee_number(app, scene):
    """A list without anybody in it would leave management with nothing to choose (6.3.2)."""
    boss = make.actor_of(make.employee(roles=("employee", "management")))
    key = filed(replace(WORDS, accused="周承辦 吳承辦"))
    page = as_(app, boss).get(f"/complaints/show/{key}").text
    assert re.search(r'<input[^>]*name="officer"', page) and '<select id="f-officer"' not in page
    given = {"officer": make.employee("鄭委任").number, "reason": "承辦人均被指涉"}
    assert as_(app, boss).post(f"/act/complaint/{key}/assign", data=given).status_code == 302
    assert row(key).stage == "assigned"


def test_the_officer_appointed_for_this_one_only_sees_this_one(app, scene, key):
    other, neutral = filed(), make.employee("鄭委任")
    assign(key, neutral.id, "未涉案", actor=scene.body.chair, now=NOW)
    client = as_(app, scene.act(neutral))
    assert client.get(f"/complaints/show/{key}").status_code == 200
    assert client.get(f"/complaints/show/{other}").status_code == 404
    assert row(other).number not in client.get("/complaints/list/").text


def test_members_vote_from_the_page_and_the_chair_closes(app, scene):
    key = found(scene)
    for name in ("Hua", "Centre", "Ops"):
        client = as_(app, scene.body.actor(name))
        page = client.get(f"/complaints/show/{key}").text
        assert "評分單" in page and 'name="vote"' in page and "已經談好" not in page
        assert client.post(f"/act/complaint/{key}/cast_ballot", data={"vote": "for"}).status_code == 302
    chair = as_(app, scene.body.chair)
    assert chair.post(f"/act/complaint/{key}/close").status_code == 302
    assert row(key).stage == "closed" and chair.get(f"/complaints/show/{key}").status_code == 200


def test_the_api_tells_stage_and_deadlines_and_carries_acts_out(app, scene, key):
    token = headers_of(app, scene.act(scene.officer).user_id)
    api = app.test_client()
    shown = api.get(f"/api/v1/complaints/{key}", headers=token)
    assert shown.json["result"]["stage"] == "received" and SECRET not in shown.text and "identity" not in shown.text
    offered = api.get(f"/api/v1/complaints/{key}/actions", headers=token).json["actions"]
    assert {each["name"] for each in offered if each["allowed"]} == {"acknowledge", "reply", "name_accused"}
    done = api.post(f"/api/v1/complaints/{key}/actions/acknowledge", headers=token, json={})
    assert (done.status_code, done.json["stage"]) == (200, "acknowledged")
    again = api.post(f"/api/v1/complaints/{key}/actions/acknowledge", headers=token, json={})
    assert (again.status_code, again.json["clause"]) == (409, "6.3.1")
    assert api.post(f"/api/v1/complaints/{key}/actions/reply", headers=token, json={}).status_code == 422
    hidden = headers_of(app, make.actor_of(make.employee(roles=("employee", "hr"))).user_id)
    assert api.get(f"/api/v1/complaints/{key}", headers=hidden).status_code == 404


def test_every_page_has_one_main_button_at_most(app, scene, key):
    pages = [as_(app, who).get(f"/complaints/show/{key}").text for who in (scene.act(scene.officer), scene.body.chair)]
    pages.append(as_(app, scene.act(scene.second)).get(f"/complaints/show/{found(scene)}").text)
    for page in pages:
        page = re.sub(r"<dialog.*?</dialog>", "", page, flags=re.S)
        assert len(re.findall(r'class="btn main"', page)) <= 1 and page.count("<h1") == 1


def test_the_officer_downloads_a_file_from_the_page_and_the_chair_does_not(app, scene):
    sent = check_upload("紀錄 <b>.txt", "逐字紀錄".encode())
    key = file_complaint(WORDS, [sent], now=NOW)[0].id
    client = as_(app, scene.act(scene.officer))
    page = client.get(f"/complaints/show/{key}").text
    address = re.search(rf'action="(/complaints/{key}/files/[0-9]+)"', page)[1]
    answer = client.post(address)
    assert answer.data == sent.data and answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "application/octet-stream"
    assert as_(app, scene.body.chair).post(address).status_code == 404
    assert client.post(address.replace(f"/{key}/", "/99999/")).status_code == 404


def test_an_officer_who_leaves_is_a_task_of_the_chairs_home_and_the_page_says_so(app, scene, key):
    assign(key, scene.second.id, "不在場", actor=scene.body.chair, now=NOW)
    mark_left(scene.second.id, NOW.date(), actor=scene.body.actor("HR"), now=NOW)
    english = {"Accept-Language": "en"}
    client = as_(app, scene.body.chair)
    assert "1 complaint whose officer has left" in client.get("/", headers=english).text
    page = client.get(f"/complaints/show/{key}", headers=english).text
    assert "has left: another one is to be appointed" in page and 'name="officer"' in page
    assert "officer has left" not in as_(app, scene.body.actor("HR")).get("/", headers=english).text
