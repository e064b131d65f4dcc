"""Clients that are signed in, as the tests of the web have them."""

from __future__ import annotations

from tests.web.conftest import bearer, centre, no_tokens, signed_in
from tests.workflow import doing_development

__all__ = ["bearer", "centre", "doing_development", "no_tokens", "signed_in"]
