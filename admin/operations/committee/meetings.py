"""Planning, opening and ending a meeting of the review committee (3.3.4, 3.3.4-a to c)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from admin.access.actor import Actor
from admin.domain.codes import Conflict, ItemState, MeetingStage, MotionState
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.domain.workflow import Facts
from admin.domain.workflow.transitions import ENDS
from admin.models import (
    AgendaItem,
    Attendance,
    CommitteeMember,
    Cycle,
    Meeting,
    Premark,
    Recusal,
)
from admin.operations.acts import REASON, Field, act, declare_process, record_of
from admin.operations.committee.committee import declare, override, record_recusals, require
from admin.operations.numbering import next_after
from admin.operations.transaction import Operation, operation
from admin.queries.cases.own_case import own_case
from admin.queries.committee.agenda_facts import parts_of
from admin.queries.committee.committee import own_seat, seats
from admin.queries.committee.complete_ballots import begun_ballots
from admin.queries.committee.meeting_facts import (
    agenda,
    item_facts,
    meeting_facts,
    out_of,
    signature_of,
    sitting_of,
    why_not_overridden,
)
from admin.queries.system.calendar import company_day

GROUNDS: dict[str, str] = {
    Conflict.KIN.value: N_("We are related"),
    Conflict.COMPLAINT_PARTY.value: N_("I am a party to a complaint about this case"),
    Conflict.DECLARED.value: N_("Another reason"),
}
MINUTES_JOB = "render_minutes"
BODY = ("committee_member", "chair", "secretary")
ITEM = record_of("item", N_("Case on the agenda"), AgendaItem, "meeting_id", required=False)
REVIEW = record_of("review", N_("Case number"), AgendaItem, "meeting_id", by="review_id", required=False)


def _facts(op: Operation, meeting: Meeting, reason: str | None) -> Facts:
    whole = meeting_facts(op.session, meeting, op.actor, op.today, attempt=reason is not None, reason=reason or "")
    if reason is not None:
        return whole
    parts = parts_of(op.session, meeting, op.actor, op.today)
    if parts and "chair" in whole.relations:
        complete = begun_ballots(op.session, meeting, op.actor, op.today).complete
        parts["close_complete_ballots"] = [replace(whole, known={**whole.known, "complete_ballots": complete})]
    return replace(whole, parts=parts)


declare_process("meeting", Meeting, _facts, state=lambda row: {"id": row.id, "number": row.number, "stage": row.stage})


def _on_the_agenda(meeting: Meeting) -> ColumnElement[bool]:
    return Recusal.review_id.in_(select(AgendaItem.review_id).where(AgendaItem.meeting_id == meeting.id))


def plan_meeting(cycle_id: int, scheduled_at: datetime, *, actor: Actor, now: datetime) -> Meeting:
    """Plan a meeting on a cycle's cases, numbered within the year.

    Raises `NotFound`, `Invalid` for a past time and for a cycle that is over.
    """
    require(actor, "secretary", "hr")
    if scheduled_at < now:
        raise Invalid({"scheduled_at": N_("A meeting is planned for a time to come.")})
    with operation("plan_meeting", actor=actor, now=now, clause="3.3.4") as op:
        cycle = op.find(Cycle, cycle_id)
        if cycle.stage in ENDS["cycle"]:
            raise Invalid({"cycle": N_("This cycle is over: no meeting is held on its cases.")})
        year = company_day(scheduled_at).year
        planned = select(func.count()).select_from(Meeting).where(Meeting.number.like(f"M{year}-%"))
        number = f"M{year}-{next_after(op, planned):02d}"
        return op.add(Meeting(cycle_id=cycle.id, number=number, scheduled_at=scheduled_at))


@act(
    "meeting",
    "declare_conflict",
    record_of("review", N_("Case number"), AgendaItem, "meeting_id", by="review_id"),
    Field("ground", N_("Why are you conflicted?"), "choice", choices=tuple(GROUNDS.items())),
    REASON,
)
def declare_conflict(
    meeting_id: int, review_id: int, ground: str, reason: str, *, actor: Actor, now: datetime
) -> Recusal:
    """Declare oneself conflicted in a case; it disappears from one's screens, and a ballot already cast does not count.

    Raises `Refused` without a reason, `Invalid` for an unknown ground, `NotFound` for a case not on the agenda.
    """
    if ground not in GROUNDS:
        raise Invalid({"ground": N_("Choose why you are conflicted.")})
    with operation("declare_conflict", actor=actor, now=now, clause="3.3-e") as op:
        meeting, item = item_of(op, meeting_id, review_id=review_id)
        facts = item_facts(op.session, meeting, item, actor, op.today, attempt=True, reason=reason)
        op.step(meeting, facts, "declare_conflict")
        seat = own_seat(op.session, actor)
        assert seat is not None  # the table lets only members declare
        row = declare(op, item.review, seat, ground, reason)
        if meeting.stage == MeetingStage.OPEN:
            defer_unvotable(op, meeting, [item])
        return row


@act("meeting", "override_recusal", record_of("recusal", N_("Number of the recusal"), Recusal, _on_the_agenda), REASON)
def override_recusal(meeting_id: int, recusal_id: int, reason: str, *, actor: Actor, now: datetime) -> Recusal:
    """Propose to override a recusal with a reason, or as a second person confirm it (3.3-e).

    Raises `Refused`: 3.3-d for one's own case or an earlier judging act, 3.3-e for the same person twice or the member.
    """
    with operation("override_recusal", actor=actor, now=now, clause="3.3-e") as op:
        meeting = op.find(Meeting, meeting_id)
        row = op.get(Recusal, recusal_id)
        item = _item(op, meeting, review_id=row.review_id)
        by = actor.employee_id or 0
        refusal = why_not_overridden(row, by, row.override_reason or reason)
        facts = meeting_facts(
            op.session, meeting, actor, op.today, attempt=True, reason=reason, override_refusal=refusal,
            own_case=own_case(item, actor),
        )  # fmt: skip
        op.step(meeting, facts, "override_recusal")
        override(op, row, reason, by)
        return row


@act(
    "meeting",
    "premark",
    ITEM,
    REVIEW,
    Field("agrees", N_("I agree"), "yes_no"),
    Field("note", N_("Note to myself"), required=False),
)
def premark(
    meeting_id: int,
    item_id: int | None,
    agrees: bool,
    note: str = "",
    *,
    review_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Premark:
    """Mark a case in advance: agree or question, seen by nobody else, changeable until the opening (3.3.4-c)."""
    with operation("premark", actor=actor, now=now, clause="3.3.4-c") as op:
        meeting, item = item_of(op, meeting_id, item_id=item_id, review_id=review_id)
        op.step(meeting, item_facts(op.session, meeting, item, actor, op.today), "premark")
        seat = own_seat(op.session, actor)
        assert seat is not None  # the table lets only members mark
        row = op.session.scalars(
            select(Premark).where(Premark.item_id == item.id, Premark.employee_id == seat.employee_id)
        ).first()
        row = row or Premark(item_id=item.id, member_id=seat.id, employee_id=seat.employee_id)
        row.agrees, row.note = agrees, note
        return op.add(row)


def item_of(
    op: Operation, meeting_id: int, *, item_id: int | None = None, review_id: int | None = None
) -> tuple[Meeting, AgendaItem]:
    """A meeting and one case of its agenda, both locked; a recused member is refused later, by the guard (3.3-e)."""
    meeting = op.find(Meeting, meeting_id)
    return meeting, _item(op, meeting, item_id=item_id, review_id=review_id)


def _item(op: Operation, meeting: Meeting, *, item_id: int | None = None, review_id: int | None = None) -> AgendaItem:
    if item_id is None and review_id is None:
        raise Invalid({"item": N_("Name the case on the agenda.")})
    wanted = AgendaItem.id == item_id if item_id is not None else AgendaItem.review_id == review_id
    item = op.session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, wanted)).first()
    if item is None:
        raise NotFound("AgendaItem")
    return item


@act("meeting", "open", Field("present", N_("Who is present"), "numbers"))
def open_meeting(meeting_id: int, present: Collection[int], *, actor: Actor, now: datetime) -> Meeting:
    """The chair opens with those present (seats by number); the quorum is counted now and kept (3.3.4-a).

    Cases that nobody may lawfully vote on are deferred at once. Raises `Refused` without a quorum, `Invalid` for a
    seat that is not in its term.
    """
    with operation("open_meeting", actor=actor, now=now, clause="3.3.4-a") as op:
        meeting, today = op.find(Meeting, meeting_id), op.today
        here = set(present) | {seat.id for seat in [own_seat(op.session, actor)] if seat}
        _check_seats(op, here, today)
        sitting = sitting_of(op.session, meeting, today, here)
        facts = meeting_facts(op.session, meeting, actor, today, quorum_refusal=sitting.quorum_refusal())
        op.step(meeting, facts, "open")
        meeting.opened_at, meeting.appointed, meeting.quorum = now, sitting.appointed, sitting.quorum
        op.session.add_all(
            Attendance(meeting_id=meeting.id, member_id=seat.id, employee_id=seat.employee_id, present=seat.id in here)
            for seat in seats(op.session, today)
        )
        op.session.flush()
        items = agenda(op.session, meeting, pending=True)
        record_recusals(op, [item.review for item in items], seats(op.session, today))
        defer_unvotable(op, meeting, items)
        return meeting


def _check_seats(op: Operation, here: Collection[int], today: date) -> None:
    if set(here) - {row.id for row in seats(op.session, today)}:
        raise Invalid({"present": N_("Only members of the committee in their term attend.")})


def record_bound(op: Operation, meeting: Meeting, items: Sequence[AgendaItem]) -> None:
    """Write down who of those at the meeting is out of these cases by now, before their ballots are counted (3.3-e)."""
    here = select(CommitteeMember).join(Attendance, Attendance.member_id == CommitteeMember.id)
    members = op.session.scalars(here.where(Attendance.meeting_id == meeting.id).order_by(CommitteeMember.id)).all()
    record_recusals(op, [item.review for item in items], members)


def defer_unvotable(op: Operation, meeting: Meeting, items: Sequence[AgendaItem]) -> int:
    """Defer the cases left with fewer than three voters or without a constituency; returns how many (3.3.4-a)."""
    sitting = sitting_of(op.session, meeting, op.today)
    out = out_of(op.session, sitting, [item.review for item in items])
    deferred = 0
    for item in items:
        if item.state != ItemState.PENDING:
            continue
        if refusal := sitting.bench_refusal(op.session, item.review, out[item.review_id]):
            defer(item, refusal)
            deferred += 1
    op.session.flush()
    return deferred


def defer(item: AgendaItem, refusal: Refusal) -> None:
    """Put a case off to another meeting, with the reason; its open motion falls."""
    item.state = "deferred"
    item.deferral = {"clause": refusal.clause, "reason": refusal.reason, "facts": dict(refusal.facts)}
    for motion in item.motions:
        if motion.state == MotionState.OPEN:
            motion.state = "withdrawn"


@act("meeting", "adjourn")
def adjourn(meeting_id: int, *, actor: Actor, now: datetime) -> Meeting:
    """The chair ends the meeting; cases not voted on are deferred to another one.

    Raises `Refused` (3.3.4-a) while a case stands between its first ballot and its settlement.
    """
    with operation("adjourn", actor=actor, now=now, clause="3.3.4-a") as op:
        meeting, today = op.find(Meeting, meeting_id), op.today
        op.step(meeting, meeting_facts(op.session, meeting, actor, today), "adjourn")
        meeting.closed_at = now
        for item in agenda(op.session, meeting, pending=True):
            defer(item, Refusal("3.3.4-a", N_("The meeting ended before the case was voted on.")))
        return meeting


@act("meeting", "sign_minutes")
def sign_minutes(meeting_id: int, *, actor: Actor, now: datetime) -> Meeting:
    """Chair and secretary sign the minutes, each once; with both they are complete, and their file is made (3.3.4-a)."""
    with operation("sign_minutes", actor=actor, now=now, clause="3.3.4-a") as op:
        meeting = op.find(Meeting, meeting_id)
        facts = meeting_facts(op.session, meeting, actor, op.today)
        op.step(meeting, facts, "sign_minutes")
        setattr(meeting, signature_of(facts.relations), now)
        if meeting.chair_signed_at and meeting.secretary_signed_at:
            op.step(meeting, facts, "complete_minutes", as_system=True)
            op.job(MINUTES_JOB, {"meeting_id": meeting.id})
        return meeting


def record_minutes(meeting_id: int, sha256: str, *, actor: Actor, now: datetime) -> Meeting:
    """The minutes' file has these bytes; a file that turns out differently later is refused (3.3.4)."""
    with operation("record_minutes", actor=actor, now=now, clause="3.3.4") as op:
        meeting = op.get(Meeting, meeting_id)
        if meeting.minutes_sha256 not in (None, sha256):
            reason = N_("The minutes of meeting %(meeting)s were made with other bytes before.")
            raise Refused(Refusal("3.3.4", reason, {"meeting": meeting.number}))
        meeting.minutes_sha256 = sha256
        return meeting
