"""The one moment at which a cycle's figures are locked, and what has waited for it (3.2-a2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import CycleStage
from admin.domain.refusals import P_
from admin.models import Cycle
from admin.operations.acts import act
from admin.operations.cases.figures_lock import lock, lock_if_due
from admin.operations.cases.ratings import carry_waiting, complete_overdue, waiting_for_completion
from admin.operations.many import Many, Turn, nothing, whole
from admin.operations.transaction import operation
from admin.queries.cycles.cycle_facts import cycle_facts
from admin.queries.system.long_work import cases_named


def _begin_freezing(turn: Turn) -> None:
    op, cycle = turn.op, turn.record
    lock_if_due(op, cycle)
    op.step(cycle, cycle_facts(op.session, cycle, op.actor, op.now), "freeze_figures")
    lock(op, cycle, op.now)


FREEZE = Many(
    "freeze_figures",
    "3.2-a2",
    waiting_for_completion,
    carry_waiting,
    cases_named,
    P_(
        "%(count)s case that waited for the figures is scored on them and goes on to its department.",
        "%(count)s cases that waited for the figures are scored on them and go on to their department.",
    ),
    begin=_begin_freezing,
    again=nothing,  # they are locked; what was refused is scored on them now
    stoppable=False,
)


@act("cycle", "freeze_figures", many=FREEZE)
def freeze_figures(cycle_id: int, *, actor: Actor, now: datetime) -> int:
    """HR locks the figures before the deadline, once all have handed in; returns how many waiting cases were scored.

    Raises `Refused` (3.2-a2): locked already, or somebody has not handed in yet.
    """
    return whole(FREEZE, cycle_id, Cycle, {}, actor=actor, now=now).done


def freeze_due(*, actor: Actor, now: datetime) -> int:
    """Timed: every cycle whose self-assessment deadline has passed and that is not locked yet; returns how many.

    What waited for the figures goes on then, in transactions of its own.
    """
    with operation("freeze_due_figures", actor=actor, now=now, clause="3.2-a2") as op:
        due = select(Cycle).where(Cycle.stage == CycleStage.OPEN, Cycle.metrics_frozen_at.is_(None))
        cycles = op.session.scalars(due.where(Cycle.self_assessment_due <= now).order_by(Cycle.id)).all()
        for cycle in cycles:
            lock_if_due(op, cycle)
    if cycles:
        complete_overdue(actor=actor, now=now)
    return len(cycles)
