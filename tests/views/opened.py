"""An open cycle with accounts for everybody in it, and clients that are signed in."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin.web import clock
from tests import factories as make
from tests import reviewing

__all__ = ["as_person", "opened", "set_clock"]
PASSWORD = "correct horse battery"


@pytest.fixture
def opened(app: Flask, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The cycle as HR opened it; the portal's clock stands at that moment."""
    with app.app_context():
        made = reviewing.open_cycle(accounts=False)
        people = {"head": made.head, "sup": made.superior, **{f"emp{i}": key for i, key in enumerate(made.agents)}}
        for name, key in people.items():
            make.account(name, PASSWORD, ["employee"], person=key)
        for role in ("hr", "auditor", "management"):
            make.account(role, PASSWORD, [role])
    set_clock(app, monkeypatch, reviewing.OPENED)
    return made


def set_clock(app: Flask, monkeypatch: pytest.MonkeyPatch, moment: object) -> None:
    """Have the portal's clock stand at a moment."""
    real = clock.now

    def stands_still() -> object:
        return moment

    for name, module in list(sys.modules.items()):
        if name.startswith("admin.") and getattr(module, "now", None) is real:
            monkeypatch.setattr(module, "now", stands_still)


@pytest.fixture
def as_person(app: Flask, opened: SimpleNamespace, no_tokens: None) -> Callable[[str], FlaskClient]:
    """A function: the client of somebody of the open cycle who has signed in by the page."""

    def sign_in(name: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/login/", data={"username": name, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return client

    return sign_in
