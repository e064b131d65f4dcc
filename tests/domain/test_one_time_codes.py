"""One-time codes by the RFC's own examples."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from admin.domain.one_time_codes import app_address, code_at, in_letters, matching_step, step_at

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(seconds, code):
    assert code_at(SECRET, step_at(datetime.fromtimestamp(seconds, UTC))) == code


def test_a_clock_may_be_one_step_ahead_or_behind_and_a_code_is_good_once():
    now = datetime(2027, 3, 1, tzinfo=UTC)
    here = step_at(now)
    given = {step: matching_step(SECRET, code_at(SECRET, step), now, after=0) for step in range(here - 2, here + 3)}
    assert given == {here - 2: None, here - 1: here - 1, here: here, here + 1: here + 1, here + 2: None}
    assert matching_step(SECRET, code_at(SECRET, here), now, after=here) is None
    assert matching_step(SECRET, "", now, after=0) is None


def test_an_app_reads_whose_secret_it_is():
    assert in_letters(b"\0" * 5) == "AAAA AAAA"
    assert app_address(b"\0" * 5, "hr", "Customer Service") == (
        "otpauth://totp/Customer%20Service:hr?secret=AAAAAAAA&issuer=Customer%20Service"
    )
