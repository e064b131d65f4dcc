"""The end of a rehearsal, at any time and from wherever it stands (1.2-e)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import MeetingStage
from admin.domain.refusals import N_
from admin.domain.workflow.facts import effect
from admin.domain.workflow.transitions import FINAL_STAGES
from admin.models import Cycle, Meeting, Review
from admin.operations.acts import act
from admin.operations.committee.off_agenda import end_on_agendas
from admin.operations.transaction import Operation, operation
from admin.queries.cycles.cycle_facts import cycle_facts

ENDED = N_("The rehearsal has ended.")


@act("cycle", "end_rehearsal")
def end_rehearsal(cycle_id: int, *, actor: Actor, now: datetime) -> int:
    """HR ends a rehearsal: its open cases and meetings end with it; returns how many cases. Nobody is told of a result.

    Raises `Refused` (1.2-e) for a cycle that counts.
    """
    with operation("end_rehearsal", actor=actor, now=now, clause="1.2-e") as op:
        cycle = op.find(Cycle, cycle_id)
        op.step(cycle, cycle_facts(op.session, cycle, actor, now), "end_rehearsal")
        cycle.closed_at = now
        cases = select(Review).where(Review.cycle_id == cycle.id, Review.stage.not_in(FINAL_STAGES))
        meetings = select(Meeting).where(
            Meeting.cycle_id == cycle.id,
            Meeting.stage.in_((MeetingStage.PLANNED, MeetingStage.OPEN, MeetingStage.CLOSED)),
        )
        # Cases before meetings: a case on an open agenda would otherwise be left between the two.
        ended = op.session.scalars(cases.order_by(Review.id)).all()
        _end(op, "review", ended)
        end_on_agendas(op, ended, ENDED)
        _end(op, "meeting", op.session.scalars(meetings.order_by(Meeting.id)).all())
    return len(ended)


def _end(op: Operation, process: str, rows: Sequence[Any]) -> None:
    op.step_many([(row, effect(process, row.stage, rehearsal=True)) for row in rows], "end_rehearsal", as_system=True)
