"""An import killed at any moment leaves what was before, or all of it; a second run completes it."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import Any

import pytest
from flask import Flask

from admin.models import Department, Employee, Import, db
from admin.models.audit import AuditEvent
from tests.databases import Database
from tests.operations.importing import bring, count

TIMES = 20
TABLES = (Employee, Department, Import, AuditEvent)


def many_people() -> bytes:
    """A file large enough that most moments of its import are in the middle of it."""
    lines = [
        f"{n:05},員工{n},客服中心/第{n % 20}組,專員,2020-01-06,{'' if n < 50 else f'{n % 50 + 1:05}'}"
        for n in range(1, 2501)
    ]
    return "\n".join(["工號,姓名,部門,崗位,入職日期,直屬上級", *lines]).encode()


def import_in_child(app: Flask, data: bytes) -> int:
    """The import in a process of its own; its number."""
    child = os.fork()
    if child:
        return child
    try:
        with app.app_context():
            db.engine.dispose(close=False)  # the parent's connections are the parent's
            bring("employees", data)
    finally:
        os._exit(0)


def counts(app: Flask) -> tuple[int, ...]:
    with app.app_context():
        found = tuple(count(table) for table in TABLES)
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the forked child only imports
def test_killed_at_random_moments_an_import_is_before_or_after(app: Flask, database: Database) -> None:
    data, chance = many_people(), random.Random(20261123)
    before = counts(app)
    began = time.monotonic()
    os.waitpid(import_in_child(app, data), 0)
    took, after = time.monotonic() - began, counts(app)
    assert after[0] - before[0] == 2500 and after[3] > before[3] + 2500
    seen: dict[Any, int] = {before: 0, after: 0}
    for _ in range(TIMES):
        database.restore()
        child = import_in_child(app, data)
        time.sleep(chance.uniform(0, took * 1.1))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = counts(app)
        assert found in seen, f"half an import: {found}"
        seen[found] += 1
    assert seen[before] > 3
    with app.app_context():
        bring("employees", data)
        db.session.remove()
    assert counts(app)[:3] == after[:3]
