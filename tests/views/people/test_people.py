"""HR keeps people's files by hand; nobody else finds the page."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from admin.models import Department, Employee, EmployeeChange, Leave
from admin.models.accounts import User
from tests import factories as make
from tests.operations.importing import rows
from tests.views.clients import client_of


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
    assert re.search(rf'head1\s+<a\s+href="/departments/edit/{centre.centre}">\s*Name another', page)
    assert f'<a href="/departments/edit/{centre.other}">Name a head' in page


def moves(field: str) -> list[tuple[Any, ...]]:
    kept = rows(EmployeeChange, "employee_id", "field", "new", "effective_on", "reason")
    return [row for row in kept if row[1] == field]


def test_somebody_moves_by_one_dated_act(signed_in: Any, session: Any, centre: SimpleNamespace) -> None:
    given = {"employee": centre.emp1, "department": centre.other, "post": "Coach", "superior": centre.head1}
    answer = signed_in("hr").post("/people/move", data={**given, "moved_on": "2026-11-02", "reason": "A new line."})
    assert answer.status_code == 303
    (row,) = (each for each in rows(Employee, "id", "department_id", "post", "superior_id") if each[0] == centre.emp1)
    assert row == (centre.emp1, centre.other, "Coach", centre.head1)
    for field, new in (("department_id", centre.other), ("post", "Coach"), ("superior_id", centre.head1)):
        assert moves(field) == [(centre.emp1, field, str(new), date(2026, 11, 2), "A new line.")]


def test_a_move_before_the_hiring_a_circle_and_a_move_of_nothing_are_refused(
    signed_in: Any, session: Any, centre: SimpleNamespace
) -> None:
    hr = signed_in("hr")
    for given, status in (
        ({"employee": centre.emp1, "post": "Coach", "moved_on": "2019-12-24"}, 422),
        ({"employee": centre.emp1, "moved_on": "2026-11-02"}, 422),
        ({"employee": centre.head1, "superior": centre.emp1, "moved_on": "2026-11-02"}, 409),
    ):
        assert hr.post("/people/move", data=given).status_code == status
    assert rows(EmployeeChange, "id") == []


def test_the_ordinary_form_and_the_api_move_by_the_act_of_moving(
    signed_in: Any, bearer: Any, client: Any, session: Any, centre: SimpleNamespace
) -> None:
    form = {
        "number": "E3",
        "name": "emp1",
        "department": centre.other,
        "hired_on": "2020-01-06",
        "superior": centre.sup1,
    }
    hr, page = signed_in("hr"), f"/employees/edit/{centre.emp1}"
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', hr.get(page).text)
    assert seen is not None
    answer = hr.post(page, data={**form, "seen": seen[1]})
    assert answer.status_code in (302, 303)
    address = f"/api/v1/employees/{centre.emp2}"
    assert client.put(address, json={"post": "Coach"}, headers=bearer("hr")).status_code == 200
    assert [row[:3] for row in moves("department_id")] == [(centre.emp1, "department_id", str(centre.other))]
    assert [row[:3] for row in moves("post")] == [(centre.emp2, "post", "Coach")]


def test_somebody_comes_back_by_portal_and_by_api(
    signed_in: Any, bearer: Any, client: Any, session: Any, centre: SimpleNamespace
) -> None:
    hr, headers, address = signed_in("hr"), bearer("hr"), f"/api/v1/employees/{centre.emp2}"
    away = {"kind": "leave", "starts_on": "2026-11-02"}
    assert hr.post("/people/leave", data={"employee": centre.emp1, **away}).status_code == 303
    assert client.post(f"{address}/leave", json=away, headers=headers).json["result"]["status"] == "on_leave"
    assert hr.post("/people/back", data={"employee": centre.emp1, "back_on": "2026-11-20"}).status_code == 303
    answer = client.post(f"{address}/back", json={"back_on": "2026-11-20"}, headers=headers)
    assert answer.json["result"]["status"] == "in_service"
    assert rows(Leave, "ends_on") == [(date(2026, 11, 19),)] * 2
    again = client.post(f"{address}/back", json={"back_on": "2026-11-20"}, headers=headers)
    assert again.status_code == 422 and hr.post("/people/back", data={"employee": centre.emp1}).status_code == 422


def test_leaving_by_the_api_is_the_same_act(bearer: Any, client: Any, session: Any, centre: SimpleNamespace) -> None:
    address, headers = f"/api/v1/employees/{centre.emp1}/left", bearer("hr")
    assert client.post(address, json={"left_on": "2019-01-01"}, headers=headers).status_code == 422
    answer = client.post(address, json={"left_on": "2026-11-20", "reason": "Moves abroad."}, headers=headers)
    assert answer.json["result"]["status"] == "left"
    assert dict(rows(User, "username", "active"))["emp1"] is False


def test_whoever_has_left_heads_no_department(
    signed_in: Any, bearer: Any, client: Any, session: Any, centre: SimpleNamespace
) -> None:
    assert (
        signed_in("hr").post("/people/left", data={"employee": centre.emp2, "left_on": "2026-11-20"}).status_code == 303
    )
    answer = client.put(f"/api/v1/departments/{centre.other}", json={"head": centre.emp2}, headers=bearer("hr"))
    assert answer.status_code == 422
    assert dict(rows(Department, "id", "head_id"))[centre.other] is None


def test_a_leave_entered_in_error_is_taken_back_where_it_is_seen(
    signed_in: Any, bearer: Any, client: Any, centre: SimpleNamespace, session: Any
) -> None:
    hr, english = signed_in("hr"), {"Accept-Language": "en"}
    for first, last in (("2026-11-02", ""), ("2026-03-02", "2026-03-20")):
        away = {"employee": centre.emp1, "kind": "sick", "starts_on": first, "ends_on": last}
        assert hr.post("/people/leave", data=away).status_code == 303
    listed = client.get(f"/api/v1/employees/{centre.emp1}/leaves", headers=bearer("hr")).json["result"]
    running, over = (each["id"] for each in listed)
    page, file = (hr.get(path, headers=english).text for path in ("/people/", "/files/E3"))
    assert f"/leaves/{running}/withdraw" in page and f"/leaves/{over}/withdraw" not in page
    assert f"/leaves/{running}/withdraw" in file and f"/leaves/{over}/withdraw" in file
    assert "/withdraw" not in signed_in("emp1").get("/files/", headers=english).text
    address = f"/people/{centre.emp1}/leaves/{over}/withdraw"
    assert hr.post(address, data={"reason": ""}).status_code == 422
    assert hr.post(address, data={"reason": "Of somebody else."}).status_code == 303
    assert hr.post(address, data={"reason": "Of somebody else."}).status_code == 422
    act = f"/api/v1/employees/{centre.emp1}/actions/withdraw_leave"
    answer = client.post(act, json={"leave": running, "reason": "Of somebody else."}, headers=bearer("hr"))
    assert answer.json["status"] == "in_service" and rows(Leave, "id") == []
    assert "Leave" in hr.get("/files/E3", headers=english).text  # what was taken back stands among the changes


def test_a_leave_on_which_something_rests_says_why_it_stays(
    signed_in: Any, centre: SimpleNamespace, session: Any
) -> None:
    from tests import factories as make

    hr = signed_in("hr")
    away = {"employee": centre.emp1, "kind": "sick", "starts_on": "2026-02-02"}
    assert hr.post("/people/leave", data=away).status_code == 303
    with make.fixture() as op:
        make.review(make.open_cycle(), op.get(Employee, centre.emp1), head_id=centre.head1)
    page = hr.get("/people/", headers={"Accept-Language": "en"}).text
    assert "It cannot be taken back" in page and not re.search(r"/leaves/\d+/withdraw", page)


def test_who_lost_a_slip_gets_one_and_for_a_forgotten_password_a_second_person_prints_the_code(
    session: Any, app: Any, no_tokens: None
) -> None:
    staff, new, old, chief = (
        make.employee(name, roles=roles)
        for name, roles in (
            ("Staff", ("employee", "hr")), ("New", ("employee",)), ("Old", ("employee",)), ("Chief", ("employee", "management")),
        )
    )  # fmt: skip
    with make.fixture() as op:
        op.get(User, new.user_id).password = None
    client = client_of(app, staff.user_id)

    def ask(person: Any) -> Any:
        return client.post("/people/code", data={"employee": person.id})

    assert ask(new).status_code == 200 and "New" in ask(new).text
    assert ask(old).location == f"/confirmations/code/{old.user_id}"
    given = {"reason": "Forgotten"}
    assert client.post(f"/confirmations/code/{old.user_id}", data=given).status_code == 302
    # Of whoever holds an office an administrator asks, and nobody of HR.
    assert client.post(f"/confirmations/code/{chief.user_id}", data=given).status_code == 404
    assert client.post("/people/code", data={"employee": make.employee("None", account=False).id}).status_code == 422
