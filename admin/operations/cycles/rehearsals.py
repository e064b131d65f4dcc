"""The end of a rehearsal, at any time and from wherever it stands (1.2-e)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from admin.access.actor import Actor
from admin.domain.codes import MeetingStage
from admin.domain.refusals import N_, P_, Refusal
from admin.domain.workflow.facts import effect
from admin.domain.workflow.transitions import FINAL_STAGES
from admin.models import Cycle, Meeting, Review
from admin.operations.acts import act
from admin.operations.cases.ratings import reviews_by_key
from admin.operations.committee.off_agenda import end_on_agendas
from admin.operations.many import Many, Turn, nothing, whole
from admin.operations.transaction import Operation
from admin.queries.cycles.cycle_facts import cycle_facts
from admin.queries.system.long_work import cases_named

ENDED = N_("The rehearsal has ended.")


def _begin(turn: Turn) -> None:
    op, cycle = turn.op, turn.record
    op.step(cycle, cycle_facts(op.session, cycle, op.actor, op.now), "end_rehearsal")
    cycle.closed_at = op.now


def _not_ended(turn: Turn) -> Select[Any]:
    return select(Review.id).where(Review.cycle_id == turn.record.id, Review.stage.not_in(FINAL_STAGES))


def _end_cases(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    # Cases before meetings: a case on an open agenda would otherwise be left between the two.
    cases = reviews_by_key(turn.op, keys)
    _end(turn.op, "review", cases)
    end_on_agendas(turn.op, cases, ENDED)
    return {}


def _end_meetings(turn: Turn) -> None:
    meetings = select(Meeting).where(
        Meeting.cycle_id == turn.record.id,
        Meeting.stage.in_((MeetingStage.PLANNED, MeetingStage.OPEN, MeetingStage.CLOSED)),
    )
    _end(turn.op, "meeting", turn.op.session.scalars(meetings.order_by(Meeting.id)).all())


END = Many(
    "end_rehearsal",
    "1.2-e",
    _not_ended,
    _end_cases,
    cases_named,
    P_(
        "%(count)s case ends with the rehearsal; no one is told of a result.",
        "%(count)s cases end with the rehearsal; no one is told of a result.",
    ),
    begin=_begin,
    again=nothing,  # it has ended; what is still open of it ends now
    end=_end_meetings,
    stoppable=False,
)


@act("cycle", "end_rehearsal", many=END)
def end_rehearsal(cycle_id: int, *, actor: Actor, now: datetime) -> int:
    """HR ends a rehearsal: its open cases and meetings end with it; returns how many cases. Nobody is told of a result.

    Raises `Refused` (1.2-e) for a cycle that counts.
    """
    return whole(END, cycle_id, Cycle, {}, actor=actor, now=now).done


def _end(op: Operation, process: str, rows: Sequence[Any]) -> None:
    op.step_many([(row, effect(process, row.stage, rehearsal=True)) for row in rows], "end_rehearsal", as_system=True)
