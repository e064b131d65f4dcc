"""On which agenda a case stands, and which meeting may take it (3.3.4; 1.2-e)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.codes import CycleKind, ItemState, MeetingStage
from admin.domain.cycles import check_agenda
from admin.domain.refusals import N_, Refusal
from admin.models import AgendaItem, Meeting, Review


def on_agendas(session: Session, review_ids: Collection[int]) -> dict[int, Refusal]:
    """By case, why no other meeting takes it: it stands on an agenda that is still to be dealt with."""
    waiting = Meeting.stage.in_((MeetingStage.PLANNED, MeetingStage.OPEN)) & (AgendaItem.state == ItemState.PENDING)
    query = (
        select(AgendaItem.review_id, Meeting.number)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.review_id.in_(review_ids), waiting)
    )
    # Past the scope: a case that the reader is recused from must not be put on a second agenda for that.
    rows = session.execute(query.execution_options(unscoped=True))
    return {key: already(number) for key, number in rows}


def already(number: str) -> Refusal:
    """The refusal of a case that stands on the agenda of a meeting."""
    return Refusal("3.3.4", N_("The case is on the agenda of meeting %(meeting)s already."), {"meeting": number})


def takes(meeting: Meeting, review: Review) -> Refusal | None:
    """Why a meeting does not decide a case: it decides those of its own cycle and single ones, a rehearsal's only its own."""
    rehearsed = meeting.cycle is not None and meeting.cycle.kind == CycleKind.REHEARSAL
    return check_agenda(meeting.cycle_id, rehearsed, review.cycle_id, review.cycle.kind == CycleKind.SINGLE)


def why_not_assigned(session: Session, review: Review) -> Refusal | None:
    """Why a case can be put on no agenda now: it stands on one, or no planned meeting takes it."""
    if refusal := on_agendas(session, [review.id]).get(review.id):
        return refusal
    planned = session.scalars(
        select(Meeting).where(Meeting.stage == MeetingStage.PLANNED).execution_options(unscoped=True)
    )
    if any(takes(meeting, review) is None for meeting in planned):
        return None
    return Refusal("3.3.4", N_("No planned meeting can take the case; plan one first."))
