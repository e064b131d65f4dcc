"""Stored files that were found altered when somebody asked for them, and whether they still are (6.3.3)."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.models import AuditEvent

ALTERED_FILES = "altered_files"  # what the trail calls them: no table, for nothing of it is a row
EVENTS = AuditEvent.__table__


def is_the_one(data: bytes, sha256: str) -> bool:
    """Whether bytes are those with this hash."""
    return hmac.compare_digest(hashlib.sha256(data).hexdigest(), sha256)


def found_before(session: Session, key: int, name: str, met: str) -> bool:
    """Whether the trail has it already that this file was met with these bytes."""
    query = select(EVENTS.c.changes).where(EVENTS.c.record_type == ALTERED_FILES, EVENTS.c.record_id == key)
    return any(
        changes["file"][1] == name and changes["sha256"][1] == met for changes in session.connection().scalars(query)
    )


def still_altered(session: Session, var_dir: Path) -> list[str]:
    """The names of files below VAR_DIR that were found altered and have not been put back since."""
    query = select(EVENTS.c.changes).where(EVENTS.c.record_type == ALTERED_FILES).order_by(EVENTS.c.id)
    expected = {changes["file"][1]: changes["sha256"][0] for changes in session.connection().scalars(query)}
    return [
        name
        for name, sha256 in expected.items()
        if not ((path := var_dir / name).is_file() and is_the_one(path.read_bytes(), sha256))
    ]
