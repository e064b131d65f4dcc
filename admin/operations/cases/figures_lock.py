"""Locking the figures of a cycle, once and for all of its cases (3.2-a2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from admin.domain.codes import CycleKind
from admin.models import Cycle
from admin.operations.transaction import Operation
from admin.queries.cases.scoring import figures_locked, frozen_on, queue_sums
from admin.queries.cycles.cycle_facts import cycle_facts


def lock_if_due(op: Operation, cycle: Cycle) -> None:
    """Lock the figures where the self-assessment deadline has passed and timed work has not come to it yet.

    Proceedings of one case have nobody to wait for: theirs are locked when the score is first asked for.
    """
    # Whoever comes first after the deadline locks: a worker that was down must not let scores differ (3.2-a2).
    due = figures_locked(cycle, op.now)
    if cycle.metrics_frozen_at is None and (due or cycle.kind == CycleKind.SINGLE):
        op.locked(select(Cycle).where(Cycle.id == cycle.id)).one()  # somebody else's request may have come to it first
        if cycle.metrics_frozen_at is None:
            facts = cycle_facts(op.session, cycle, op.actor, op.now, lock_due=True, figures_locked=False)
            op.step(cycle, facts, "freeze_figures", as_system=True)
            # As at the deadline, however late it is carried out: what was imported since belongs to nobody's score.
            lock(op, cycle, min(op.now, cycle.self_assessment_due))


def lock(op: Operation, cycle: Cycle, at: datetime) -> None:
    """From this moment on every case of the cycle is measured on these figures of its queue."""
    cycle.metrics_frozen_at = at
    sums = queue_sums(op.session, cycle.period_from, frozen_on(cycle))
    # The sums, not the mean: figures of people outside the cycle would otherwise move the mean later. As text, for
    # JSON has no decimals.
    cycle.frozen_queues = {queue: {code: str(value) for code, value in each.items()} for queue, each in sums.items()}
    op.session.flush()
