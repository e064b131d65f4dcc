"""Text that looks like a moment and is none is shown as it was typed."""

import pytest

from admin.web.texts import moment_in, translated


@pytest.mark.parametrize("text", ["2026-11-23T10:00:00+99:99", "2026-13-40T99:99", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59-14:00"])
def test_a_moment_that_cannot_be_is_text(app, text):
    assert moment_in(text) is None
    with app.test_request_context():
        assert text in translated("There is no employee with the number %(number)s.", {"number": text})
