"""Text that looks like a moment and is none is shown as it was typed; a request has one moment."""

from dataclasses import replace
from datetime import timedelta

import pytest

from admin.web.clock import now
from admin.web.texts import moment_in, translated
from tests.factories import NOW


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T10:00:00+99:99",
        "2026-13-40T99:99",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59-14:00",
        "9999-12-31T23:59",
        "0001-01-01T00:00",
    ],
)
def test_a_moment_that_cannot_be_is_text(app, text):
    assert moment_in(text) is None
    with app.test_request_context():
        assert text in translated("There is no employee with the number %(number)s.", {"number": text})


def test_a_request_has_one_moment_at_which_it_arrived_whatever_the_clock_says_later(app, monkeypatch):
    seen = []

    def noted() -> None:
        before = now()
        later = replace(app.config["PORTAL"], portal_now=before + timedelta(minutes=1))
        monkeypatch.setitem(app.config, "PORTAL", later)
        seen.append((before, now()))

    monkeypatch.setitem(app.before_request_funcs, None, [*app.before_request_funcs[None], noted])
    app.test_client().get("/login/")
    assert seen == [(NOW, NOW)]
