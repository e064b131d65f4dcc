"""Text that looks like a moment and is none is shown as it was typed; a request has one moment."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import request

from admin.web.clock import ARRIVED, now
from admin.web.texts import moment_in, translated


@pytest.mark.parametrize("text", ["2026-11-23T10:00:00+99:99", "2026-13-40T99:99", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59-14:00"])
def test_a_moment_that_cannot_be_is_text(app, text):
    assert moment_in(text) is None
    with app.test_request_context():
        assert text in translated("There is no employee with the number %(number)s.", {"number": text})


def test_a_request_has_one_moment_at_which_it_arrived_whatever_the_clock_says_later(app, monkeypatch):
    with app.test_client() as client:
        client.get("/login/")
        arrived = request.environ[ARRIVED]
        monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], portal_now=arrived + timedelta(minutes=1)))
        assert now() == arrived
