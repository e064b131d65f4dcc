"""A reminder at the door that HR uses: seen with its recipients, added to, sent; what goes is what the button said."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Flask

from admin.operations.cycles import deadlines
from tests import reviewing
from tests.views.opened import set_clock
from tests.web.counting import statements

HOSTILE = '<script>alert("x")</script>'
ASK = "remind?stage=self_assessment"


def test_hr_sees_who_gets_it_and_how_it_reads_and_adds_a_paragraph(as_person: Any, opened: SimpleNamespace) -> None:
    client, base = as_person("hr"), f"/cycles/{opened.cycle}"
    assert "提醒 7 人" in client.get(f"{base}/missing/self_assessment").text
    page = client.get(f"{base}/{ASK}").text
    assert "提醒 7 人" in page and "員工6" in page and "2026-12-15" in page and 'name="shown" value="7"' in page
    sent = client.post(f"{base}/remind", data={"stage": "self_assessment", "shown": "7", "words": HOSTILE})
    after = client.get(sent.location).text
    assert sent.status_code == 303 and "已提醒 7 人" in after and "頁面原本" not in after and "今天已提醒過" in after
    home = as_person("emp0").get("/").text
    assert "&lt;script&gt;alert(" in home and HOSTILE not in home and "人力資源部門補充：" in home
    assert "/self_assessment/" in home


def test_the_button_of_one_person_reminds_one(as_person: Any, opened: SimpleNamespace) -> None:
    client, base = as_person("hr"), f"/cycles/{opened.cycle}"
    page = client.get(f"{base}/{ASK}&person={opened.agents[0]}").text
    assert "提醒 1 人" in page and "員工0" in page and "員工1" not in page
    data = {"stage": "self_assessment", "person": opened.agents[0], "shown": "1"}
    assert "已提醒 1 人" in client.get(client.post(f"{base}/remind", data=data).location).text


def test_what_another_of_hr_sent_meanwhile_is_not_sent_again_and_it_is_said(
    as_person: Any, opened: SimpleNamespace
) -> None:
    client, base = as_person("hr"), f"/cycles/{opened.cycle}"
    one = {"stage": "self_assessment", "person": opened.agents[0], "shown": "1"}
    client.post(f"{base}/remind", data=one)
    told = client.get(client.post(f"{base}/remind", data={"stage": "self_assessment", "shown": "7"}).location).text
    assert "已提醒 6 人" in told and "頁面原本顯示 7 人" in told
    assert "目前沒有可提醒的人" in client.get(f"{base}/{ASK}").text


def test_what_was_typed_comes_back_where_it_is_too_long_or_the_stage_was_closed(
    app: Flask, as_person: Any, opened: SimpleNamespace, monkeypatch: Any
) -> None:
    client, base = as_person("hr"), f"/cycles/{opened.cycle}"
    given = {"stage": "self_assessment", "words": "y" * 1001, "stands_on": f"{base}/{ASK}"}
    long = client.post(f"{base}/remind", data=given)
    assert long.status_code == 422 and "1001" in long.text and "y" * 1001 in long.text
    with app.app_context():
        deadlines.close_stage(opened.cycle, "self_assessment", "到期", actor=reviewing.HR, now=reviewing.later(20))
    late = client.post(f"{base}/remind", data=given | {"words": "請今天交"})
    assert late.status_code == 409 and "請今天交" in late.text and "6.1" in late.text


def test_a_colleague_whose_time_is_over_is_told_so_and_sees_no_form(
    app: Flask, as_person: Any, opened: SimpleNamespace, monkeypatch: Any
) -> None:
    with app.app_context():
        reviewing.hand_in(opened.cases[0], opened.agents[0])
        rater = f"emp{opened.agents.index(reviewing.peers_of(opened.cases[0])[0])}"
    client = as_person(rater)
    assert client.get(f"/ratings/{opened.cases[0]}").status_code == 200
    set_clock(app, monkeypatch, reviewing.later(40))
    client = as_person(rater)
    page = client.get(f"/ratings/{opened.cases[0]}", follow_redirects=True).text
    assert "同事評價的時間已結束" in page and "評價時間已過" in page
    assert f"/ratings/{opened.cases[0]}" not in client.get("/ratings/").text
    assert "/ratings/" not in client.get("/").text.split("<main")[1].split("<aside")[0]


def test_the_page_takes_the_same_statements_for_one_as_for_all(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client, base = as_person("hr"), f"/cycles/{opened.cycle}"
    counts = []
    for ask in (ASK, f"{ASK}&person={opened.agents[0]}", ASK):
        with statements(app) as sent:
            assert client.get(f"{base}/{ask}").status_code == 200
        counts.append(len(sent))
    assert counts[0] >= counts[2] and counts[2] <= counts[1] <= counts[2] + 1
