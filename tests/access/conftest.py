"""The same centre as the tests of the web."""

from tests.web.conftest import bearer, centre, no_tokens, signed_in

__all__ = ["bearer", "centre", "no_tokens", "signed_in"]
