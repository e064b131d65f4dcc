"""HR's control room, notices and documents on the pages, and the same acts through the API."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from admin.access.actor import system_actor
from admin.models import Notice, Review, db
from admin.queries.cycles.boards import Board, BoardRow
from tests import reviewing
from tests.by_two import second_confirms
from tests.views.opened import PASSWORD, set_clock
from tests.web.counting import statements

MOST = 15  # each of them a count or a list of the page, one what its acts would do, one what its forms kept unsent; none for a row


@pytest.mark.parametrize(
    "page",
    [
        "",
        "/{}",
        "/{}/missing/self_assessment",
        "/{}/missing/rating",
        "/{}/missing/department_review",
        "/{}/missing/committee",
    ],
)
def test_hr_and_auditors_read_the_control_room(page: str, as_person: Any, opened: SimpleNamespace) -> None:
    path = "/cycles" + (page.format(opened.cycle) or "/")
    assert as_person("hr").get(path).status_code == as_person("auditor").get(path).status_code == 200
    assert as_person("emp0").get(path).status_code == as_person("head").get(path).status_code == 404


def test_the_board_is_counted_in_few_statements(app: Flask, opened: SimpleNamespace) -> None:
    from admin.access.actor import acting_as
    from admin.models import Cycle, db
    from admin.queries.cycles import boards

    with app.app_context(), acting_as(reviewing.HR):
        cycle = db.session.get(Cycle, opened.cycle)
        assert cycle is not None
        with statements(app) as sent:
            boards.board(db.session(), cycle, reviewing.OPENED)
            boards.pyramid(db.session(), cycle.id)
            boards.distribution(db.session(), cycle.id)
        db.session.rollback()
    assert len(sent) <= 10


def test_the_control_room_takes_a_bounded_number_of_statements(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client = as_person("hr")
    client.get(f"/cycles/{opened.cycle}")
    with statements(app) as sent:
        assert client.get(f"/cycles/{opened.cycle}").status_code == 200
    assert len(sent) <= MOST, "\n\n".join(sent)


def test_a_plan_is_previewed_and_opened(as_person: Any, opened: SimpleNamespace) -> None:
    client = as_person("hr")
    assert client.post("/cycles/plan", data={"year": "2026"}).status_code == 409
    assert client.post("/cycles/plan", data={"year": "next"}).status_code == 422
    assert (
        client.post("/cycles/plan", data={"year": "2026", "kind": "rehearsal", "rating_due": "2026-02-31"}).status_code
        == 422
    )
    made = client.post("/cycles/plan", data={"year": "2026", "kind": "rehearsal"})
    assert made.status_code == 303 and client.get(made.location).status_code == 200
    key = int(made.location.split("/")[2])
    assert client.post(f"/cycles/{key}/open").status_code == 303
    assert client.post(f"/cycles/{key}/cancel", data={"reason": ""}).status_code == 409
    assert client.post(f"/cycles/{key}/cancel", data={"reason": "演練結束"}).status_code == 303


def test_steering_is_hrs(as_person: Any, opened: SimpleNamespace) -> None:
    for name in ("auditor", "head", "emp0"):
        client = as_person(name)
        for act in ("open", "extend", "remind", "close_stage", "verify", "publish", "issue", "close", "cancel"):
            assert client.post(f"/cycles/{opened.cycle}/{act}", data={"reason": "x"}).status_code == 404, (name, act)


def test_a_board_adds_its_departments_up() -> None:
    rows = [
        BoardRow(1, "一", 3, Counter(rating=2), Counter(rating=1)),
        BoardRow(2, "二", 4, Counter(rating=1), overdue=Counter(rating=3)),
    ]
    together = Board(rows, Counter(), Counter()).together("全部")
    assert (together.total, together.done["rating"], together.waiting["rating"], together.overdue["rating"]) == (
        7,
        3,
        1,
        3,
    )
    assert together.share("rating") == 43


def test_deadlines_reminders_and_stages(as_person: Any, opened: SimpleNamespace) -> None:
    client, base = as_person("hr"), f"/cycles/{opened.cycle}"
    assert (
        client.post(
            f"{base}/extend", data={"deadline": "self_assessment_due", "until": "2026-12-17", "reason": "颱風"}
        ).status_code
        == 303
    )
    assert (
        client.post(
            f"{base}/extend", data={"deadline": "self_assessment_due", "until": "tomorrow", "reason": "x"}
        ).status_code
        == 422
    )
    assert client.post(f"{base}/remind", data={"stage": "self_assessment"}).status_code == 303
    assert client.post(f"{base}/close_stage", data={"stage": "self_assessment", "reason": "x"}).status_code == 409


def test_from_publishing_to_the_document(
    app: Flask, as_person: Any, opened: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from admin.jobs.rendering import render_document
    from admin.operations.outcome.notices import record_publication

    client, base = as_person("hr"), f"/cycles/{opened.cycle}"
    with app.app_context():
        reviewing.to_checked(opened, 0, 1)
    assert client.post(f"{base}/issue").status_code == 409
    assert client.post(f"{base}/publish").status_code == 303
    with app.app_context():
        record_publication("r1", "0" * 64, {"a": "b"}, ["2026-01"], actor=system_actor(), published_at=reviewing.OPENED)
    page = client.get("/notices/show/1").text
    assert "員工0" in page and "r1" in page and client.get("/notices/list/").status_code == 200
    fixed = client.post("/notices/1/correct", data={"row": "1", "printed_name": "員工零", "reason": "誤植"})
    assert fixed.status_code == 303 and "員工零" not in client.get("/notices/show/1").text
    with app.app_context():
        assert second_confirms(reviewing.OPENED) == 1
        # What was tried before the second confirmed it has used a number up on one of the two databases.
        corrected = db.session.scalar(select(func.max(Notice.id)).execution_options(unscoped=True))
    assert "員工零" in client.get(f"/notices/show/{corrected}").text
    assert client.post("/notices/1/correct", data={"row": "999", "reason": "x"}).status_code == 404
    with app.app_context():
        record_publication(
            "r2", "0" * 64, {"a": "b"}, ["2026-01", "2026-02"], actor=system_actor(), published_at=reviewing.OPENED
        )
    set_clock(app, monkeypatch, reviewing.later(12))
    assert client.get(f"{base}/issuing").status_code == 200
    ahead = client.get(f"{base}/issuing?effective_on=2027-01-01").text
    assert "職級晉升通知書" in ahead and "員工0" in ahead and "發文：2 人，自 2027-01-01 起" in ahead
    assert "員工0" in client.get(f"{base}/issuing?way=promotion").text
    assert client.get(f"{base}/issuing?way=demotion").status_code == 404
    assert client.get(f"{base}/issuing?effective_on=soon").status_code == 422
    for gone in ("2020-01-01", (reviewing.later(11)).date().isoformat()):
        past = client.get(f"{base}/issuing", query_string={"effective_on": gone})
        assert past.status_code == 422 and "btn danger" in ahead and "btn danger" not in past.text
    issued = client.post(f"{base}/issue", data={"effective_on": "2027-01-01", "password_again": PASSWORD})
    assert issued.status_code == 303 and "員工0" in client.get(issued.location).text
    assert client.get("/documents/1/docx").status_code == 404
    with app.app_context():
        render_document(1, actor=system_actor(), now=reviewing.later(12))
    with client.get("/documents/1/docx") as file:
        assert file.status_code == 200 and file.data[:2] == b"PK"
    chain = as_person("emp0").get(f"/reviews/{opened.cases[0]}").text
    assert "2027-01-01" in chain and "中級客服二級" in chain


def token(app: Flask, name: str) -> dict[str, str]:
    answer = app.test_client().post("/api/v1/security/login", json={"username": name, "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


def test_the_same_acts_go_through_the_api(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    client, mine, key = app.test_client(), token(app, "emp0"), opened.cases[0]
    found = client.get(f"/api/v1/reviews/{key}/actions", headers=mine).json["actions"]
    assert {"name": "save_self_assessment", "allowed": True, "refusals": []} in found
    refused = client.post(f"/api/v1/reviews/{key}/actions/submit_self_assessment", json={}, headers=mine)
    assert refused.status_code == 409 and refused.json["clause"] == "3.3.1"
    with app.app_context():
        answers = {code: {"value": 4} for code in reviewing.codes(key, "self")}
    wrong = client.post(f"/api/v1/reviews/{key}/actions/submit_self_assessment", json={"answers": [1]}, headers=mine)
    assert wrong.status_code == 422
    done = client.post(
        f"/api/v1/reviews/{key}/actions/submit_self_assessment", json={"answers": answers, "unknown": 1}, headers=mine
    )
    assert done.status_code == 200 and done.json["stage"] == "rating"
    assert client.get(f"/api/v1/reviews/{key}", headers=token(app, "management")).status_code == 404


def test_the_api_names_cycles_notices_and_documents(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    client, hr = app.test_client(), token(app, "hr")
    for resource in ("reviews", "cycles", "notices", "documents"):
        assert client.get(f"/api/v1/{resource}/", headers=hr).status_code == 200, resource
    acts = {each["name"] for each in client.get(f"/api/v1/cycles/{opened.cycle}/actions", headers=hr).json["actions"]}
    assert acts == {
        "extend",
        "remind",
        "close_stage",
        "verify_results",
        "publish_notice",
        "correct_notice",
        "issue",
        "close",
        "cancel",
        "end_rehearsal",
        "freeze_figures",
    }
    until = {"deadline": "self_assessment_due", "until": date(2026, 12, 17).isoformat(), "reason": "颱風"}
    assert client.post(f"/api/v1/cycles/{opened.cycle}/actions/extend", json=until, headers=hr).status_code == 200
    assert (
        client.post(f"/api/v1/cycles/{opened.cycle}/actions/extend", json=until, headers=token(app, "emp0")).status_code
        == 409
    )
    assert client.get("/api/v1/documents/", headers=token(app, "emp0")).status_code == 404


def test_a_colleague_reads_no_grade_or_score_through_the_api(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    with app.app_context():
        rater = opened.agents.index(reviewing.peers_of(opened.cases[0])[0])
    row = app.test_client().get(f"/api/v1/reviews/{opened.cases[0]}", headers=token(app, f"emp{rater}")).json["result"]
    assert not {"score", "present_grade_id", "proposed_grade_id", "determined_grade_id", "demotion_ground"} & set(row)


def test_an_act_on_many_says_on_its_button_how_many_it_concerns(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client = as_person("hr")
    page = client.get(f"/cycles/{opened.cycle}", headers={"Accept-Language": "en"}).text
    asked = re.search(r'<h2 id="cancel-title">[^<:]+: (\d+)</h2><p class="muted">(\d+) cases end with the cycle', page)
    assert asked is not None and asked[1] == asked[2], page[page.find('id="cancel"') :][:600]
    client.post(f"/cycles/{opened.cycle}/cancel", data={"reason": "演示"})
    cancelled = select(func.count(Review.id)).where(Review.stage == "cancelled").execution_options(unscoped=True)
    with app.app_context():
        assert db.session.scalar(cancelled) == int(asked[1]) > 0
