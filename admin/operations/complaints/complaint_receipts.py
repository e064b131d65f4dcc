"""Following a complaint up by its receipt, and slowing those down who guess (6.3.1).

Nobody's address is known, so guesses are counted in two ways that hurt nobody else: by the beginning of the code that
was tried, and all wrong ones together. A right code passes unless somebody is trying out codes that begin like it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select

from admin.access.actor import system_actor
from admin.domain.receipts import NOBODYS, grouped, plain_letters, read_receipt, receipt_hash, without_receipts
from admin.domain.refusals import NotFound
from admin.models import Complaint, Throttle, db
from admin.operations.complaints.complaints import cleaned_message, next_receipt, receipt_key
from admin.operations.transaction import Operation, operation
from admin.queries.complaints.complaints import by_receipt

WINDOW = timedelta(minutes=10)
MOST_ALIKE, MOST_IN_ALL = 10, 60
BEGINNING = 4  # characters: 20 bits, so that a guesser gets in the way of one holder in a million


class TooManyGuesses(Exception):
    """Codes were guessed too often; `until` is when the next try is looked at."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


def follow_up(text: str, *, now: datetime) -> Complaint:
    """The complaint to which a receipt belongs, as somebody typed it.

    Wrong, malformed and expired codes cost the same work and raise the same `NotFound`; `TooManyGuesses` when tried
    too often.
    """
    code = read_receipt(text)
    # A malformed code is hashed and looked up as well, so that all wrong ones take the same time.
    complaint = by_receipt(db.session(), receipt_hash(code or NOBODYS, receipt_key()))
    alike, in_all = _key("alike", plain_letters(text)[:BEGINNING]), _key("in all", "")
    counts = _counts(alike, in_all, now)
    # Before the right code passes: otherwise a guesser could go on until it does.
    if until := counts.blocked(alike, MOST_ALIKE):
        raise TooManyGuesses(until)
    # Before the count of all wrong ones: a guesser elsewhere must not lock a holder out.
    if complaint is not None:
        return complaint
    if until := counts.blocked(in_all, MOST_IN_ALL):
        raise TooManyGuesses(until)
    _count(alike, in_all, now)
    raise NotFound("Complaint")


def replaced(text: str, message: str) -> str | None:
    """The code in the place of a receipt that was pasted into this message, where the message was sent before."""
    code = read_receipt(text)
    if code is None or by_receipt(db.session(), receipt_hash(code, receipt_key())) is not None:
        return None
    # As the operation masked it: the code itself is no longer known, so it is named.
    following = next_receipt(code, without_receipts(cleaned_message(message), {code}))
    return grouped(following) if by_receipt(db.session(), receipt_hash(following, receipt_key())) is not None else None


def _key(kind: str, what: str) -> str:
    return hashlib.sha256(receipt_key() + f"\0{kind}\0{what}".encode()).hexdigest()


class _Counts(dict[str, Throttle]):
    def blocked(self, key: str, most: int) -> datetime | None:
        row = self.get(key)
        return row.window_ends_at if row is not None and row.count >= most else None


def _counts(alike: str, in_all: str, now: datetime) -> _Counts:
    rows = db.session.scalars(select(Throttle).where(Throttle.key.in_((alike, in_all)), Throttle.window_ends_at > now))
    return _Counts({row.key: row for row in rows})


def _count(alike: str, in_all: str, now: datetime) -> None:
    with operation("count_guess", actor=system_actor("report"), now=now) as op:
        for key in (alike, in_all):
            add_one(op, key, WINDOW)


def add_one(op: Operation, key: str, window: timedelta) -> None:
    """Count one more under a key, in a window of this length."""
    row = op.session.scalars(select(Throttle).where(Throttle.key == key)).first()
    if row is None:
        row = op.add(Throttle(key=key, count=0, window_ends_at=op.now))
    if row.window_ends_at <= op.now:
        # Windows of a fixed length: with a sliding one a patient guesser would keep it shut for ever.
        row.count, row.window_ends_at = 0, op.now + window
    row.count += 1
