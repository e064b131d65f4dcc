"""Who reads amounts of pay: HR, and the person of their own (5.1, 6.3-b). The one place that says so.

Rows of the tables that hold amounts are HR's alone; what a person reads of their own pay comes from `queries.outcome.pay`,
which asks here. In the audit trail, and so in its pages, exports and programs, commitments stand in the place of amounts
(`models.amounts`).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from admin import models as m
from admin.access.actor import Actor
from admin.access.scope import scoped


def sees_amounts(actor: Actor, employee_id: int | None = None) -> bool:
    """Whether the actor may read amounts: everybody's, or, where somebody is named, at least that person's."""
    return actor.has("hr") or (employee_id is not None and actor.employee_id == employee_id)


@scoped(m.PayBand, m.PayList, m.PayListRow)
def amounts_seen(actor: Actor) -> ColumnElement[bool]:
    """HR's. The auditor finds in the trail who made which list when, and no amount (6.3-b)."""
    return true() if sees_amounts(actor) else false()
