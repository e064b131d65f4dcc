"""One-time codes of an authenticator app (RFC 6238 over RFC 4226: SHA-1, six digits, thirty seconds)."""

from __future__ import annotations

import hmac
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS, DIGITS = 30, 6
DRIFT = 1  # steps that a telephone's clock may be ahead or behind
SECRET_BYTES = 20  # as long as the hash, which RFC 4226 recommends


def step_at(now: datetime) -> int:
    """The number of the thirty seconds that a moment falls into."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The code of one step."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: bytes, code: str, now: datetime, *, after: int) -> int | None:
    """The step whose code this is, within the drift and later than `after`; None where there is none.

    Whoever keeps the step that was used refuses the same code a second time.
    """
    here = step_at(now)
    steps = [step for step in range(here - DRIFT, here + DRIFT + 1) if hmac.compare_digest(code_at(secret, step), code)]
    return next((step for step in steps if step > after), None)


def in_letters(secret: bytes) -> str:
    """The secret as one types it into an app, in groups of four."""
    letters = b32encode(secret).decode().rstrip("=")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def app_address(secret: bytes, account: str, issuer: str) -> str:
    """The address that an app reads from the picture: whose secret it is, and who issued it."""
    given = urlencode({"secret": in_letters(secret).replace(" ", ""), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{given}"
