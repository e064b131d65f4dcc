"""What is remembered of the last backup, by itself: whoever only asks for it need not load what makes one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from config import Settings

LAST = "last_backup"


@dataclass(frozen=True)
class BackupNote:
    """What is remembered of the last backup, wherever its file has gone."""

    made_at: datetime
    keys: bool


def last_backup(settings: Settings) -> BackupNote | None:
    """When the last backup of this VAR_DIR was made and whether the keys are in it; None where none was."""
    try:
        found = json.loads((settings.var_dir / LAST).read_text(encoding="utf-8"))
        return BackupNote(datetime.fromisoformat(found["made_at"]), bool(found["keys"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
