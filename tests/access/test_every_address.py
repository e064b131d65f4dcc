"""What holds of every address there is, whatever it shows: the traps of that a new screen could spring."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from admin.models import AuditEvent, Model, db
from config import ROOT
from tests.access.asking import ask
from tests.access.conftest import put_back
from tests.access.test_matrix import ROWS
from tests.access.world import World
from tests.databases import Database

READS = sorted({row.path for row in ROWS if row.method == "GET" and not row.path.startswith("/static/")})
WRITES = sorted({(row.method, row.path.partition("?")[0]) for row in ROWS if row.method != "GET"})
FORMS = [path for method, path in WRITES if not path.startswith("/api/")]


def contents(world: World) -> dict[str, list[Any]]:
    """Every row of every table but the audit trail, in which reading of sensitive records leaves events."""
    tables = [table for table in Model.metadata.sorted_tables if table.name != AuditEvent.__tablename__]
    with world.app.app_context(), db.engine.connect() as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}


def acts(world: World) -> set[str]:
    """What the audit trail says was done."""
    with world.app.app_context(), db.engine.connect() as connection:
        table = AuditEvent.__table__
        last = connection.execute(select(func.max(table.c.id))).scalar() or 0
        found = connection.execute(select(table.c.act).where(table.c.id > world.at.get("seen", 0)))
        world.at["seen"] = last
        return set(found.scalars())


@pytest.mark.parametrize("person", ["employee", "superior", "hr", "chair", "auditor", "nobody"])
def test_a_get_changes_nothing(standing: World, database: Database, person: str) -> None:
    acts(standing)
    before = contents(standing)
    for path in READS:
        ask(standing, "GET", path, person)
    assert contents(standing) == before
    assert acts(standing) <= {"read", "export"}
    put_back(standing, database)


@pytest.mark.parametrize("person", ["employee", "superior", "hr"])
def test_a_head_is_no_form_that_was_sent(standing: World, database: Database, person: str) -> None:
    acts(standing)
    before = contents(standing)
    client = standing.app.test_client()
    client.set_cookie("portal", standing.sessions[person])
    for path in READS:
        client.head(standing.address(path)).close()
    assert contents(standing) == before
    assert acts(standing) <= {"read", "export"}
    put_back(standing, database)


ARGUMENTS = sorted({
    name
    for folder in ("admin/views", "admin/web")
    for file in (ROOT / folder).rglob("*.py")
    for name in re.findall(r"request\.(?:args|values)\.get(?:list)?\(\"(\w+)\"", file.read_text(encoding="utf-8"))
})  # fmt: skip


@pytest.mark.parametrize("value", ["\0", "9" * 23, "²", "-1", "9999-12-31", "\ufffd{{7*7}}%(x)s"])
def test_no_argument_of_an_address_makes_a_fault(standing: World, value: str) -> None:
    assert {"q", "page", "year", "notice"} <= set(ARGUMENTS)
    asked, faults = urlencode(dict.fromkeys(ARGUMENTS, value)), {}
    for path in READS:
        answer = ask(standing, "GET", f"{path.partition('?')[0]}?{asked}", "hr")
        if answer.status.startswith("5"):
            faults[path] = answer.status
    assert faults == {}


@pytest.mark.parametrize("person", ["employee", "hr", "management", "chair"])
def test_without_its_token_no_form_is_taken(standing: World, person: str) -> None:
    before = contents(standing)
    answers = {path: ask(standing, "POST", path, person).status for path in FORMS}
    assert {path: status for path, status in answers.items() if status != "400"} == {}
    assert contents(standing) == before


def test_the_token_of_somebody_else_is_taken_nowhere(standing: World) -> None:
    foreign = standing.app.test_client()
    foreign.set_cookie("portal", standing.sessions["employee"])
    token = foreign.get("/account/").text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    taken = []
    for path in FORMS:
        client = standing.app.test_client()
        client.set_cookie("portal", standing.sessions["hr"])
        with client.post(standing.address(path), data={"csrf_token": token}) as got:
            taken += [path] if got.status_code != 400 else []
    assert taken == []


def test_a_cookie_alone_opens_nothing_of_the_api(standing: World) -> None:
    opened = []
    for row in ROWS:
        if row.path.startswith("/api/") and not row.path.endswith("/security/login"):
            client = standing.app.test_client()
            client.set_cookie("portal", standing.sessions["hr"])
            with client.open(standing.address(row.path), method=row.method) as got:
                opened += [str(row)] if got.status_code != 401 else []
    assert opened == []


@pytest.mark.parametrize("name", ["order", "filter", "columns"])
def test_a_list_of_the_api_tells_nothing_by_columns_that_it_does_not_show(standing: World, name: str) -> None:
    asked = {
        "order": "(order_column:determined_grade_id,order_direction:asc)",
        "filter": "(filters:!((col:score,opr:gt,value:0)))",
        "columns": "(columns:!(id,score,proposed_grade_id))",
    }[name]
    for resource in ("reviews", "appeals", "grade_changes", "employees"):
        answer = ask(standing, "GET", f"/api/v1/{resource}/?q={asked}", "employee")
        told = answer.status == "200" and any(column in answer.text for column in ("score", "proposed_grade"))
        assert answer.status in ("200", "400") and not told, resource
