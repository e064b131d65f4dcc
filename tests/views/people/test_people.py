"""HR keeps people's files by hand; nobody else finds the page."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from admin.models import Department, Employee, Leave
from tests.operations.importing import rows


def test_hr_moves_a_team_records_leave_and_leaving(signed_in: Any, centre: SimpleNamespace, session: Any) -> None:
    hr = signed_in("hr")
    assert hr.get("/people/").status_code == 200
    assert hr.post("/people/superiors", data={"from": centre.sup1, "to": centre.head1}).status_code == 303
    assert dict(rows(Employee, "id", "superior_id"))[centre.emp1] == centre.head1
    away = {"employee": centre.emp1, "kind": "parental", "starts_on": "2026-06-01"}
    assert hr.post("/people/leave", data=away).status_code == 303
    assert "emp1" in hr.get("/people/").text
    (leave,) = rows(Leave, "id")
    assert hr.post(f"/people/leave/{leave[0]}/end", data={"ends_on": "2026-11-01"}).status_code == 303
    assert hr.post("/people/left", data={"employee": centre.emp2, "left_on": "2026-11-20"}).status_code == 303
    assert dict(rows(Employee, "id", "status"))[centre.emp2] == "left"


def test_a_circle_is_refused_with_its_clause(signed_in: Any, centre: SimpleNamespace) -> None:
    answer = signed_in("hr").post("/people/superiors", data={"from": centre.head1, "to": centre.emp1})
    assert answer.status_code == 409 and "1.2" in answer.text


def test_a_department_is_marked(signed_in: Any, centre: SimpleNamespace, session: Any) -> None:
    assert signed_in("hr").post(f"/people/centre/{centre.other}", data={"in_centre": "1"}).status_code == 303
    assert dict(rows(Department, "id", "in_centre"))[centre.other] is True


@pytest.mark.parametrize("name", ["emp1", "sup1", "head1", "auditor", "management", "admin"])
def test_nobody_else_finds_the_page(signed_in: Any, name: str) -> None:
    client = signed_in(name)
    assert client.get("/people/").status_code == 404
    assert client.post("/people/left", data={"employee": "1", "left_on": "2026-11-20"}).status_code == 404


def test_the_departments_show_who_heads_them_and_where_to_name_a_head(signed_in, centre):
    page = signed_in("hr").get("/people/", headers={"Accept-Language": "en"}).text
    assert re.search(rf'head1 <a href="/departments/edit/{centre.centre}">Name another', page)
    assert f'<a href="/departments/edit/{centre.other}">Name a head' in page
