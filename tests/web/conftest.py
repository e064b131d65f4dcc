"""A small centre with one account for each role, and clients that are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from tests import factories as make
from tests.conftest import NOW
from tests.states import kept

PASSWORD = "correct horse battery"
TOKEN = "WTF_CSRF_ENABLED"


@pytest.fixture
def no_tokens(app: Flask) -> Any:
    """Forms without their token: what is tested is what comes after it."""
    app.config[TOKEN] = False
    yield
    app.config[TOKEN] = True


def make_centre(app: Flask) -> SimpleNamespace:
    """Two teams of one department, accounts for their people and for each account role; answers with their numbers."""
    now = app.config["PORTAL"].now()
    if has_app_context():
        return two_teams(now)
    with app.app_context():
        return two_teams(now)


@kept
def two_teams(now: datetime) -> SimpleNamespace:
    """The centre itself, as it stands at a moment."""
    from admin.access.actor import system_actor
    from admin.models import Department, Employee, db
    from admin.operations.transaction import operation

    made = SimpleNamespace()
    with operation("make_centre", actor=system_actor("cli"), now=now) as op:
        centre = op.add(Department(code="CS", name="客服中心", in_centre=True))
        other = op.add(Department(code="IT", name="資訊部"))
        people = {}
        for number, name, department, superior in (
            ("E1", "head1", centre, None),
            ("E2", "sup1", centre, "head1"),
            ("E3", "emp1", centre, "sup1"),
            ("E4", "emp2", centre, "sup1"),
            ("E5", "outsider", other, None),
        ):
            above = people[superior].id if superior else None
            row = Employee(
                number=number, name=name, department_id=department.id, superior_id=above, hired_on=date(2020, 1, 6)
            )
            people[name] = op.add(row)
        centre.head_id = people["head1"].id
        numbers = {name: row.id for name, row in people.items()}
        made.centre, made.other = centre.id, other.id
    for name, key in numbers.items():
        setattr(made, name, key)
        make.account(name, PASSWORD, ["employee"], person=key)
    made.accounts = {
        name: make.account(name, PASSWORD, [name])
        for name in ("admin", "hr", "management", "auditor", "complaint_officer")
    }
    db.session.remove()
    return made


@pytest.fixture
def centre(app: Flask) -> SimpleNamespace:
    return make_centre(app)


@pytest.fixture
def signed_in(app: Flask, centre: SimpleNamespace, no_tokens: None) -> Callable[[str], FlaskClient]:
    """A function: the client of somebody who has signed in by the page."""

    def sign_in(name: str, password: str = PASSWORD) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/login/", data={"username": name, "password": password})
        assert answer.status_code == 302, answer.text
        return client

    return sign_in


@pytest.fixture
def bearer(app: Flask, centre: SimpleNamespace) -> Callable[[str], dict[str, str]]:
    """A function: the header of somebody who has a token."""

    def headers(name: str, password: str = PASSWORD) -> dict[str, str]:
        answer = app.test_client().post("/api/v1/security/login", json={"username": name, "password": password})
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json['access_token']}"}

    return headers


@pytest.fixture
def clock(app: Flask) -> Iterator[Callable[[timedelta], None]]:
    """A function that moves the portal's clock on from where it stands."""
    stands = app.config["PORTAL"]

    def move(by: timedelta) -> None:
        app.config["PORTAL"] = replace(stands, portal_now=NOW + by)

    yield move
    app.config["PORTAL"] = stands
