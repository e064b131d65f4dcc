"""The small centre of tests/web, with one account for each role, for tests of pages."""

from __future__ import annotations

from tests.views.opened import as_person, opened
from tests.web.conftest import bearer, centre, no_tokens, signed_in

__all__ = ["as_person", "bearer", "centre", "no_tokens", "opened", "signed_in"]
