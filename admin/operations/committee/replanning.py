"""A meeting that has not begun: moved to another time, cancelled, a case taken off its agenda (3.3.4)."""

from __future__ import annotations

from datetime import datetime

from admin.access.actor import Actor
from admin.domain.refusals import N_, Invalid
from admin.models import AgendaItem, Meeting
from admin.operations.acts import REASON, Field, act
from admin.operations.committee.meetings import ITEM, REVIEW, item_of
from admin.operations.committee.off_agenda import take_off
from admin.operations.transaction import operation
from admin.queries.committee.meeting_facts import agenda, item_facts, meeting_facts


@act("meeting", "reschedule", Field("scheduled_at", N_("Planned for"), "moment"), REASON)
def reschedule(meeting_id: int, scheduled_at: datetime, reason: str, *, actor: Actor, now: datetime) -> Meeting:
    """Move a planned meeting to another time; its people are told. Raises `Invalid` for a past time, `Refused`."""
    # Before the operation: a wrong field needs no transaction, and no lock.
    if scheduled_at < now:
        raise Invalid({"scheduled_at": N_("A meeting is planned for a time to come.")})
    with operation("reschedule", actor=actor, now=now, clause="3.3.4") as op:
        meeting = op.find(Meeting, meeting_id)
        facts = meeting_facts(op.session, meeting, actor, op.today, attempt=True, reason=reason)
        message = {"meeting": meeting.number, "scheduled_at": scheduled_at.isoformat()}
        op.step(meeting, facts, "reschedule", reason=reason, message=message)
        meeting.scheduled_at = scheduled_at
        return meeting


@act("meeting", "cancel", REASON)
def cancel_meeting(meeting_id: int, reason: str, *, actor: Actor, now: datetime) -> Meeting:
    """Cancel a planned meeting; its cases wait for another one, its people are told. Raises `Refused`."""
    with operation("cancel_meeting", actor=actor, now=now, clause="3.3.4") as op:
        meeting = op.find(Meeting, meeting_id)
        facts = meeting_facts(op.session, meeting, actor, op.today, attempt=True, reason=reason)
        op.step(meeting, facts, "cancel", reason=reason, message={"meeting": meeting.number})
        for item in agenda(op.session, meeting):
            take_off(item, reason)
        return meeting


@act("meeting", "take_off_agenda", ITEM, REVIEW, REASON)
def take_off_agenda(
    meeting_id: int,
    reason: str,
    *,
    item_id: int | None = None,
    review_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> AgendaItem:
    """Take a case off the agenda before its ballot opens; it waits for another meeting, or for this one again.

    Raises `Refused` (3.3.4) without a reason, or for a case that is not on the agenda any more.
    """
    with operation("take_off_agenda", actor=actor, now=now, clause="3.3.4") as op:
        meeting, item = item_of(op, meeting_id, item_id=item_id, review_id=review_id)
        facts = item_facts(op.session, meeting, item, actor, op.today, attempt=True, reason=reason)
        op.step(meeting, facts, "take_off_agenda")  # the item keeps the reason: the trail is read by recused members
        take_off(item, reason)
        return item
