"""The department's table and the list of the duty, on the pages (3.3.3, 4.2.1)."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from tests import reviewing
from tests.web.counting import statements

JSON = {"Accept": "application/json"}


@pytest.fixture
def waiting(app: Flask, opened: SimpleNamespace) -> list[int]:
    with app.app_context():
        return [reviewing.to_department(opened, index, target_grade="M2", ground="1") for index in (0, 1)]


def test_the_table_is_the_heads_alone(as_person: Any, opened: SimpleNamespace) -> None:
    assert as_person("head").get("/department/").status_code == 200
    for name in ("emp0", "sup", "hr", "auditor"):
        assert as_person(name).get("/department/").status_code == 404


def test_the_table_takes_few_statements_however_many_rows(app: Flask, as_person: Any, waiting: list[int]) -> None:
    client = as_person("head")
    client.get("/department/")
    with statements(app) as sent:
        assert client.get("/department/").status_code == 200
    assert len(sent) <= 30, "\n\n".join(sent)


def test_a_second_window_writes_over_no_row_unseen(as_person: Any, waiting: list[int]) -> None:
    client, place = as_person("head"), f"/department/{waiting[0]}"
    row = client.get("/department/").text.partition(f'action="{place}"')[2].partition("</form>")[0]
    version = {"version": re.findall(r'name="version" value="(\w+)"', row)[0], "stands_on": "/department/"}
    first = client.post(place, data={"grade": "M2", "reason": "第一個視窗"} | version, headers=JSON)
    assert first.status_code == 200 and first.json["version"] != version["version"]
    other = {"grade": "M1", "reason": "第二個視窗"} | version
    late = client.post(place, data=other, headers=JSON)
    assert late.status_code == 409 and late.json["values"] == [["grade", "M2"], ["reason", "第一個視窗"]]
    both = client.post(place, data=other)
    assert both.status_code == 409 and both.text.count("第一個視窗") >= 1 and 'value="第二個視窗"' in both.text
    assert client.post(place, data=other | {"version": late.json["version"]}, headers=JSON).status_code == 200
    client.post("/department/undo", data={})
    client.post("/department/undo", data={})
    assert client.post(place, data=other | {"version": late.json["version"]}, headers=JSON).status_code == 409


def test_a_row_saves_by_script_and_says_what_stands_against_it(as_person: Any, waiting: list[int]) -> None:
    client = as_person("head")
    kept = client.post(f"/department/{waiting[0]}", data={"grade": "M1", "reason": ""}, headers=JSON)
    assert (
        kept.status_code == 200
        and kept.json["refusal"]["clause"] == "3.3.3"
        and set(kept.json["staffing"]) == {"expert", "senior", "intermediate", "junior"}
    )
    assert (
        client.post(f"/department/{waiting[0]}", data={"grade": "M2", "reason": ""}, headers=JSON).json["refusal"]
        is None
    )
    assert client.post(f"/department/{waiting[0]}", data={"grade": "Z"}, headers=JSON).status_code == 422


def shown(client: Any) -> list[str]:
    """What the button of the page sends."""
    return re.findall(r'name="row" value="([\w-]+)"', client.get("/department/").text)


def test_the_button_sends_what_its_page_showed_and_says_what_another_window_has_changed(
    app: Flask, as_person: Any, waiting: list[int]
) -> None:
    client, place = as_person("head"), f"/department/{waiting[0]}"
    client.post(place, data={"grade": "M2", "reason": "as this page shows"})
    rows = shown(client)
    assert len(rows) == 1
    kept = client.post(place, data={"grade": "M1", "reason": "of another window"}, headers=JSON).json
    late = client.post("/department/send", data={"row": rows})
    assert late.status_code == 409 and "as this page shows" in late.text and "of another window" in late.text
    undone = client.post("/department/undo", data={"version": f"{rows[0]}", "stands_on": "/department/"})
    assert undone.status_code == 409 and "of another window" in undone.text
    assert shown(client) == [kept["last"]] == [f"{waiting[0]}-{kept['version']}"]
    assert client.post("/department/send", data={"row": kept["last"]}).status_code == 303
    with app.app_context():
        assert reviewing.case(waiting[0]).proposed_grade.code == "M1"


def test_undo_send_and_the_refused_row_that_stays(app: Flask, as_person: Any, waiting: list[int]) -> None:
    client = as_person("head")
    for key, grade in zip(waiting, ("M2", "M1"), strict=True):
        assert client.post(f"/department/{key}", data={"grade": grade, "reason": ""}).status_code == 303
    assert client.post("/department/send", data={}).status_code == 422
    answer = client.post("/department/send", data={"row": shown(client)})
    assert answer.status_code == 409 and "3.3.3" in answer.text
    with app.app_context():
        assert [reviewing.case(key).stage for key in waiting] == ["committee", "department_review"]
    assert client.post("/department/undo", data={}).status_code == 303
    assert client.post("/department/undo", data={}).status_code == 404


def test_all_saved_rows_of_a_list_go_at_once_as_the_page_knew_them(
    app: Flask, as_person: Any, waiting: list[int]
) -> None:
    client = as_person("head")
    for key in waiting:
        kept = client.post(f"/department/{key}", data={"grade": "M2", "reason": "on some page"}, headers=JSON).json
    late = client.post("/department/send", data={"all": "yes", "version": f"{waiting[0]}-of-before"})
    assert late.status_code == 409 and "on some page" in late.text
    nobody = client.post("/department/send", data={"all": "yes", "q": "nobody", "version": kept["last"]})
    assert nobody.status_code == 422
    client.post("/department/send", data={"all": "yes", "show": "open", "q": "E0", "version": kept["last"]})
    with app.app_context():
        assert [reviewing.case(key).stage for key in waiting] == ["committee", "department_review"]


def test_the_table_is_filtered_and_exported(as_person: Any, waiting: list[int]) -> None:
    client = as_person("head")
    page = client.get("/department/?q=E0&show=open").text
    assert "員工0" in page and "員工1" not in page
    with client.post("/department/export", data={}) as book:
        assert book.status_code == 200 and book.data[:2] == b"PK"


def test_the_table_begins_with_what_waits_and_leads_to_the_rest(
    as_person: Any, opened: SimpleNamespace, waiting: list[int]
) -> None:
    client, others = as_person("head"), len(opened.cases) - len(waiting)
    page = client.get("/department/").text
    assert page.count("<tr id=") == len(waiting) and f"另有 {others} 件未列出" in page
    whole = client.get("/department/?show=all").text
    assert whole.count("<tr id=") == len(opened.cases) and "件未列出" not in whole


def test_a_team_has_what_waits_apart_from_what_is_not_yet_the_superiors_turn(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    with app.app_context():
        reviewing.hand_in(opened.cases[0], opened.agents[0])
    page = as_person("sup").get("/evaluations/").text
    first, rest = page.split("組員的其他評定案", 1)
    assert "待評價" in first and "尚未輪到您" not in first
    assert "尚未輪到您" in rest and "待評價" not in rest


def test_the_duty_is_listed_for_superior_hr_and_auditor(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    from sqlalchemy import select

    from admin.access.actor import system_actor
    from admin.models import AnnualRating
    from admin.operations.transaction import operation

    with app.app_context(), operation("ratings", actor=system_actor(), now=reviewing.OPENED) as op:
        for row in op.session.scalars(
            select(AnnualRating).where(AnnualRating.employee_id == opened.agents[0], AnnualRating.year > 2023)
        ):
            row.rating = "unqualified"
    for name, status in (("sup", 200), ("hr", 200), ("auditor", 200), ("emp0", 404)):
        answer = as_person(name).get("/demotions/")
        assert answer.status_code == status and (status == 404 or "E0" in answer.text), name
    client, key = as_person("sup"), opened.cases[0]
    assert client.get(f"/demotions/{key}").status_code == 200
    assert client.post(f"/demotions/{key}", data={"waive": "1", "reason": ""}).status_code == 422
    assert client.post(f"/demotions/{key}", data={"waive": "1", "reason": "觀察一季"}).status_code == 303
    assert client.post(f"/demotions/{key}", data={"ground": "1", "reason": "無改善"}).status_code == 303
    with app.app_context():
        assert reviewing.case(key).demotion_ground == "1"
