"""What filing a complaint costs: the browser's work, or waiting (6.3.1). Nothing is kept about whoever sends."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select

from admin.access.actor import system_actor
from admin.domain import work
from admin.domain.refusals import N_, Invalid
from admin.models import Throttle, db
from admin.operations.complaints.complaint_receipts import WINDOW, add_one
from admin.operations.complaints.complaints import receipt_key
from admin.operations.transaction import operation

CROWDED = "waited"


def stamp(now: datetime) -> str:
    """The stamp of a form that is opened now."""
    return work.new_stamp(now, receipt_key())


def check_paid(given: str, proof: str, words: str, *, now: datetime) -> bool:
    """Whether a form was paid for by waiting (True) or by work (False).

    Raises `Invalid` (`work`) where neither is done yet, where the form is too old, and where it was sent before by waiting.
    """
    opened = work.opened_at(given, receipt_key(), now)
    if opened is None:
        raise Invalid({"work": N_("This form was open for too long. Nothing is lost: please send it once more.")})
    if work.is_solved(given, proof, words, work.BITS):
        return False
    left = work.wait_needed(_count(_key(CROWDED), now)) - (now - opened)
    if left.total_seconds() > 0 or _count(_key(given), now):
        seconds = max(1, int(left.total_seconds()) + 1)
        raise Invalid({"work": _WAIT}, {"seconds": seconds})
    return True


_WAIT = N_(
    "Your browser runs no script, so the form takes its time instead: please send it again in %(seconds)s seconds. "
    "Nothing is lost."
)


def spend(given: str, *, now: datetime) -> None:
    """A form that was paid for by waiting is taken once, and makes the crowd of those who wait larger."""
    with operation("spend_stamp", actor=system_actor("report"), now=now) as op:
        add_one(op, _key(CROWDED), WINDOW)
        add_one(op, _key(given), work.LIFETIME)


def _key(what: str) -> str:
    return hashlib.sha256(receipt_key() + f"\0work\0{what}".encode()).hexdigest()


def _count(key: str, now: datetime) -> int:
    query = select(Throttle.count).where(Throttle.key == key, Throttle.window_ends_at > now)
    return db.session.scalar(query) or 0
