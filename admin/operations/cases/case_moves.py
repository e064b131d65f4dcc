"""One step of many cases at once: stage, history, audit events and messages in a few statements (policy.md 3.3.5, 3.3.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from admin.models import Employee, HistoryStep, Notification, Review
from admin.models.audit import plain
from admin.operations.transaction import Operation


@dataclass(frozen=True)
class Move:
    """The step: its action and stages as the workflow table has them, who takes it under which clause, and the reason."""

    action: str
    from_stage: str
    to_stage: str
    relation: str
    clause: str
    reason: str


def move_cases(op: Operation, keys: Sequence[int], move: Move, facts: Mapping[str, Any], **noted: str) -> None:
    """Take the step on all of these cases and tell their employees; `noted` joins what the audit events say."""
    if not keys:
        return
    op.session.execute(insert(HistoryStep), [_step(op, key, move) for key in keys])
    op.session.execute(
        update(Review)
        .where(Review.id.in_(keys))
        .values(stage=move.to_stage, stage_since=op.now, version=Review.version + 1),
        execution_options={"synchronize_session": False},
    )
    op.session.expire_all()
    changes = {"stage": [move.from_stage, move.to_stage], "stage_since": [None, plain(op.now)]}
    changes |= {name: [None, value] for name, value in noted.items()}
    op.note_many(("update", "reviews", key, changes) for key in keys)
    _tell_subjects(op, keys, move.action, dict(facts))


def _step(op: Operation, key: int, move: Move) -> dict[str, Any]:
    return {
        "process": "review",
        "record_id": key,
        "action": move.action,
        "from_stage": move.from_stage,
        "to_stage": move.to_stage,
        "actor_id": op.actor.user_id,
        "actor_name": op.actor.name,
        "relation": move.relation,
        "clause": move.clause,
        "reason": move.reason,
        "happened_at": op.now,
    }


def _tell_subjects(op: Operation, keys: Sequence[int], action: str, facts: dict[str, Any]) -> None:
    subjects = (
        select(Review.id, Employee.user_id)
        .join(Employee, Employee.id == Review.employee_id)
        .where(Review.id.in_(keys), Employee.user_id.is_not(None))
    )
    told = [
        {
            "user_id": user,
            "process": "review",
            "action": action,
            "record_id": key,
            "facts": facts,
            "created_at": op.now,
        }
        for key, user in op.session.execute(subjects)
    ]
    if told:
        op.session.execute(insert(Notification), told)
