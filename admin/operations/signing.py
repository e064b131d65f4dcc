"""Signing again: what cannot be taken back asks once more who it is that does it, whatever door it comes by (6.3-b)."""

from __future__ import annotations

from datetime import datetime, timedelta

from admin.access.actor import Actor

FRESH = timedelta(minutes=10)


class SignAgain(Exception):
    """Somebody who signed in a while ago does what asks for the password again: nothing was done yet."""


def require_signature(actor: Actor, now: datetime) -> None:
    """Raise `SignAgain` where the actor has not proved a moment ago who they are.

    Nobody signs at the command line and in timed work: whoever has the machine has more than any password.
    """
    if actor.proved_at is not None and not timedelta() <= now - actor.proved_at <= FRESH:
        raise SignAgain("sign again")
