"""The one moment at which a cycle's figures are locked, and what has waited for it (3.2-a2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import CycleStage
from admin.models import Cycle
from admin.operations.acts import act
from admin.operations.cases.figures_lock import lock, lock_if_due
from admin.operations.cases.ratings import complete_waiting
from admin.operations.transaction import operation
from admin.queries.cycles.cycle_facts import cycle_facts


@act("cycle", "freeze_figures")
def freeze_figures(cycle_id: int, *, actor: Actor, now: datetime) -> int:
    """HR locks the figures before the deadline, once all have handed in; returns how many waiting cases were scored.

    Raises `Refused` (3.2-a2): locked already, or somebody has not handed in yet.
    """
    with operation("freeze_figures", actor=actor, now=now, clause="3.2-a2") as op:
        cycle = op.find(Cycle, cycle_id)
        lock_if_due(op, cycle)
        op.step(cycle, cycle_facts(op.session, cycle, actor, now), "freeze_figures")
        lock(op, cycle, now)
        return complete_waiting(op, cycle)


def freeze_due(*, actor: Actor, now: datetime) -> int:
    """Timed: every cycle whose self-assessment deadline has passed and that is not locked yet; returns how many."""
    with operation("freeze_due_figures", actor=actor, now=now, clause="3.2-a2") as op:
        due = select(Cycle).where(Cycle.stage == CycleStage.OPEN, Cycle.metrics_frozen_at.is_(None))
        cycles = op.session.scalars(due.where(Cycle.self_assessment_due <= now).order_by(Cycle.id)).all()
        for cycle in cycles:
            lock_if_due(op, cycle)
            complete_waiting(op, cycle)
    return len(cycles)
