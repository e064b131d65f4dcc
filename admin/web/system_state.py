"""How the system is, for the administrator's first page: what runs, whether its parts are well, the last backup, the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from admin.files.backup_note import BackupNote, last_backup
from admin.models import db
from admin.queries.system.audit_chain import newest_seal
from admin.web import health
from admin.web.clock import settings


@dataclass(frozen=True)
class SystemState:
    """`parts` as /health names them; `sealed`: how many events stand in the chain, and since when the last."""

    version: str
    migration: str
    parts: Mapping[str, str]
    backup: BackupNote | None
    sealed: tuple[int, datetime] | None


def system_state() -> SystemState:
    """The state of this moment."""
    state = health.state()
    return SystemState(
        version=state["version"], migration=health.revision() or "", parts={part: state[part] for part in health.PARTS},
        backup=last_backup(settings()), sealed=newest_seal(db.session()),
    )  # fmt: skip
