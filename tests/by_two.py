"""What changes the basis of a result, done by two in tests: one of HR proposes it, a second confirms it (6.1-a)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor
from admin.models import Confirmation, db
from admin.models.accounts import User
from admin.operations.accounts.confirmations import confirm
from admin.operations.seconding import Proposed, done_by_two
from admin.queries.accounts.actors import actor_named
from admin.queries.system.calendar import company_day
from tests import factories as make
from tests.factories import NOW


def confirmed(propose: Callable[[], Any], second: Actor, now: datetime) -> int:
    """Propose by this call and let the second confirm; the number of the confirmation. Fails where nothing was put down."""
    try:
        propose()
    except Proposed as waits:
        return confirm(waits.confirmation_id, actor=second, now=now).id
    raise AssertionError("this was done by one person")


def as_confirmed(verb: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """The verb as confirming carries it out, for tests of what it then does and answers."""
    with done_by_two():
        return verb(*args, **named)


def second_confirms(now: datetime = NOW) -> int:
    """A second of HR confirms whatever waits; how many that were."""
    if db.session.scalar(select(User.id).where(User.username == "second-of-hr")) is None:
        make.account("second-of-hr", "A brand new one 9", ["hr"])
    second = actor_named(db.session(), "second-of-hr", today=company_day(now), via="web")
    open_ = select(Confirmation.id).where(Confirmation.stage == "proposed").order_by(Confirmation.id)
    keys = list(db.session.scalars(open_.execution_options(unscoped=True)))
    for key in keys:
        confirm(key, actor=second, now=now)
    return len(keys)
