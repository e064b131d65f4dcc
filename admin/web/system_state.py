"""How the system is, for the administrator's first page: what runs, whether its parts are well, the last backup, the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from admin.files.backup import BackupNote, last_backup
from admin.models import db
from admin.queries.system.audit_chain import chain_head, unsealed
from admin.web import health
from admin.web.clock import settings

MOST_WAITING = 1000  # events that nobody has sealed yet; more are not counted


@dataclass(frozen=True)
class SystemState:
    """`parts` as /health names them; `sealed` events stand in the chain, `waiting` ones not yet."""

    version: str
    migration: str
    parts: Mapping[str, str]
    backup: BackupNote | None
    sealed: int
    waiting: int


def system_state() -> SystemState:
    """The state of this moment."""
    state: dict[str, Any] = health.state()
    session = db.session()
    head = chain_head(session)
    return SystemState(
        version=state["version"], migration=health.revision() or "", parts={part: state[part] for part in health.PARTS},
        backup=last_backup(settings()), sealed=head.sequence if head else 0, waiting=len(unsealed(session, MOST_WAITING)),
    )  # fmt: skip
