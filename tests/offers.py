"""What the portal offers somebody on a record, in short words."""

from __future__ import annotations

from datetime import datetime

from admin.access.actor import Actor
from admin.operations import acts


def clause_against(process: str, key: int, action: str, actor: Actor, now: datetime) -> str | None:
    """The clause under which an act is greyed; None where it is open. Fails where it is not offered at all."""
    decision = next(each for each in acts.offered(process, key, actor, now) if each.action == action)
    return decision.refusals[0].clause if decision.refusals else None
