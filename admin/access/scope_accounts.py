"""Which rows about second factors, about what somebody has asked for, and about deputies an actor may see (6.3-b)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select, true

from admin import models as m
from admin.access.actor import Actor
from admin.access.scope import READERS, scoped, table_of


@scoped(m.SecondFactor)
def factors_seen(actor: Actor) -> ColumnElement[bool]:
    """One's own."""
    return table_of(m.SecondFactor).c.user_id == (actor.user_id or 0)


@scoped(m.SignIn)
def sign_ins_seen(actor: Actor) -> ColumnElement[bool]:
    """One's own."""
    return table_of(m.SignIn).c.user_id == (actor.user_id or 0)


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


@scoped(m.LongWork)
def long_works_seen(actor: Actor) -> ColumnElement[bool]:
    """What one has asked for oneself; HR and auditors read all of it."""
    return true() if actor.has(*READERS) else table_of(m.LongWork).c.recorded_by_id == (actor.user_id or 0)


@scoped(m.LongWorkRefusal)
def long_work_refusals_seen(actor: Actor) -> ColumnElement[bool]:
    """Those of the works that one sees."""
    works = table_of(m.LongWork)
    return table_of(m.LongWorkRefusal).c.work_id.in_(select(works.c.id).where(long_works_seen(actor)).correlate(None))


@scoped(m.Deputy)
def deputies_seen(actor: Actor) -> ColumnElement[bool]:
    """HR and auditors all; whoever stands in or is stood in for their own (3.3-c)."""
    if actor.has(*READERS):
        return true()
    rows, me = table_of(m.Deputy), actor.employee_id or 0
    return or_(rows.c.person_id == me, rows.c.deputy_id == me)
