"""Clients that are signed in, as the tests of the web have them."""

from __future__ import annotations

from tests.web.conftest import bearer, centre, no_tokens, signed_in

__all__ = ["bearer", "centre", "no_tokens", "signed_in"]
