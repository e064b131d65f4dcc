"""Clients that are signed in as people whom a test has made."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import User
from werkzeug.security import generate_password_hash

from tests import factories as make
from tests.web.conftest import PASSWORD


def client_of(app: Flask, user_id: int | None) -> FlaskClient:
    """A client signed in by the page as this account; forms need no token where the test takes `no_tokens`."""
    with make.fixture() as op:
        user = op.get(User, user_id)
        user.password = generate_password_hash(PASSWORD, "pbkdf2:sha256:1")
        username = user.username
    client = app.test_client()
    answer = client.post("/login/", data={"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return client


def headers_of(app: Flask, user_id: int | None) -> dict[str, str]:
    """The header of this account's token."""
    with make.fixture() as op:
        user = op.get(User, user_id)
        user.password = generate_password_hash(PASSWORD, "pbkdf2:sha256:1")
        username = user.username
    answer = app.test_client().post("/api/v1/security/login", json={"username": username, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json['access_token']}"}
