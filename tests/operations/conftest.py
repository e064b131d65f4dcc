"""Every test of an operation is also a test of the audit: no row changes without an event in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from admin.models import db
from admin.queries.system.audit_rows import departures
from tests.conftest import ON_POSTGRESQL
from tests.web.conftest import bearer, centre, no_tokens, signed_in

__all__ = ["bearer", "centre", "no_tokens", "signed_in", "watch"]


@pytest.fixture(autouse=True)
def watch(request: pytest.FixtureRequest) -> Iterator[object]:
    """Changed rows held against audit events, commit by commit; None where no database of ours is in play."""
    if ON_POSTGRESQL or "app" not in request.fixturenames:
        yield None
        return
    from tests.operations.watching import watching

    app = request.getfixturevalue("app")
    with app.app_context(), watching() as found:
        yield found
        db.session.rollback()
        faults = departures(db.session(), found.touched(db.session()) | {"history"})
        assert [str(fault) for fault in faults] == [], "events say otherwise than the rows"
    assert found.unseen == [], "rows changed without an audit event in their transaction"
    assert found.invented == [], "events of rows that did not change"
