"""A move to a coming day: recorded at every door, seen by HR, carried out on its day, withdrawn before (1.2-g)."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from admin.access.actor import system_actor
from admin.cli import dispatch
from admin.models import ComingMove, Department, Employee, EmployeeChange
from admin.operations.people.moving import follow_moves
from admin.operations.people.people import follow_dates
from tests.conftest import NOW
from tests.operations.importing import rows

COMING = "2026-12-24"
ON_THE_DAY = NOW + timedelta(days=31)
ENGLISH = {"Accept-Language": "en"}


def tick(app: Flask, now: Any) -> int:
    """What timed work does about dates on a day."""
    with app.app_context():
        follow_dates(actor=system_actor("worker"), now=now)
        return follow_moves(actor=system_actor("worker"), now=now)


def place_of(key: int) -> tuple[Any, ...]:
    (row,) = (each[1:] for each in rows(Employee, "id", "department_id", "post", "superior_id") if each[0] == key)
    return row


def test_a_move_to_come_is_seen_by_hr_and_carried_out_on_its_day(
    app: Flask, signed_in: Any, session: Any, centre: SimpleNamespace
) -> None:
    hr, before = signed_in("hr"), place_of(centre.emp1)
    given = {"employee": centre.emp1, "department": centre.other, "post": "Coach", "superior": centre.head1}
    answer = hr.post("/people/move", data={**given, "moved_on": COMING, "reason": "A new line."})
    assert answer.status_code == 303 and place_of(centre.emp1) == before and rows(EmployeeChange, "id") == []
    page = hr.get("/people/", headers=ENGLISH).text
    assert f"from {COMING}" in page and "Coach" in page
    assert tick(app, NOW) == 0
    assert tick(app, ON_THE_DAY) == 1 and tick(app, ON_THE_DAY) == 0
    assert place_of(centre.emp1) == (centre.other, "Coach", centre.head1)
    kept = rows(EmployeeChange, "field", "new", "effective_on", "reason")
    assert [row[2:] for row in kept] == [(date(2026, 12, 24), "A new line.")] * 3
    assert rows(ComingMove, "id") == []


def test_a_move_to_come_is_withdrawn_before_its_day(
    app: Flask, signed_in: Any, session: Any, centre: SimpleNamespace
) -> None:
    hr = signed_in("hr")
    given = {"employee": centre.emp1, "post": "Coach", "moved_on": COMING}
    assert hr.post("/people/move", data=given).status_code == 303
    assert hr.post("/people/move", data=given).status_code == 422  # one move a day: the first is withdrawn first
    ((move,),) = rows(ComingMove, "id")
    assert hr.post(f"/people/{centre.emp2}/moves/{move}/withdraw").status_code == 404
    assert hr.post(f"/people/{centre.emp1}/moves/{move}/withdraw").status_code == 303
    assert rows(ComingMove, "id") == [] and tick(app, ON_THE_DAY) == 0


@pytest.mark.parametrize(
    "given",
    [
        {"post": "Coach", "moved_on": "2019-12-24"},
        {"moved_on": COMING},
        {"post": "x" * 101, "moved_on": COMING},
        {"department": 4711, "moved_on": COMING},
    ],
)
def test_a_move_that_would_be_refused_today_is_not_recorded_for_later(
    signed_in: Any, session: Any, centre: SimpleNamespace, given: dict[str, Any]
) -> None:
    assert signed_in("hr").post("/people/move", data={"employee": centre.emp1, **given}).status_code == 422
    assert rows(ComingMove, "id") == []


def test_nobody_moves_after_leaving_and_a_leavers_move_is_dropped(
    app: Flask, signed_in: Any, session: Any, centre: SimpleNamespace
) -> None:
    hr = signed_in("hr")
    given = {"employee": centre.emp1, "post": "Coach", "moved_on": COMING}
    assert hr.post("/people/move", data=given).status_code == 303
    assert hr.post("/people/left", data={"employee": centre.emp1, "left_on": "2026-12-20"}).status_code == 303
    late = {**given, "moved_on": "2026-12-31"}
    assert hr.post("/people/move", data=late).status_code == 422
    tick(app, ON_THE_DAY)
    assert rows(ComingMove, "id") == [] and place_of(centre.emp1)[1] != "Coach"


def test_a_move_under_somebody_who_has_left_meanwhile_is_named_to_hr_and_stays(
    app: Flask, signed_in: Any, session: Any, centre: SimpleNamespace
) -> None:
    hr = signed_in("hr")
    given = {"employee": centre.emp1, "superior": centre.emp2, "moved_on": "2026-11-23"}
    assert hr.post("/people/move", data={**given, "moved_on": "2026-11-24"}).status_code == 303
    assert hr.post("/people/left", data={"employee": centre.emp2, "left_on": "2026-11-23"}).status_code == 303
    assert "People who will come under them" in hr.get(f"/people/{centre.emp2}/open-work", headers=ENGLISH).text
    assert tick(app, NOW + timedelta(days=1)) == 0
    assert len(rows(ComingMove, "id")) == 1


def test_what_could_not_be_carried_out_stands_on_hrs_home_with_its_reason_on_the_page(
    signed_in: Any, session: Any, centre: SimpleNamespace
) -> None:
    from tests import factories as make

    with make.fixture() as op:
        op.add(ComingMove(employee_id=centre.sup1, superior_id=centre.emp1, moves_on=NOW.date()))
    hr = signed_in("hr")
    assert "1 move could not be carried out" in hr.get("/", headers=ENGLISH).text
    assert "subordinate" in hr.get("/people/", headers=ENGLISH).text


def test_programs_and_the_command_line_record_and_withdraw_by_the_same_act(
    app: Flask,
    bearer: Any,
    client: Any,
    session: Any,
    centre: SimpleNamespace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address, headers = f"/api/v1/employees/{centre.emp1}", bearer("hr")
    body = {"post": "Coach", "moved_on": COMING}
    assert client.post(f"{address}/actions/move", json=body, headers=headers).status_code == 200
    assert client.post(f"{address}/actions/move", json=body, headers=bearer("head1")).status_code == 404
    (move,) = client.get(f"{address}/moves", headers=headers).json["result"]
    assert move["moves_on"] == COMING and move["post"] == "Coach"
    foreign = f"/api/v1/employees/{centre.emp2}/actions/withdraw_move"
    assert client.post(foreign, json={"move": move["id"]}, headers=headers).status_code == 422
    offered = client.get(f"{address}/actions", headers=headers).json["actions"]
    assert {"move", "withdraw_move", "mark_left"} <= {each["name"] for each in offered}
    monkeypatch.setattr("admin.app.create_app", lambda: app)
    file = tmp_path / "move.json"
    file.write_text(json.dumps({"move": move["id"]}))
    asked = ["act", "employees", str(centre.emp1), "withdraw_move", "--as", "hr", "--json", str(file)]
    assert dispatch.main(asked) == 0
    assert rows(ComingMove, "id") == []


def test_the_head_is_named_by_one_act_at_every_door(
    signed_in: Any, bearer: Any, client: Any, session: Any, centre: SimpleNamespace
) -> None:
    from admin.models import AuditEvent

    hr, page = signed_in("hr"), f"/departments/edit/{centre.other}"
    text = hr.get(page).text
    form = dict(re.findall(r'name="(code|name|seen)"[^>]*value="([^"]*)"', text))
    assert hr.post(page, data={**form, "head": centre.emp1}).status_code in (302, 303)
    address, headers = f"/api/v1/departments/{centre.other}", bearer("hr")
    assert client.put(address, json={"head": centre.emp2}, headers=headers).status_code == 200
    assert client.post(f"{address}/actions/name_head", json={"head": centre.emp1}, headers=headers).status_code == 200
    made = client.post("/api/v1/departments/", json={"code": "n", "name": "New", "head": centre.sup1}, headers=headers)
    assert made.status_code == 201
    named = [row for row in rows(AuditEvent, "operation", "record_type", "act") if row[0] == "name_head"]
    assert named == [("name_head", "departments", "update")] * 4
    heads = dict(rows(Department, "id", "head_id"))
    assert (heads[centre.other], heads[made.json["id"]]) == (centre.emp1, centre.sup1)
    assert client.put(address, json={"head": None}, headers=headers).status_code == 200
    assert dict(rows(Department, "id", "head_id"))[centre.other] is None
