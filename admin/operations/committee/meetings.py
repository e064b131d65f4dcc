"""Planning, opening and ending a meeting of the review committee (3.3.4, 3.3.4-a to c)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import selectinload

from admin.access.actor import Actor
from admin.access.scope import visible
from admin.domain.codes import Conflict, Flag, ItemState, MeetingStage, MotionState
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.domain.voting import check_consent
from admin.domain.workflow import Facts
from admin.domain.workflow.transitions import ENDS
from admin.models import (
    AgendaItem,
    Attendance,
    CommitteeMember,
    Cycle,
    Meeting,
    Motion,
    Premark,
    Proposal,
    Recusal,
    Review,
)
from admin.operations.acts import REASON, Field, act, declare_process, record_of
from admin.operations.committee.committee import declare, override, record_recusals, require
from admin.operations.many import Many, Turn, whole
from admin.operations.numbering import next_after
from admin.operations.transaction import Operation, operation
from admin.queries.cases.own_case import own_case, with_own_case
from admin.queries.cases.raters import Rater, outliers, rated_by
from admin.queries.cases.review_facts import demotion_facts_of
from admin.queries.committee.agenda_facts import parts_of
from admin.queries.committee.agendas import already, on_agendas, takes
from admin.queries.committee.committee import own_seat, seats
from admin.queries.committee.meeting_facts import (
    agenda,
    item_facts,
    meeting_facts,
    out_of,
    signature_of,
    sitting_of,
    why_not_overridden,
)
from admin.queries.committee.meetings import agenda_cases, unassigned, why_not_assigned
from admin.queries.system.calendar import company_day
from admin.queries.system.chunks import chunks
from admin.queries.system.long_work import cases_named

GROUNDS: dict[str, str] = {
    Conflict.KIN.value: N_("We are related"),
    Conflict.COMPLAINT_PARTY.value: N_("I am a party to a complaint about this case"),
    Conflict.DECLARED.value: N_("Another reason"),
}
MINUTES_JOB = "render_minutes"
BODY = ("committee_member", "chair", "secretary")
ITEM = record_of("item", N_("Case on the agenda"), AgendaItem, "meeting_id", required=False)
REVIEW = record_of("review", N_("Number of the case"), AgendaItem, "meeting_id", by="review_id", required=False)


def _facts(op: Operation, meeting: Meeting, reason: str | None) -> Facts:
    whole = meeting_facts(op.session, meeting, op.actor, op.today, attempt=reason is not None, reason=reason or "")
    return replace(whole, parts=parts_of(op.session, meeting, op.actor, op.today)) if reason is None else whole


declare_process("meeting", Meeting, _facts, state=lambda row: {"id": row.id, "number": row.number, "stage": row.stage})


def _takes_cases(review: Review) -> ColumnElement[bool]:
    """A meeting that is held on cases at all; whether its agenda is settled, the verb says."""
    return Meeting.id.is_not(None)


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


@act("review", "assign_to_meeting", record_of("meeting", N_("Number of the meeting"), Meeting, _takes_cases))
def assign_to_meeting(review_ids: Sequence[int], meeting_id: int, *, actor: Actor, now: datetime) -> list[AgendaItem]:
    """Put cases on the agenda: by consent where nothing is flagged, else individual; propose recusals (3.3.4-c).

    Raises `NotFound`, `Refused`: 3.3.4 for a meeting that has begun or a case that is on another agenda, 4.2-a for a
    demotion without a hearing.
    """
    require(actor, "secretary", "hr")
    with operation("assign_to_meeting", actor=actor, now=now, clause="3.3.4") as op:
        meeting = _planned(op, meeting_id)
        reviews = _named(op, review_ids)
        _check_free(op, meeting, reviews)
        _check_cycle(meeting, reviews)
        return _put_there(op, meeting, _assignable(op, reviews), {})


def _planned(op: Operation, meeting_id: int) -> Meeting:
    """A meeting that still takes cases, locked. Raises `Refused` (3.3.4) for one that has begun."""
    meeting = op.find(Meeting, meeting_id)
    if meeting.stage != MeetingStage.PLANNED:
        reason = N_("The meeting has begun; its agenda is settled.")
        raise Refused(Refusal("3.3.4", reason, {"meeting": meeting.number}))
    return meeting


def _put_there(
    op: Operation, meeting: Meeting, cases: Sequence[tuple[Review, Facts]], outlying: dict[int, set[Rater]]
) -> list[AgendaItem]:
    """Put cases on an agenda, behind what stands there; `outlying` keeps what is known of each cycle's raters."""
    reviews = [review for review, _facts_of_it in cases]
    op.step_many(cases, "assign_to_meeting", reason=meeting.number)
    _flag_outliers(op, reviews, outlying)
    record_recusals(op, reviews, seats(op.session, company_day(meeting.scheduled_at)))
    return _new_items(op, meeting, reviews)


def _begin_putting(turn: Turn) -> None:
    op, meeting = turn.op, turn.record
    op.step(meeting, meeting_facts(op.session, meeting, op.actor, op.today), "put_on_agenda")
    turn.kept["position"] = _last_position(op, meeting)


def _find_places(turn: Turn) -> None:
    """Where each case stands in the list, whichever batch comes to it, and which raters are far from the others."""
    session, cycle_id = turn.op.session, turn.record.cycle_id
    query = agenda_cases(session, cycle_id).order_by(Review.department_id, Review.id).with_only_columns(Review.id)
    turn.memory["places"] = {key: place for place, key in enumerate(session.scalars(query), start=1)}
    turn.memory["outlying"] = {cycle_id: outliers(session, cycle_id)}


def _waiting(turn: Turn) -> Select[Any]:
    """The cases that waited for an agenda when it was asked for, as far as whoever asks sees them."""
    meeting = _planned(turn.op, turn.record.id)
    mine = (visible(turn.op.actor, Review), Review.stage_since <= turn.since)
    return unassigned(turn.op.session, meeting.cycle_id).where(*mine).with_only_columns(Review.id)


def _put_on(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    op, meeting = turn.op, turn.record
    able, refused = [], {}
    for review, facts in _assignable(op, _named(op, keys)):
        # Asked before any is moved: a thousand that wait for their hearing are named without a try for each.
        why = why_not_assigned(with_own_case(facts, review, op.actor))
        if why is None:
            able.append((review, facts))
        else:
            refused[review.id] = why
    for item in _put_there(op, meeting, able, turn.memory["outlying"]):
        item.position = turn.kept["position"] + turn.memory["places"].get(item.review_id, item.review_id)
    return refused


PUT_ON_AGENDA = Many(
    "put_on_agenda",
    "3.3.4-c",
    _waiting,
    _put_on,
    cases_named,
    N_("%(count)s cases that wait are put on the agenda: by consent where nothing is flagged, else one by one."),
    begin=_begin_putting,
    prepare=_find_places,
)


@act("meeting", "put_on_agenda", many=PUT_ON_AGENDA)
def put_on_agenda(meeting_id: int, *, actor: Actor, now: datetime) -> int:
    """Put every case on the agenda that waits for one and that the actor sees; returns how many (3.3.4-c).

    What cannot be put there yet stays and is named. Raises `Refused` (3.3.4) for a meeting that has begun.
    """
    return whole(PUT_ON_AGENDA, meeting_id, Meeting, {}, actor=actor, now=now).done


def _flag_outliers(op: Operation, reviews: Sequence[Review], outlying: dict[int, set[Rater]]) -> None:
    """A rater far from the others makes a case individual; known only now that the cycle's ratings are in (3.3.4-c)."""
    ids = [review.id for review in reviews]
    for cycle_id in sorted({review.cycle_id for review in reviews}):
        if cycle_id not in outlying:
            outlying[cycle_id] = outliers(op.session, cycle_id)
        flagged = rated_by(op.session, ids, outlying[cycle_id])
        for review in (each for each in reviews if each.cycle_id == cycle_id):
            kept = set(review.individual_reasons) - {Flag.OUTLIER_RATER.value}
            reasons = sorted(kept | ({Flag.OUTLIER_RATER.value} if review.id in flagged else set()))
            if reasons != sorted(review.individual_reasons):
                review.individual_reasons = reasons


def _named(op: Operation, review_ids: Sequence[int]) -> list[Review]:
    """The reviews that the actor names, all or none, in the order of the list; those before the committee are in sight."""
    named, rows = set(review_ids), list[Review]()
    for some in chunks(sorted(named)):
        query = select(Review).where(Review.id.in_(some), visible(op.actor, Review))
        rows += op.locked(query.options(selectinload(Review.cycle)))
    if len(rows) < len(named):
        raise NotFound("Review")
    return sorted(rows, key=lambda review: (review.department_id, review.id))


def _check_free(op: Operation, meeting: Meeting, reviews: Sequence[Review]) -> None:
    """Not on this agenda already, and dealt with there; on another one it is refused by the guard."""
    query = select(AgendaItem.id).where(
        AgendaItem.review_id.in_([review.id for review in reviews]),
        AgendaItem.meeting_id == meeting.id,
        AgendaItem.state != ItemState.TAKEN_OFF,
    )
    if op.session.scalars(query).first():
        raise Refused(already(meeting.number))


def _check_cycle(meeting: Meeting, reviews: Sequence[Review]) -> None:
    for review in reviews:
        if refusal := takes(meeting, review):
            raise Refused(refusal)


def _assignable(op: Operation, reviews: Sequence[Review]) -> list[tuple[Review, Facts]]:
    known, busy = demotion_facts_of(op.session, reviews), on_agendas(op.session, [review.id for review in reviews])
    relations = frozenset({"hr"} if op.actor.is_system else op.actor.roles & {"secretary", "hr"})
    return [
        (each, Facts("review", each.stage, relations, known[each.id] | {"agenda_refusal": busy.get(each.id)}))
        for each in reviews
    ]


def _new_items(op: Operation, meeting: Meeting, reviews: Sequence[Review]) -> list[AgendaItem]:
    last, reasons = _last_position(op, meeting), _reasons(op, reviews)
    query = select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, AgendaItem.state == ItemState.TAKEN_OFF)
    off = query.options(selectinload(AgendaItem.motions))
    taken_off = {item.review_id: item for item in op.session.scalars(off)}
    items = [taken_off.get(review.id) or AgendaItem(meeting_id=meeting.id, review_id=review.id) for review in reviews]
    for place, (item, review) in enumerate(zip(items, reviews, strict=True), last + 1):
        item.position, item.consent, item.state, item.deferral = place, goes_by_consent(review), "pending", None
        seq = max((motion.seq for motion in item.motions), default=0) + 1
        item.motions.append(Motion(seq=seq, grade_id=review.proposed_grade_id, reason=reasons.get(review.id, "")))
    op.session.add_all(items)
    op.session.flush()
    return items


def _last_position(op: Operation, meeting: Meeting) -> int:
    return op.session.scalar(select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting.id)) or 0


def goes_by_consent(review: Review) -> bool:
    """Whether a case may go by consent: unchanged and with nothing flagged (3.3.4-c)."""
    flags = set(review.individual_reasons) | ({"missing_self_assessment"} if review.self_assessment_missing else set())
    present, proposed = review.present_grade_id, review.proposed_grade_id
    return check_consent(str(present) if present else None, str(proposed), flags) is None


def _reasons(op: Operation, reviews: Sequence[Review]) -> dict[int, str]:
    """The department's reason for each proposal, the latest where there are several."""
    query = select(Proposal).where(Proposal.review_id.in_([review.id for review in reviews])).order_by(Proposal.seq)
    return {row.review_id: row.reason for row in op.session.scalars(query)}


@act(
    "meeting",
    "declare_conflict",
    record_of("review", N_("Number of the case"), AgendaItem, "meeting_id", by="review_id"),
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
