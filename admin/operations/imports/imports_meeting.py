"""Where an import meets somebody who edits what it compares its file with: both are kept, one after the other."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from admin.models import AuditEvent, db
from admin.operations.transaction import Operation

# What an import compares a file with and then writes set by set, past the version of each row.
HELD = (
    "LOCK TABLE employees, departments, employee_changes, leaves, grade_intervals, metrics, annual_ratings IN {} MODE"
)
NO_EVENT = -1


def last_event(session: Session) -> int:
    """The number of the last audit event: unchanged means that nothing was changed."""
    return session.scalar(select(func.max(AuditEvent.__table__.c.id))) or 0


def quiet_mark(session: Session) -> int:
    """The last event at a moment at which nobody has an edit of these tables open: what changes them later has a later one.

    On PostgreSQL an event may have been numbered before others and be committed after them. Where somebody holds an edit
    open for long it is a number that no event has, and the file is read once more when it is applied.
    """
    if session.get_bind().dialect.name != "postgresql":
        return last_event(session)
    try:
        with db.engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            connection.execute(text(HELD.format("SHARE")))
            return connection.scalar(select(func.max(AuditEvent.__table__.c.id))) or 0
    except OperationalError:
        return NO_EVENT


def hold_others_off(op: Operation) -> None:
    """Until the commit nobody else changes what an import compares with; who has an edit open is waited for."""
    if op.session.get_bind().dialect.name == "postgresql":
        op.session.execute(text(HELD.format("SHARE ROW EXCLUSIVE")))
