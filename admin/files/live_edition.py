"""Whether the site stands as it was published last: asked before anything is loaded that only an edition needs.

Loading tables, rules and all that an edition is made with takes longer than everything else that a publication does where
nothing has changed. What the pages hang on is written down beside them: code, settings, the newest event of the trail
(whatever changes a row that they are made from writes one), the list of heads, and until when no period ends and no
day begins. Where anything is otherwise, or cannot be told, the site is looked at whole.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from datetime import datetime, time, timedelta
from typing import Any

from admin.files.code_mark import CODE, code_mark
from admin.files.whole import write_whole
from config import PRINTED, Settings
from notice_site import release
from notice_site.release import HEADS, REGISTER, Place

NOTE = "live_edition.json"
MADE_BY = (*CODE, "notice_site/**/*.*", "mkdocs.yml", "requirements.txt")
STATE = (
    "SELECT id, content_hash FROM audit_events ORDER BY id DESC LIMIT 1",
    "SELECT id, content FROM published_heads ORDER BY id DESC LIMIT 1",
    "SELECT release FROM publications ORDER BY id DESC LIMIT 1",
)
# Of these the trail tells nothing when their work ends (`long_works`), or others may still write below the newest event.
MOVING = "SELECT id FROM notices WHERE stage = 'publishing' LIMIT 1"
OTHERS_WRITE = "SELECT 1 WHERE pg_snapshot_xmin(pg_current_snapshot()) <> pg_snapshot_xmax(pg_current_snapshot())"


@dataclass(frozen=True)
class LiveEdition:
    """An edition that is live: what it hangs on, and between which moments it stays right by the clock."""

    release: str
    files: int
    mark: str
    since: str
    until: str


def mark_of(settings: Settings) -> str | None:
    """What tells this state of everything that the site is made from; None where it may change unseen, or is not there."""
    try:
        state = _asked(settings)
        heads = Place.of(settings.var_dir).home / HEADS
        listed = hashlib.sha256(heads.read_bytes()).hexdigest() if heads.exists() else ""
    except Exception:  # each database has faults of its own; whoever looks at the site whole names them
        return None
    if state is None:
        return None
    printed = [str(getattr(settings, each.name)) for each in fields(settings) if each.metadata["name"] in PRINTED]
    facts = [code_mark(MADE_BY), settings.database_url, printed, listed, state]
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()


def _asked(settings: Settings) -> list[Any] | None:
    if settings.sqlite:
        address = f"{settings.sqlite_file.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=1)) as base:
            return None if base.execute(MOVING).fetchone() else [base.execute(each).fetchone() for each in STATE]
    import psycopg  # where there is one alone

    with psycopg.connect(settings.database_url.replace("+psycopg", "", 1)) as server:
        moving = [server.execute(each).fetchone() for each in (MOVING, OTHERS_WRITE)]
        return None if any(moving) else [server.execute(each).fetchone() for each in STATE]


def note_edition(
    mark: str, snapshot: Mapping[str, Any], name: str, files: int, now: datetime, settings: Settings
) -> None:
    """The edition of this snapshot is live and recorded, and what it hangs on reads as `mark`."""
    here = now.astimezone(settings.portal_tz)
    midnight = datetime.combine(here.date() + timedelta(days=1), time(), settings.portal_tz)
    ends = [datetime.fromisoformat(each["ends_at"]) for each in snapshot["notices"] if each["state"] == "current"]
    found = LiveEdition(name, files, mark, now.isoformat(), min([midnight, *ends]).isoformat())
    write_whole(Place.of(settings.var_dir).home / NOTE, json.dumps(asdict(found)))


def unchanged(settings: Settings, now: datetime) -> LiveEdition | None:
    """The edition that is live, where nothing has changed since; None where the site has to be looked at."""
    place = Place.of(settings.var_dir)
    try:
        found = LiveEdition(**json.loads((place.home / NOTE).read_text(encoding="utf-8")))
        in_time = datetime.fromisoformat(found.since) <= now < datetime.fromisoformat(found.until)
        stands = in_time and _lies_there(place, found)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return found if stands and mark_of(settings) == found.mark else None


def _lies_there(place: Place, found: LiveEdition) -> bool:
    """Whether that edition is the live one, whole, with nothing else beside it, and no names were written elsewhere."""
    live = place.live()
    if live is None or not release.is_whole(live) or (place.home / REGISTER).exists():
        return False
    if any(place.home.glob("building-*")) or any(each.name != live.name for each in place.releases.iterdir()):
        return False
    facts = json.loads((live / "release.json").read_text(encoding="utf-8"))
    return facts["release"] == found.release and (live / "site" / "heads.js").is_file()
