"""Following a complaint up by its receipt, and slowing those down who guess (6.3.1).

Nobody's address is known, so guesses are counted in two ways that hurt nobody else: by the beginning of the code that
was tried, and all wrong ones together. A right code passes unless somebody is trying out codes that begin like it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from admin.domain.receipts import NOBODYS, grouped, plain_letters, read_receipt, receipt_hash, without_receipts
from admin.domain.refusals import NotFound
from admin.models import Complaint, db
from admin.operations.accounts.throttle import Counter, Window, give_back, take
from admin.operations.complaints.complaints import cleaned_message, next_receipt, receipt_key
from admin.queries.complaints.complaints import by_receipt

VIA = "report"
WINDOW = timedelta(minutes=10)
BEGINNING = 4  # characters: 20 bits, so that a guesser gets in the way of one holder in a million
ALIKE, IN_ALL = Window(10, WINDOW), Window(60, WINDOW)


def follow_up(text: str, *, now: datetime) -> Complaint:
    """The complaint to which a receipt belongs, as somebody typed it.

    Wrong, malformed and expired codes cost the same work and raise the same `NotFound`; `Locked` when tried too often.
    """
    code = read_receipt(text)
    alike = [Counter("receipt", plain_letters(text)[:BEGINNING], ALIKE)]
    # Before the right code passes: otherwise a guesser could go on until it does. Taken before it is looked at, so that of
    # many guesses at once no more are answered than one after another.
    take(alike, now, VIA)
    # A malformed code is hashed and looked up as well, so that all wrong ones take the same time.
    complaint = by_receipt(db.session(), receipt_hash(code or NOBODYS, receipt_key()))
    if complaint is not None:
        give_back(alike, now, VIA)
        return complaint
    # Of all wrong ones only wrong ones are counted: a guesser elsewhere must not lock a holder out.
    take([Counter("receipts", "", IN_ALL)], now, VIA)
    raise NotFound("Complaint")


def replaced(text: str, message: str) -> str | None:
    """The code in the place of a receipt that was pasted into this message, where the message was sent before."""
    code = read_receipt(text)
    if code is None or by_receipt(db.session(), receipt_hash(code, receipt_key())) is not None:
        return None
    # As the operation masked it: the code itself is no longer known, so it is named.
    following = next_receipt(code, without_receipts(cleaned_message(message), {code}))
    return grouped(following) if by_receipt(db.session(), receipt_hash(following, receipt_key())) is not None else None
