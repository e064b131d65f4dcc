"""The complaint form as a client without a browser sees it, over the database of the test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin.domain import work
from admin.models import db
from admin.operations.complaints.complaint_work import stamp
from admin.report.app import Forgetting, flask_app
from config import Settings, current

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
def send(channel: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A function: post a form as the page's own browser would, after little work."""
    monkeypatch.setattr(work, "BITS", 3)

    def post(path: str, data: dict[str, str], **headers: str) -> Any:
        if path == "/report/" and "stamp" not in data:
            data = paid_for(data)
        return channel.post(path, data=data, headers={"Origin": HERE, **headers})

    return post


def paid_for(data: dict[str, Any]) -> dict[str, Any]:
    """The form as a browser sends it that has done the work."""
    given = stamp(current().now())
    db.session.rollback()  # it asked for the key's mark: what the requests write has to be read afterwards
    proof = work.solved(given, f"{data.get('content', '')}\0{data.get('accused', '')}", work.BITS)
    return {**data, "stamp": given, "proof": proof}


def receipt_in(text: str) -> str:
    """The receipt code that a page shows."""
    found = re.search(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}", text)
    assert found, text
    return found[0]
