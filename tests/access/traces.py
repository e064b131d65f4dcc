"""What requests leave behind in the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from admin.models import AuditEvent, db
from tests.access.world import World
from tests.web.counting import statements

WRITTEN = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
TRAIL = AuditEvent.__table__


def newest(world: World) -> int:
    """The number of the audit trail's newest event."""
    with world.app.app_context(), db.engine.connect() as connection:
        return connection.execute(select(func.max(TRAIL.c.id))).scalar() or 0


@contextmanager
def nothing_written(world: World) -> Iterator[None]:
    """What happens inside writes to no table but the audit trail, and there only that something was read or exported."""
    before = newest(world)
    with statements(world.app) as sent:
        yield
    written = {found[1] for each in sent if (found := WRITTEN.match(each))}
    assert written <= {TRAIL.name}
    if written:
        with world.app.app_context(), db.engine.connect() as connection:
            acts = set(connection.execute(select(TRAIL.c.act).where(TRAIL.c.id > before)).scalars())
        assert acts <= {"read", "export"}
