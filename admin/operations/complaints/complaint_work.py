"""What filing a complaint costs: the browser's work, or waiting (6.3.1). Nothing is kept about whoever sends."""

from __future__ import annotations

from datetime import datetime, timedelta

from admin.domain import work
from admin.domain.refusals import N_, Invalid
from admin.operations.accounts.throttle import Counter, Locked, Once, Window, counted, take
from admin.operations.complaints.complaint_receipts import VIA, WINDOW
from admin.operations.complaints.complaints import receipt_key
from admin.queries.system.calendar import morning

WAITING = Counter("waited", "", Window(10**9, WINDOW))  # counted to make waits longer; nobody is refused for good


def stamp(now: datetime) -> str:
    """The stamp of a form that is opened now."""
    return work.new_stamp(now, receipt_key())


def check_paid(given: str, proof: str, words: str, *, now: datetime) -> bool:
    """Whether a form was paid for by waiting (True) or by work (False).

    Raises `Invalid` (`work`) where neither is done yet and where the form is too old.
    """
    opened = work.opened_at(given, receipt_key(), now)
    if opened is None:
        raise Invalid({"work": N_("This form was open for too long. Nothing is lost: please send it once more.")})
    if work.is_solved(given, proof, words, work.BITS):
        return False
    _refuse_early(opened, counted(WAITING, now), now)
    return True


def _refuse_early(opened: datetime, crowd: int, now: datetime) -> None:
    left = work.wait_needed(crowd) - (now - opened)
    if left.total_seconds() > 0:
        raise Invalid({"work": _WAIT}, {"seconds": int(left.total_seconds()) + 1})


_WAIT = N_(
    "Your browser runs no script, so the form takes its time instead: please send it again in %(seconds)s seconds. "
    "Nothing is lost."
)


def spend(given: str, *, now: datetime) -> None:
    """Within the filing: a form that was paid for by waiting is taken once, and makes the crowd of those who wait larger.

    Raises `Invalid` (`work`) where it was taken before, or has not waited long enough for those who came meanwhile: asked
    under the lock of its counts, so that many at once are counted one by one. What is kept of a form ends with the day on
    which it could be used no more; of when it came that tells the day (6.3-d).
    """
    opened = work.opened_at(given, receipt_key(), now)
    assert opened is not None  # `check_paid` has looked
    over = morning(opened + work.LIFETIME) + timedelta(days=1)
    try:
        crowd = take([WAITING, Counter("spent stamp", given, Once(over))], now, VIA)[WAITING]
    except Locked as used:
        raise Invalid({"work": N_("This form was already received. To write something else, open it again.")}) from used
    _refuse_early(opened, crowd - 1, now)
