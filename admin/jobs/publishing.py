"""Publishing the notice site and recording that it is live (3.3.5-c, d)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

import config
from admin.access.actor import Actor, acting_as
from admin.domain.witness import standing
from admin.files import heads
from admin.files.live_edition import mark_of, note_edition
from admin.models import db
from admin.operations.outcome.notices import ask_for_site, end_notices, record_publication
from admin.operations.system.audit import seal
from admin.operations.system.witness import publish_head
from admin.queries.outcome.public_snapshot import public_snapshot
from admin.queries.outcome.site import PATIENCE, live_release, running_numbers
from admin.queries.system.calendar import company_day
from notice_site import release
from notice_site.edition import slug
from notice_site.release import Place
from notice_site.site import Publication, current_release, digest_of, lists_on, publish, take_down


def publish_site(
    *,
    actor: Actor,
    clock: Callable[[], datetime],
    out: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Publication:
    """Make the snapshot, publish it, and record what is live and since when.

    Built with the end of the period as it is if published today; should midnight pass meanwhile, it is built again.
    Publishing twice changes nothing: the digest decides. Raises `Refused` (6.3.3) where the audit trail does not extend
    the last published head: then only what has ended comes down.
    """
    # One publication at a time from its snapshot to its record: made from an older state it must not follow a newer one.
    with release.locked(Place.of(config.current().var_dir, out)):
        done, snapshot, mark, began, at = _put_live(actor, clock, out, progress)
        # Published into another folder it is not the site, and nothing begins to run by it.
        if out is None:
            numbers = [notice["number"] for notice in snapshot["notices"] if notice["state"] == "current"]
            digest = digest_of(snapshot)
            record_publication(
                done.release, digest, done.files, numbers, actor=actor, printed_at=began, published_at=at,
                head=snapshot["head"],
            )  # fmt: skip
            _note_edition(mark, snapshot, done, actor, clock)
    return done


def _note_edition(
    mark: str | None, snapshot: dict[str, Any], done: Publication, actor: Actor, clock: Callable[[], datetime]
) -> None:
    """What this edition hangs on is written down, so that the next publication knows without looking (`files.live_edition`).

    Recording it has written events of its own: then the snapshot is made once more, or what others wrote meanwhile would
    count as printed.
    """
    settings = config.current()
    if (now := mark_of(settings)) != mark:
        with acting_as(actor):
            snapshot = public_snapshot(db.session(), clock())
            db.session().rollback()
    if now is not None and digest_of(snapshot) == done.digest:
        with suppress(OSError):  # the site is live and recorded; without the note it is looked at whole once more
            note_edition(now, snapshot, done.release, len(done.files), clock(), settings)


def _put_live(
    actor: Actor, clock: Callable[[], datetime], out: Path | None, progress: Callable[[str], None]
) -> tuple[Publication, dict[str, Any], str | None, datetime, datetime]:
    """Publish what there is now; the snapshot with it, what it hangs on, the moment that its lists print, and when they were live."""
    while True:
        began = clock()
        # First, and by itself: names whose time is over must go even if everything after this fails (3.3.5-d).
        take_down_ended(actor=actor, now=began)
        # The head that the site publishes has to cover what the site prints.
        seal(actor=actor, now=began)
        if out is None:
            publish_head(actor=actor, now=began)
        mark = mark_of(config.current())  # before: what is written from here on may be missing in the snapshot
        with acting_as(actor):
            snapshot = public_snapshot(db.session(), began)
            db.session().rollback()
        var_dir = config.current().var_dir
        lines = heads.read(var_dir)
        standing(lines)  # into another folder too: a list that cannot be read is refused in words
        done = publish(snapshot, var_dir, out=out, heads=lines, progress=progress)
        at = clock()
        # A list says on which day it was published; built over midnight it would name yesterday.
        if company_day(at) == company_day(began):
            return done, snapshot, mark, began, at


def take_down_ended(*, actor: Actor, now: datetime) -> int:
    """Timed: lists whose period is over go from the disk, then it is recorded; returns how many notices ended.

    Reading and deleting are all it takes, so neither a snapshot that is not fit nor a full disk keeps names public.
    """
    with acting_as(actor):
        running = running_numbers(db.session(), now)
        db.session().rollback()
    take_down(running, config.current().var_dir)
    return end_notices(actor=actor, now=now)


def keep_the_site(*, actor: Actor, now: datetime) -> int:
    """Timed: a site that is not the one that should be live is made again; returns how many publications it asked for."""
    with acting_as(actor):
        fault = site_fault(db.session(), now)
        db.session().rollback()
    return ask_for_site(actor=actor, now=now) if fault else 0


def site_fault(session: Session, now: datetime) -> str:
    """What is wrong with the folder of the site: it is gone, it is another one than the database knows, or it holds a
    list whose period was over `PATIENCE` ago; "" where it is right, or nothing was published yet."""
    expected = live_release(session)
    if expected is None:
        return ""
    folder = config.current().var_dir
    found = current_release(folder)
    if found is None:
        return "gone"
    # First: names that should be gone harm somebody, whichever release holds them (3.3.5-d).
    running = {*running_numbers(session, now), *running_numbers(session, now - PATIENCE)}
    if lists_on(folder) - {slug(number) for number in running}:
        return "take-down overdue"
    return "" if found.release == expected else "not the one that the database knows"
