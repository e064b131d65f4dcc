"""Work that a writer's browser does before a form is taken, and the waiting that stands in its place (6.3.1).

The form carries a stamp: when it was opened and a number by chance, signed. The browser looks for a number that makes the
hash of stamp, words and number begin with so many zero bits; so each text costs work of its own, and nothing has to be
kept about anybody. Without a script the stamp's age is what a sender pays with.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

BITS = 17  # some 130,000 hashes: a second or so, a few on a telephone
LIFETIME = timedelta(hours=12)
WAIT, LONGEST_WAIT = timedelta(seconds=60), timedelta(minutes=30)
CROWD = 20  # so many who waited within ten minutes make everybody wait once more
LONGEST_PROOF = 20
HASH_BITS = 256


def new_stamp(now: datetime, key: bytes) -> str:
    """The stamp of a form that is opened now."""
    said = f"{int(now.timestamp())}.{secrets.token_urlsafe(12)}"
    return f"{said}.{_signature(said, key)}"


def opened_at(stamp: str, key: bytes, now: datetime) -> datetime | None:
    """When the form of this stamp was opened; None where it is none of ours, or too old."""
    said, _dot, signature = stamp.rpartition(".")
    seconds = said.partition(".")[0]
    if not seconds.isascii() or not seconds.isdigit() or not hmac.compare_digest(signature, _signature(said, key)):
        return None
    opened = datetime.fromtimestamp(int(seconds), UTC)
    # A minute ahead is another machine's clock.
    return opened if -timedelta(minutes=1) <= now - opened <= LIFETIME else None


def _signature(said: str, key: bytes) -> str:
    return hmac.new(key, f"stamp\0{said}".encode(), hashlib.sha256).hexdigest()


def is_solved(stamp: str, proof: str, words: str, bits: int) -> bool:
    """Whether this number solves the stamp for these words."""
    if not proof.isascii() or not proof.isdigit() or len(proof) > LONGEST_PROOF:
        return False
    digest = hashlib.sha256((_prefix(stamp, words) + proof).encode()).digest()
    return int.from_bytes(digest) >> (HASH_BITS - bits) == 0


def solved(stamp: str, words: str, bits: int) -> str:
    """The number that a browser would find; for tests and programs that file."""
    number = 0
    while not is_solved(stamp, str(number), words, bits):
        number += 1
    return str(number)


def _prefix(stamp: str, words: str) -> str:
    said = words.replace("\r\n", "\n").encode(errors="replace")
    # Half a hash, so that each try of the browser is one block.
    return hashlib.sha256(f"{stamp}.{hashlib.sha256(said).hexdigest()}".encode()).hexdigest()[:32] + "."


def wait_needed(crowd: int) -> timedelta:
    """How old a stamp has to be where no work was done; longer where many come this way at once, and never for ever."""
    return min(WAIT * (1 + crowd // CROWD), LONGEST_WAIT)
