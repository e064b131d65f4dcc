"""Putting cases on a meeting's agenda: those that are ticked, or every one that waits (3.3.4, 3.3.4-c)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select
from sqlalchemy.orm import selectinload

from admin.access.actor import Actor
from admin.access.scope import visible
from admin.domain.codes import Flag, ItemState, MeetingStage
from admin.domain.refusals import N_, P_, NotFound, Refusal, Refused
from admin.domain.voting import check_consent
from admin.domain.workflow import Facts
from admin.models import AgendaItem, Meeting, Motion, Proposal, Review
from admin.operations.acts import act, record_of
from admin.operations.committee.committee import record_recusals, require
from admin.operations.many import Many, Turn, whole
from admin.operations.steps import named_among
from admin.operations.transaction import Operation, operation
from admin.queries.cases.own_case import with_own_case
from admin.queries.cases.raters import Rater, outliers, rated_by
from admin.queries.cases.review_facts import demotion_facts_of
from admin.queries.committee.agendas import already, on_agendas, takes
from admin.queries.committee.committee import seats
from admin.queries.committee.meeting_facts import meeting_facts
from admin.queries.committee.meetings import agenda_cases, unassigned, why_not_assigned
from admin.queries.system.calendar import company_day
from admin.queries.system.chunks import chunks
from admin.queries.system.long_work import cases_named


def _takes_cases(review: Review) -> ColumnElement[bool]:
    """A meeting that is held on cases at all; whether its agenda is settled, the verb says."""
    return Meeting.id.is_not(None)


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
        _put_there(op, meeting, _assignable(op, reviews), {})
        return [item for some in chunks(reviews) for item in _items_of(op, meeting, some)]


def _planned(op: Operation, meeting_id: int) -> Meeting:
    """A meeting that still takes cases, locked. Raises `Refused` (3.3.4) for one that has begun."""
    meeting = op.find(Meeting, meeting_id)
    if meeting.stage != MeetingStage.PLANNED:
        reason = N_("The meeting has begun; its agenda is settled.")
        raise Refused(Refusal("3.3.4", reason, {"meeting": meeting.number}))
    return meeting


def _put_there(
    op: Operation,
    meeting: Meeting,
    cases: Sequence[tuple[Review, Facts]],
    outlying: dict[int, set[Rater]],
    places: Mapping[int, int] | None = None,
) -> None:
    """Put cases on an agenda, each at its place or behind what stands there; `outlying`: the raters known of each cycle."""
    reviews = [review for review, _facts_of_it in cases]
    op.step_many(cases, "assign_to_meeting", reason=meeting.number)
    _flag_outliers(op, reviews, outlying)
    record_recusals(op, reviews, seats(op.session, company_day(meeting.scheduled_at)))
    _new_items(op, meeting, reviews, places)


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
    behind, places = turn.kept["position"], turn.memory["places"]
    stands = {review.id: behind + places.get(review.id, review.id) for review, _facts_of_it in able}
    _put_there(op, meeting, able, turn.memory["outlying"], stands)
    return refused


PUT_ON_AGENDA = Many(
    "put_on_agenda",
    "3.3.4-c",
    _waiting,
    _put_on,
    cases_named,
    P_(
        "%(count)s case that waits is put on the agenda: by consent where nothing is flagged, else for individual review.",
        "%(count)s cases that wait are put on the agenda: by consent where nothing is flagged, else one by one.",
    ),
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
        grades = (Review.present_grade, Review.proposed_grade, Review.determined_grade)
        rows += op.locked(query.options(*map(selectinload, (Review.cycle, *grades))))
    if len(rows) < len(named):
        raise NotFound("Review")
    return sorted(rows, key=lambda review: (review.department_id, review.id))


def _check_free(op: Operation, meeting: Meeting, reviews: Sequence[Review]) -> None:
    """Not on this agenda already, and dealt with there; on another one it is refused by the guard."""
    query = select(AgendaItem.review_id).where(
        AgendaItem.review_id.in_([review.id for review in reviews]),
        AgendaItem.meeting_id == meeting.id,
        AgendaItem.state != ItemState.TAKEN_OFF,
    )
    there = set(op.session.scalars(query))
    if not there:
        return
    if len(reviews) == 1:
        raise Refused(already(meeting.number))
    # Among many that were ticked, "the case" would be any of them.
    first = next(review.employee for review in reviews if review.id in there)
    facts = {"meeting": meeting.number, "employee": str(first), "count": len(there)}
    reason = N_(
        "Already on the agenda of meeting %(meeting)s: %(count)s of the ticked cases, such as %(employee)s. "
        "Nothing was put there; tick what is still to go on it."
    )
    raise Refused(Refusal("3.3.4", reason, facts))


def _check_cycle(meeting: Meeting, reviews: Sequence[Review]) -> None:
    for review in reviews:
        if refusal := takes(meeting, review):
            raise Refused(refusal.named(named_among(review)) if len(reviews) > 1 else refusal)


def _assignable(op: Operation, reviews: Sequence[Review]) -> list[tuple[Review, Facts]]:
    known, busy = (
        demotion_facts_of(op.session, reviews, op.today),
        on_agendas(op.session, [review.id for review in reviews]),
    )
    relations = frozenset({"hr"} if op.actor.is_system else op.actor.roles & {"secretary", "hr"})
    return [
        (each, Facts("review", each.stage, relations, known[each.id] | {"agenda_refusal": busy.get(each.id)}))
        for each in reviews
    ]


def _new_items(op: Operation, meeting: Meeting, reviews: Sequence[Review], places: Mapping[int, int] | None) -> None:
    last, reasons = _last_position(op, meeting), _reasons(op, reviews)
    at = places or {review.id: place for place, review in enumerate(reviews, last + 1)}
    for some in chunks(reviews):
        # What was taken off comes back on its own row, with another motion; all that is new is written at once.
        there = {item.review_id: item for item in _items_of(op, meeting, some)}
        for review in some:
            if (item := there.get(review.id)) is not None:
                item.position, item.consent = at[review.id], goes_by_consent(review)
                item.state, item.deferral = ItemState.PENDING, None
        op.session.flush()
        new = [review for review in some if review.id not in there]
        keys = _insert_items(op, meeting, new, at) | {key: item.id for key, item in there.items()}
        moved = {item.id: max((motion.seq for motion in item.motions), default=0) for item in there.values()}
        _insert_motions(op, [_motion(keys[each.id], moved.get(keys[each.id], 0), each, reasons) for each in some])
        for item in there.values():
            op.session.expire(item, ["motions"])


def _items_of(op: Operation, meeting: Meeting, reviews: Sequence[Review]) -> list[AgendaItem]:
    """What stands of these cases on an agenda, taken off or not, in the order of the cases."""
    mine = (AgendaItem.meeting_id == meeting.id, AgendaItem.review_id.in_([review.id for review in reviews]))
    rows = op.session.scalars(select(AgendaItem).where(*mine).options(selectinload(AgendaItem.motions)))
    found = {item.review_id: item for item in rows}
    return [found[review.id] for review in reviews if review.id in found]


def _insert_items(op: Operation, meeting: Meeting, reviews: Sequence[Review], at: Mapping[int, int]) -> dict[int, int]:
    """New rows of an agenda, in one statement; their numbers by case."""
    if not reviews:
        return {}
    rows = [
        {"meeting_id": meeting.id, "review_id": each.id, "position": at[each.id], "consent": goes_by_consent(each)}
        for each in reviews
    ]
    table = AgendaItem.__table__
    op.session.connection().execute(insert(AgendaItem.__table__), rows)
    mine = (table.c.meeting_id == meeting.id, table.c.review_id.in_([each.id for each in reviews]))
    op.note_inserted(AgendaItem, *mine)
    return dict(op.session.connection().execute(select(table.c.review_id, table.c.id).where(*mine)).all())


def _motion(item_id: int, last: int, review: Review, reasons: Mapping[int, str]) -> dict[str, Any]:
    """The proposal of a case as a motion, behind those that were moved before."""
    reason = reasons.get(review.id, "")
    return {"item_id": item_id, "seq": last + 1, "grade_id": review.proposed_grade_id, "reason": reason}


def _insert_motions(op: Operation, rows: Sequence[dict[str, Any]]) -> None:
    table = Motion.__table__
    op.session.connection().execute(insert(Motion.__table__), rows)
    seqs = {row["seq"] for row in rows}
    for seq in seqs:  # one, but for what comes back
        mine = [row["item_id"] for row in rows if row["seq"] == seq]
        op.note_inserted(Motion, table.c.item_id.in_(mine), table.c.seq == seq)


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
