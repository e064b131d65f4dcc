"""An import killed at any moment leaves what was before, or all of it; a second run completes it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from admin.models import Department, Employee, Import, db
from admin.models.audit import AuditEvent
from tests.databases import Database
from tests.killing import FORKS, finished, killed, moments
from tests.operations.importing import bring

TIMES = 20
TABLES = (Employee, Department, Import, AuditEvent)


def many_people() -> bytes:
    """A file large enough that most moments of its import are in the middle of it."""
    lines = [
        f"{n:05},員工{n},客服中心/第{n % 20}組,專員,2020-01-06,{'' if n < 50 else f'{n % 50 + 1:05}'}"
        for n in range(1, 2501)
    ]
    return "\n".join(["工號,姓名,部門,崗位,入職日期,直屬上級", *lines]).encode()


def counts(app: Flask) -> tuple[int, ...]:
    """Rows of each table, at one moment: a server may still carry out a commit of a client that is dead."""
    each = [select(func.count()).select_from(table.__table__).scalar_subquery() for table in TABLES]
    with app.app_context():
        found = tuple(db.session.connection().execute(select(*each)).one())
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.mark.slow
@pytest.mark.filterwarnings(FORKS)
def test_killed_at_twenty_moments_an_import_is_before_or_after(app: Flask, database: Database) -> None:
    data = many_people()

    def work() -> None:
        with app.app_context():
            db.engine.dispose(close=False)  # the parent's connections are the parent's
            bring("employees", data)

    before = counts(app)
    whole, after = finished(work), counts(app)
    assert after[0] - before[0] == 2500 and after[3] > before[3] + 2500
    seen = {before: 0, after: 0}
    for moment in moments(whole, TIMES, seed=20261123):
        database.restore()
        killed(work, moment)
        found = counts(app)
        assert found in seen, f"half an import: {found}"
        seen[found] += 1
    assert seen[before] > 3  # else hardly a run was killed in time and the test says nothing
    with app.app_context():
        bring("employees", data)
        db.session.remove()
    assert counts(app)[:3] == after[:3]
