"""The database is gone, locked, full or read-only: said clearly with 503, no trace, nothing half."""

from __future__ import annotations

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from admin.models import db


class Broken(Exception):
    """What a driver says of a database that it cannot use."""


@pytest.fixture
def broken(app, signed_in):
    """Clients who have signed in, and then every statement fails as a lost or full database makes it fail."""
    client = signed_in("hr")

    def fail(_connection, _cursor, statement, parameters, _context, _many):
        raise OperationalError(statement, parameters, Broken("database or disk is full: /srv/secret/portal.sqlite3"))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", fail)
    yield client
    event.remove(engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("path", ["/", "/cycles/", "/employees/list/", "/account/"])
def test_a_page_says_that_the_database_cannot_be_used(broken, path):
    answer = broken.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "<h1>" in answer.text and "secret" not in answer.text and "Traceback" not in answer.text


def test_a_form_is_told_that_nothing_was_changed(broken):
    answer = broken.post("/departments/add", data={"code": "X", "name": "X"})
    assert answer.status_code == 503 and "secret" not in answer.text


def test_the_api_and_the_monitor_say_so_in_json(app, bearer):
    headers = bearer("hr")

    def fail(_connection, _cursor, statement, parameters, _context, _many):
        raise OperationalError(statement, parameters, Broken("server closed the connection"))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", fail)
    try:
        client = app.test_client()
        answer, health = client.get("/api/v1/cycles/", headers=headers), client.get("/health")
    finally:
        event.remove(engine, "before_cursor_execute", fail)
    assert (answer.status_code, set(answer.json)) == (503, {"message"})
    assert (health.status_code, health.json["database"]) == (503, "unreachable")


def test_a_full_disk_is_said_in_words_and_gives_back_what_was_typed(app, signed_in, monkeypatch):
    client = signed_in("hr")

    def full(*_given, **_named):
        raise OSError(28, "No space left on device", "/srv/secret/file")

    monkeypatch.setitem(app.view_functions, "DepartmentView.add", full)
    answer = client.post("/departments/add", data={"code": "X", "name": "Written with care"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Written with care" in answer.text and "secret" not in answer.text
