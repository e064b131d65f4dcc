"""Publishing the notice site and recording that it is live (3.3.5-c, d)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import config
from admin.access.actor import Actor, acting_as
from admin.models import db
from admin.operations.outcome.notices import end_notices, record_publication
from admin.operations.system.audit import seal
from admin.queries.outcome.public_snapshot import public_snapshot
from admin.queries.outcome.site import running_numbers
from admin.queries.system.calendar import company_day
from notice_site.site import Publication, digest_of, publish, take_down


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
        # First, and by itself: names whose time is over must go even if everything after this fails (3.3.5-d).
        take_down_ended(actor=actor, now=began)
        # The head that the site publishes has to cover what the site prints.
        seal(actor=actor, now=began)
        with acting_as(actor):
            snapshot = public_snapshot(db.session(), began)
            db.session().rollback()
        done = publish(snapshot, settings.var_dir, out=out, progress=progress)
        at = clock()
        # A list says on which day it was published; built over midnight it would name yesterday.
        if company_day(at) == company_day(began):
            break
    # Published into another folder it is not the site, and nothing begins to run by it.
    if out is None:
        numbers = [notice["number"] for notice in snapshot["notices"] if notice["state"] == "current"]
        digest = digest_of(snapshot)
        record_publication(done.release, digest, done.files, numbers, actor=actor, printed_at=began, published_at=at)
    return done


def take_down_ended(*, actor: Actor, now: datetime) -> int:
    """Timed: lists whose period is over go from the disk, then it is recorded; returns how many notices ended.

    Reading and deleting are all it takes, so neither a snapshot that is not fit nor a full disk keeps names public.
    """
    with acting_as(actor):
        running = running_numbers(db.session(), now)
        db.session().rollback()
    take_down(running, config.current().var_dir)
    return end_notices(actor=actor, now=now)
