"""Every address × every person: the answer stands in tests/access/matrix*.py, and nothing is left out of it."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from tests.access.matrix import PEOPLE
from tests.web.conftest import PASSWORD, make_centre

TABLES = sorted(path.stem for path in Path(__file__).parent.glob("matrix*.py"))
ROWS = [row for name in TABLES for row in importlib.import_module(f"tests.access.{name}").ROWS]
TEAM = {"sup1": "emp1", "head1": "sup1"}


@pytest.fixture
def doors(app: Flask, no_tokens: None) -> SimpleNamespace:
    """The centre, and for each person a client that is signed in and a token."""
    centre, sessions, tokens = make_centre(app), {}, {}
    for name in PEOPLE[1:]:
        client = app.test_client()
        assert client.post("/login/", data={"username": name, "password": PASSWORD}).status_code == 302
        sessions[name] = client.get_cookie("portal").value
        answer = app.test_client().post("/api/v1/security/login", json={"username": name, "password": PASSWORD})
        tokens[name] = {"Authorization": f"Bearer {answer.json['access_token']}"}
    return SimpleNamespace(app=app, centre=centre, sessions=sessions, tokens=tokens)


def address(pattern: str, person: str, centre: SimpleNamespace) -> str:
    numbers = {
        "absent": 999_999,
        "account": centre.accounts["auditor"],
        "department": centre.centre,
        "own": getattr(centre, person, 999_999),
        "team": getattr(centre, TEAM.get(person, "emp2")),
        "other": centre.outsider,
    }
    return pattern.format(**numbers)


def answer(doors: SimpleNamespace, method: str, path: str, person: str) -> str:
    client, more = doors.app.test_client(), {}
    if path.startswith("/api/"):
        more = {"headers": doors.tokens.get(person, {})} | ({} if method in ("GET", "DELETE") else {"json": {}})
    elif person in doors.sessions:
        client.set_cookie("portal", doors.sessions[person])
    got: Any = client.open(path, method=method, **more)
    return (
        "in"
        if got.status_code == 302 and got.location.startswith("/login/") and path != "/logout/"
        else str(got.status_code)
    )


@pytest.mark.parametrize(
    ("method", "pattern", "cells"), ROWS, ids=[f"{method} {pattern}" for method, pattern, _ in ROWS]
)
def test_everybody_gets_the_answer_that_stands_in_the_table(doors, database, method, pattern, cells):
    expected = dict(zip(PEOPLE, cells.split(), strict=True))
    got = {}
    for person in PEOPLE:
        got[person] = answer(doors, method, address(pattern, person, doors.centre), person)
    assert got == expected


def as_pattern(rule: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"<[^>]+>", "[^/]+", rule) + "$")


def test_every_address_stands_in_the_table(portal):
    listed = {(method, pattern) for method, pattern, _ in ROWS}
    missing = []
    for rule in portal.url_map.iter_rules():
        if rule.endpoint.endswith("static"):
            continue
        for method in sorted(set(rule.methods) - {"HEAD", "OPTIONS"}):
            known = [path for verb, path in listed if verb == method]
            if not any(as_pattern(str(rule)).match(path.replace("{", "").replace("}", "")) for path in known):
                missing.append(f"{method} {rule}")
    assert missing == [], "addresses that nobody listed in tests/access/matrix.py"


def test_the_table_lists_nothing_that_is_not_there(portal):
    rules = [(as_pattern(str(rule)), rule.methods) for rule in portal.url_map.iter_rules()]
    for method, pattern, _ in ROWS:
        path = pattern.replace("{", "").replace("}", "")
        assert any(found.match(path) and method in methods for found, methods in rules), f"{method} {pattern}"
