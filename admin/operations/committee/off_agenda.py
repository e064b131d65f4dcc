"""What leaves a committee's agenda with what it was about: cases that end, meetings of a cycle that is over (3.3.4, 1.2-d)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from admin.domain.codes import ItemState, MeetingStage, MotionState
from admin.domain.workflow.facts import Facts
from admin.models import AgendaItem, Cycle, Meeting, Review
from admin.operations.transaction import Operation
from admin.queries.system.chunks import chunks


def take_off(item: AgendaItem, reason: str, clause: str = "3.3.4") -> None:
    """Take a case off an agenda; its open motion falls."""
    # The item stays: the minutes say what was on the agenda, and why a case went off it.
    item.state = ItemState.TAKEN_OFF
    item.deferral = {"clause": clause, "reason": reason.strip(), "facts": {}}
    for motion in item.motions:
        if motion.state == MotionState.OPEN:
            motion.state = MotionState.WITHDRAWN


def end_on_agendas(op: Operation, cases: Iterable[Review], reason: str) -> None:
    """Cases that have ended are voted on by nobody: each goes off the agenda on which it still waits (1.2-d)."""
    for some in chunks([case.id for case in cases]):
        waiting = select(AgendaItem).join(Meeting, Meeting.id == AgendaItem.meeting_id)
        waiting = waiting.where(AgendaItem.review_id.in_(some), AgendaItem.state == ItemState.PENDING)
        for item in op.session.scalars(waiting.where(Meeting.stage.in_((MeetingStage.PLANNED, MeetingStage.OPEN)))):
            take_off(item, reason, "1.2-d")
    op.session.flush()


def end_meetings(op: Operation, cycle: Cycle, reason: str) -> Sequence[Meeting]:
    """Cancel the planned meetings of a cycle that is over; one on whose agenda another's case waits is held for it (3.3.4)."""
    waits = select(AgendaItem.id).where(AgendaItem.meeting_id == Meeting.id, AgendaItem.state == ItemState.PENDING)
    planned = select(Meeting).where(Meeting.cycle_id == cycle.id, Meeting.stage == MeetingStage.PLANNED)
    meetings = op.session.scalars(planned.where(~waits.exists()).order_by(Meeting.id)).all()
    # Whoever ends the cycle cancels them: the table's own row, with its reason and those whom it tells.
    known = {"attempt": True, "reason": reason}
    relations = frozenset(op.actor.roles & {"hr"}) or frozenset({"hr"} if op.actor.is_system else ())
    op.step_many([(each, Facts("meeting", each.stage, relations, known)) for each in meetings], "cancel", reason=reason)
    return meetings
