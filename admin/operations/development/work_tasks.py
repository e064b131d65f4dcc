"""The table of work by grade: what held on a day that is over stays as it was (6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.centre import CLAUSE, HeldDays, why_not_held
from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.models import WorkTask
from admin.operations.system.reference import add_record, rule
from admin.operations.transaction import Operation
from admin.queries.development.training import ladder_places

DELETING = f"delete_{WorkTask.__tablename__}"
FIXED = ("code", "title", "about", "lowest_grade_id", "highest_grade_id", "valid_from")


def add_work_task(data: Mapping[str, Any], *, actor: Actor, now: datetime) -> WorkTask:
    """Add a row to the table of work by grade, as its page does. Raises `Invalid`."""
    row: WorkTask = add_record(WorkTask, data, actor=actor, now=now)
    return row


@rule(WorkTask)
def dated(op: Operation, row: WorkTask, old: Mapping[str, Any]) -> None:
    """A row that has begun changes in its last day alone, and that one only from today on; rows of one work never overlap."""
    if row.code is not None:
        row.code = row.code.strip()
    begun = bool(old) and old["valid_from"] <= op.today
    if begun and op.name == DELETING:
        raise Refused(Refusal(CLAUSE, N_("This row is in force or over. Enter a last day instead of deleting it.")))
    if begun and any(getattr(row, name) != old[name] for name in FIXED):
        reason = N_(
            "This row is in force or over: only its last day can change. Add a new row for what holds from then on."
        )
        raise Invalid({"valid_from": reason})
    if begun and row.valid_to != old["valid_to"] and _over(op, row, old):
        raise Invalid({"valid_to": N_("A day that is over stays as it was. Choose today or a later day.")})
    if row.valid_from is None or not row.code:
        return
    others = select(WorkTask.valid_from, WorkTask.valid_to).where(
        WorkTask.code == row.code, WorkTask.id != (row.id or 0)
    )
    if wrong := why_not_held(
        HeldDays(row.valid_from, row.valid_to), [HeldDays(*each) for each in op.session.execute(others)]
    ):
        raise Invalid(wrong)
    places = ladder_places(op.session, max(op.today, row.valid_from))
    low, high = (places.get(key or 0) for key in (row.lowest_grade_id, row.highest_grade_id))
    if low is not None and high is not None and low > high:
        raise Invalid({"highest_grade": N_("The highest grade is below the lowest one.")})


def _over(op: Operation, row: WorkTask, old: Mapping[str, Any]) -> bool:
    ends = [each for each in (row.valid_to, old["valid_to"]) if each is not None]
    return any(each < op.today for each in ends)
