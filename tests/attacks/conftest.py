"""The small centre and its people, as the tests of the web have them."""

from __future__ import annotations

from tests.web.conftest import bearer, centre, clock, no_tokens, signed_in

__all__ = ["bearer", "centre", "clock", "no_tokens", "signed_in"]
