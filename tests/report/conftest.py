"""The complaint form as a client without a browser sees it, over the database of the test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin.models import db
from admin.report.app import Forgetting, flask_app
from config import Settings

HERE = "http://localhost"
WORDS = {"subject": "unfair_conduct", "content": "主管在評分前就說好了結果。", "named": "no"}


@pytest.fixture(scope="session")
def report(settings: Settings, portal: Flask) -> Flask:
    """The application, made once."""
    made = flask_app(settings)
    made.wsgi_app = Forgetting(made.wsgi_app)  # type: ignore[method-assign]
    made.test_client_class = portal.test_client_class
    return made


@pytest.fixture
def channel(report: Flask, app: Flask) -> Iterator[FlaskClient]:
    """A client of the complaint form that keeps no cookies."""
    yield report.test_client(use_cookies=False)
    with report.app_context():
        db.engine.dispose()


@pytest.fixture
def send(channel: FlaskClient) -> Callable[..., Any]:
    """A function: post a form as the page's own browser would."""

    def post(path: str, data: dict[str, str], **headers: str) -> Any:
        return channel.post(path, data=data, headers={"Origin": HERE, **headers})

    return post


def receipt_in(text: str) -> str:
    """The receipt code that a page shows."""
    found = re.search(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}", text)
    assert found, text
    return found[0]
