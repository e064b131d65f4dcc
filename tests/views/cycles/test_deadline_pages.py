"""HR at a deadline: what a move or a closing comes to is seen before it is done, and is what is done."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

from flask import Flask
from python_calamine import load_workbook

from tests import reviewing
from tests.views.opened import set_clock


def test_hr_sees_what_a_move_comes_to_and_moves_it(as_person: Any, opened: SimpleNamespace) -> None:
    client, base = as_person("hr"), f"/cycles/{opened.cycle}"
    assert f"{base}/extend" in client.get(base).text
    page = client.get(f"{base}/extend?deadline=self_assessment_due&until=%2B2&along=1").text
    assert "2026-12-17（星期四）" in page and "2026-12-15（星期二）" in page and "改為 2026-12-17" in page
    assert "評審委員會預定開會日" in page and "3.2-a2" in page
    given = {"deadline": "self_assessment_due", "until": "+2", "seen": "2026-12-15", "reason": "颱風"}
    sent = client.post(f"{base}/extend", data=given)
    assert sent.status_code == 303 and "2026-12-17（星期四）" in client.get(sent.location).text
    assert "員工自評由 2026-12-15 改為 2026-12-17" in (home := as_person("emp0").get("/").text) and "颱風" in home
    again = client.post(f"{base}/extend", data=given | {"stands_on": f"{base}/extend?until=%2B2"})
    assert again.status_code == 409 and "已由他人變更" in again.text and "颱風" in again.text


def test_a_day_that_cannot_be_says_why_before_anything_is_sent(as_person: Any, opened: SimpleNamespace) -> None:
    client, base = as_person("hr"), f"/cycles/{opened.cycle}/extend"
    for until, said in (
        ("2026-12-25", "不是工作日"), ("2026-11-30", "還沒過"), ("2026-12-02", "至少保留 3 個完整工作日"), ("x", "+3 或 -2"),
        ("<b>", "+3 或 -2"), ("2028-01-03", "一年"),
    ):  # fmt: skip
        page = client.get(base, query_string={"deadline": "self_assessment_due", "until": until}).text
        assert said in page and 'name="reason"' not in page, until
    assert client.get(f"{base}?deadline=committee_on").status_code == 404


def test_closing_a_stage_lists_each_case_with_what_becomes_of_it(
    app: Flask, as_person: Any, opened: SimpleNamespace, monkeypatch: Any
) -> None:
    base = f"/cycles/{opened.cycle}"
    early = as_person("hr").get(f"{base}/close_stage?stage=self_assessment").text
    assert "屆時才能關閉" in early and "關閉階段：7 件" not in early
    with app.app_context():
        reviewing.hand_in(opened.cases[0], opened.agents[0])
    set_clock(app, monkeypatch, reviewing.later(20))
    client = as_person("hr")
    assert f"{base}/close_stage?stage=self_assessment" in client.get(base).text
    page = client.get(f"{base}/close_stage?stage=self_assessment").text
    assert "關閉階段：6 件" in page and "員工6" in page and "員工0" not in page and page.count("逐案審議") == 6
    sheet = client.post(f"{base}/close_stage/list", data={"stage": "self_assessment"})
    rows = load_workbook(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert len(rows) == 7 and rows[1][0] == "E1" and "逐案審議" in rows[1][4] and rows[1][5] == "3.3-a"
    told = client.post(f"{base}/close_stage", data={"stage": "self_assessment", "reason": "到期"})
    assert told.status_code == 303 and "6" in client.get(told.location).text
    after = client.get(f"{base}/close_stage?stage=rating").text
    assert "屆時才能關閉" in after and "等直屬上級簽署" in after


def test_only_hr_moves_and_closes(as_person: Any, opened: SimpleNamespace) -> None:
    for name in ("auditor", "head", "emp0"):
        client = as_person(name)
        for page in ("extend", "close_stage", "remind"):
            assert client.get(f"/cycles/{opened.cycle}/{page}").status_code == 404
        assert client.post(f"/cycles/{opened.cycle}/close_stage/list").status_code == 404
