"""What holds of every address there is, whatever it shows: the traps of that a new screen could spring."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from config import ROOT
from tests.access.asking import ask
from tests.access.test_matrix import ROWS, pattern
from tests.access.traces import nothing_written
from tests.access.world import PEOPLE, World

WRITES = sorted({(row.method, row.path.partition("?")[0]) for row in ROWS if row.method != "GET"})
FORMS = [path for method, path in WRITES if not path.startswith("/api/")]


def first_shown() -> dict[str, str]:
    """One address of each page that only shows something, with somebody who is shown it; HR where they are."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for person in ("hr", *PEOPLE):
        for row in ROWS:
            if row.method == "GET" and row.answers[person] == "200" and not row.path.startswith("/static/"):
                found.setdefault(pattern(row), (row.path, person))
    return dict(found.values())


EACH = first_shown()


@pytest.mark.sqlite_enough
def test_a_head_is_no_form_that_was_sent(standing: World) -> None:
    """HEAD is answered as GET is, of which the matrix holds that it writes nothing, whoever asks."""
    with nothing_written(standing):
        for path, person in EACH.items():
            assert ask(standing, "HEAD", path, person).status == "200", path


ARGUMENTS = sorted({
    name
    for folder in ("admin/views", "admin/web")
    for file in (ROOT / folder).rglob("*.py")
    for name in re.findall(r"request\.(?:args|values)\.get(?:list)?\(\"(\w+)\"", file.read_text(encoding="utf-8"))
})  # fmt: skip


TOLD_BY_SQL = ["\0", "9" * 23, "9999-12-31"]
TOLD_BEFORE = [pytest.param(each, marks=pytest.mark.sqlite_enough) for each in ("²", "-1", "\ufffd{{7*7}}%(x)s")]


@pytest.mark.parametrize("value", [*TOLD_BY_SQL, *TOLD_BEFORE])
def test_no_argument_of_an_address_makes_a_fault(standing: World, value: str) -> None:
    assert {"q", "page", "year", "notice"} <= set(ARGUMENTS)
    asked, faults = urlencode(dict.fromkeys(ARGUMENTS, value)), {}
    for path, person in EACH.items():
        answer = ask(standing, "GET", f"{path.partition('?')[0]}?{asked}", person)
        if answer.status.startswith("5"):
            faults[path] = answer.status
    assert faults == {}


@pytest.mark.sqlite_enough
@pytest.mark.parametrize("person", ["employee", "hr", "management", "chair"])
def test_without_its_token_no_form_is_taken(standing: World, person: str) -> None:
    with nothing_written(standing):
        answers = {path: ask(standing, "POST", path, person).status for path in FORMS}
    assert {path: status for path, status in answers.items() if status != "400"} == {}


@pytest.mark.sqlite_enough
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


@pytest.mark.sqlite_enough
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
