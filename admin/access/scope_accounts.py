"""Which rows about second factors an actor may see (6.3-b)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from admin import models as m
from admin.access.actor import Actor
from admin.access.scope import scoped, table_of


@scoped(m.SecondFactor)
def factors_seen(actor: Actor) -> ColumnElement[bool]:
    """One's own."""
    return table_of(m.SecondFactor).c.user_id == (actor.user_id or 0)


@scoped(m.RecoveryCode)
def recovery_codes_seen(actor: Actor) -> ColumnElement[bool]:
    """Nobody's: operations ask for them."""
    return false()


@scoped(m.SecondFactorReset)
def resets_seen(actor: Actor) -> ColumnElement[bool]:
    """Those who may ask for one or decide on it, and auditors; whoever's it is sees their own."""
    if actor.has("admin", "hr", "management", "auditor"):
        return true()
    return table_of(m.SecondFactorReset).c.user_id == (actor.user_id or 0)
