"""Publishing the notice site and recording that it is live (rules.md 3.3.5-c, d)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import config
from admin.access.actor import Actor, acting_as
from admin.models import db
from admin.operations.outcome.notices import record_publication
from admin.operations.system.audit import seal
from admin.queries.outcome.public_snapshot import public_snapshot
from admin.queries.system.audit_chain import chain_head
from admin.queries.system.calendar import company_day
from notice_site.site import Publication, current_release, digest_of, publish


def publish_site(
    *,
    actor: Actor,
    clock: Callable[[], datetime],
    out: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Publication:
    """Make the snapshot, publish it, and record what is live and since when.

    Built with the end of the period as it is if published today; should midnight pass meanwhile, it is built again.
    Publishing twice changes nothing: the digest decides.
    """
    settings = config.current()
    while True:
        began = clock()
        seal(actor=actor, now=began)
        with acting_as(actor):
            snapshot = public_snapshot(db.session(), began)
            db.session().rollback()
        done = publish(snapshot, settings.var_dir, out=out, progress=progress)
        at = clock()
        if company_day(at) == company_day(began):
            break
    if out is None:
        numbers = [notice["number"] for notice in snapshot["notices"] if notice["state"] == "current"]
        digest = digest_of(snapshot)
        record_publication(done.release, digest, done.files, numbers, actor=actor, printed_at=began, published_at=at)
    return done


def publish_head(*, actor: Actor, now: datetime) -> int:
    """Timed: once a day the published head of the audit chain moves on, though nothing else on the site changes."""
    settings = config.current()
    live, head = current_release(settings.var_dir), chain_head(db.session())
    db.session().rollback()
    if live is None or head is None:
        return 0
    published = _published_head(live)
    if published is not None:
        day = company_day(datetime.fromisoformat(published["at"]))
        if published["sequence"] == head.sequence or day >= company_day(now):
            return 0
    publish_site(actor=actor, clock=lambda: now)
    return 1


def _published_head(live: Publication) -> dict[str, Any] | None:
    path = live.path / "head.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
