"""Publishing the notice site and recording that it is live (rules.md 3.3.5-c, d)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import config
from admin.access.actor import Actor, acting_as
from admin.models import db
from admin.operations.notices import record_publication
from admin.queries.public_snapshot import public_snapshot
from notice_site.site import Publication, digest_of, publish


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
        with acting_as(actor):
            snapshot = public_snapshot(db.session(), began)
            db.session().rollback()
        done = publish(snapshot, settings.var_dir, out=out, progress=progress)
        at = clock()
        if at.astimezone(settings.portal_tz).date() == began.astimezone(settings.portal_tz).date():
            break
    if out is None:
        numbers = [notice["number"] for notice in snapshot["notices"] if notice["state"] == "current"]
        digest = digest_of(snapshot)
        record_publication(done.release, digest, done.files, numbers, actor=actor, printed_at=began, published_at=at)
    return done
