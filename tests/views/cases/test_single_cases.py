"""Opening a case outside the yearly cycle: the page of the grounds, HR's form, and the API."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.models import Review, db
from admin.operations.cases import demotions, department
from tests import factories as make
from tests import reviewing
from tests.operations.cases.test_single_cases import SPRING, breach, newcomer
from tests.views.clients import client_of, headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")


@pytest.fixture
def made(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    found = reviewing.seed_people(SPRING)
    reviewing.give_accounts(found, SPRING)
    reviewing.confirm_calendar(SPRING)
    breach(found.agents[0])
    found.hr = make.account("hr", "correct horse battery", ["hr"])
    found.hr = getattr(found.hr, "id", found.hr)
    monkeypatch.setattr("config.Settings.now", lambda _settings: SPRING)
    return found


def opened() -> list[tuple[str, str, str | None]]:
    with acting_as(system_actor()):
        db.session.rollback()
        return [(row.kind, row.stage, row.demotion_ground) for row in db.session.scalars(select(Review))]


def test_a_superior_sees_the_grounds_of_one_of_their_people_and_proposes(app: Flask, made: SimpleNamespace) -> None:
    client = client_of(app, 100 + made.superior)
    assert "/demotions/propose" in client.get("/demotions/").text
    page = client.get("/demotions/propose?number=E0")
    assert page.status_code == 200 and 'name="ground"' in page.text and 'name="reviewer"' not in page.text
    assert 'name="ground"' not in client.get("/demotions/propose?number=E1").text
    assert client.get("/demotions/propose?number=H1").status_code == 404
    answer = client.post("/demotions/propose", data={"number": "E0", "ground": "2", "reason": "重大違規"})
    assert answer.status_code == 303 and opened() == [("demotion", "department_review", "2")]
    case = client.get(answer.location)
    assert case.status_code == 200 and "2026" in case.text


def test_hr_finds_the_proceedings_in_the_control_room(app: Flask, made: SimpleNamespace) -> None:
    client = client_of(app, made.hr)
    client.post("/demotions/propose", data={"number": "E0", "ground": "2", "reason": "主管請假"})
    assert "員工0" in client.get("/cycles/").text
    with acting_as(system_actor()):
        db.session.rollback()
        key, cycle = db.session.execute(select(Review.id, Review.cycle_id)).one()
    room = client.get(f"/cycles/{cycle}")
    assert room.status_code == 200 and "員工0" in room.text and f"/cycles/{cycle}/publish" not in room.text
    assert f'href="/reviews/{key}"' in room.text and 'class="rail"' in room.text
    assert 'class="pyramid"' not in room.text and 'id="board"' not in room.text, "pictures of one case say nothing"
    demotions.record_hearing(key, "statement", "我承認", actor=reviewing.HR, now=SPRING)
    department.propose(key, "J3", "重大違規", actor=reviewing.person(made.head, "head"), now=SPRING)
    reviewing.determined([key], SPRING)
    assert f"/cycles/{cycle}/publish" in client.get(f"/cycles/{cycle}").text
    assert client.post(f"/cycles/{cycle}/publish").status_code == 303
    assert opened() == [("demotion", "on_notice", "2")]


def test_hr_opens_a_newcomer_s_first_grading_by_the_form(app: Flask, made: SimpleNamespace) -> None:
    key, client = newcomer(made), client_of(app, made.hr)
    assert client.get("/reviews/add").status_code == 200
    assert client.post("/reviews/add", data={"employee": key}).status_code == 422
    answer = client.post("/reviews/add", data={"employee": key, "reason": "試用期滿"})
    assert answer.status_code == 302 and opened() == [("initial", "self_assessment", None)]


def test_programs_open_both(app: Flask, made: SimpleNamespace) -> None:
    hr, superior = headers_of(app, made.hr), headers_of(app, 100 + made.superior)
    demotion = {"employee": made.agents[0], "kind": "demotion", "demotion_ground": "2", "reason": "重大違規"}
    answer = app.test_client().post("/api/v1/reviews/", json=demotion, headers=superior)
    assert (answer.status_code, answer.json["result"]["kind"]) == (201, "demotion")
    again = app.test_client().post("/api/v1/reviews/", json=demotion, headers=hr)
    assert (again.status_code, again.json["clause"]) == (409, "4.2-a")
    initial = {"employee": newcomer(made), "kind": "initial", "reason": "試用期滿"}
    assert app.test_client().post("/api/v1/reviews/", json=initial, headers=superior).status_code == 404
    assert app.test_client().post("/api/v1/reviews/", json=initial, headers=hr).status_code == 201
    annual = {"employee": made.agents[1], "kind": "annual", "reason": "x"}
    assert app.test_client().post("/api/v1/reviews/", json=annual, headers=hr).status_code == 422
    assert sorted(kind for kind, _stage, _ground in opened()) == ["demotion", "initial"]


def test_whoever_is_to_be_demoted_reads_the_ground_and_its_evidence_on_their_own_page_and_signs_there(
    app: Flask, made: SimpleNamespace
) -> None:
    superior = client_of(app, 100 + made.superior)
    superior.post("/demotions/propose", data={"number": "E0", "ground": "2", "reason": "重大違規"})
    with acting_as(system_actor()):
        key = db.session.scalars(select(Review.id)).one()
    own = client_of(app, 100 + made.agents[0])
    page = own.get(f"/reviews/{key}", headers={"Accept-Language": "en"}).text
    for said in (
        "The ground for a demotion",
        "A serious breach of company rules",
        "重大違規",
        "to the end of 2026-04-21",
    ):
        assert said in page, said
    assert superior.post(
        f"/act/review/{key}/record_hearing", data={"form": "interview", "text": "談話內容"}
    ).status_code in (302, 303)
    assert "not signed by the employee" in own.get(f"/reviews/{key}", headers={"Accept-Language": "en"}).text
    sent = own.post(f"/act/review/{key}/sign_hearing", data={"objection": "我沒有說過"})
    assert sent.status_code in (302, 303)
    page = own.get(f"/reviews/{key}", headers={"Accept-Language": "en"}).text
    assert "Signed by the employee" in page and "我沒有說過" in page
    assert client_of(app, 100 + made.agents[1]).get(f"/reviews/{key}").status_code == 404
