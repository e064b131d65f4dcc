"""Text that looks like a moment and is none is shown as it was typed; a request has one moment."""

from dataclasses import replace
from datetime import timedelta

import pytest

from admin.domain.refusals import Invalid
from admin.operations.fields import Field, cleaned
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


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-05T16:00:00Z", "2026-10-06"),
        ("2026-10-05T23:59:59+08:00", "2026-10-05"),
        ("2026-10-05T00:30:00+09:00", "2026-10-04"),
        ("2026-10-05", "2026-10-05"),
        ("2026-10-05T10:00:00", ""),
        ("9999-12-31T23:59:00-14:00", ""),
        ("2026-10-05T99:00:00Z", ""),
    ],
)
def test_a_program_may_say_a_day_as_a_moment_with_its_offset(app, text, day):
    """It is the company's day of it; without an offset nobody could tell whose clock is meant."""
    with app.app_context():
        if day:
            assert cleaned((Field("on", "On", "date"),), {"on": text})["on"].isoformat() == day
        else:
            with pytest.raises(Invalid):
                cleaned((Field("on", "On", "date"),), {"on": text})


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
