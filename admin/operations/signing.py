"""Signing again: what cannot be taken back asks once more who it is that does it, whatever door it comes by (6.3-b)."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta

from admin.access.actor import Actor
from admin.domain.refusals import N_, Refusal, Refused
from admin.domain.workflow.signed import SIGNED

FRESH = timedelta(minutes=10)


class SignAgain(Exception):
    """Somebody who signed in a while ago does what asks for the password again: nothing was done yet."""


def require_signature(actor: Actor, now: datetime) -> None:
    """Raise `SignAgain` where the actor has not proved a moment ago who they are.

    Nobody signs at the command line and in timed work: whoever has the machine has more than any password.
    """
    if actor.proved_at is not None and not timedelta() <= now - actor.proved_at <= FRESH:
        raise SignAgain("sign again")


def require_signature_for(steps: Set[tuple[str, str]], actor: Actor, now: datetime) -> None:
    """The same where one of these steps (process, action) is among those that cannot be taken back."""
    if steps & SIGNED:
        require_signature(actor, now)


def refuse_viewer(actor: Actor) -> None:
    """Raise `Refused` (6.3-b) for whoever looks at the portal as somebody else: nothing is changed in that person's name."""
    if actor.viewed_by is not None:
        raise Refused(Refusal("6.3-b", N_("Nothing can be changed while you view the portal as another person.")))
