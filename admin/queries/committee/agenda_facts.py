"""Whether an act that names one case of an agenda is open on any of them (3.3.4-b, 3.3.4-c, 3.3-e)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor, acting, acting_as, system_actor
from admin.access.scope import visible
from admin.domain.codes import ItemState, MeetingStage, MotionState
from admin.domain.refusals import N_, Refusal
from admin.domain.voting import check_close
from admin.domain.workflow import Facts, actions_at
from admin.domain.workflow.transitions import ENDS
from admin.models import AgendaItem, Meeting, Recusal, Review
from admin.queries.cases.own_case import own_case
from admin.queries.committee.meeting_facts import (
    PENDING,
    agenda,
    counted_ballots,
    items_facts,
    kinds_of_items,
    meeting_facts,
    open_motion,
    why_not_overridden,
)
from admin.queries.policy.rules import rules_of

AFTER_ANOTHER = N_("Another grade can be moved only after the motion before the committee was not carried.")


def parts_of(session: Session, meeting: Meeting, actor: Actor, today: date) -> dict[str, Sequence[Facts]]:
    """By act, the cases or recusals that it could name, as this actor may act on each; a few statements for all."""
    # Once it is closed only the minutes are open, which name no case.
    if meeting.stage in ENDS["meeting"] or meeting.stage == MeetingStage.CLOSED:
        return {}
    items = agenda(session, meeting, only=kinds_of_items(session, meeting, actor, today))
    facts, whole = items_facts(session, meeting, items, actor, today), meeting_facts(session, meeting, actor, today)
    pending = [item for item in items if item.state == ItemState.PENDING]
    on_it = [facts[item.id] for item in items]
    return {
        "premark": on_it,
        "declare_conflict": on_it,
        "take_off_agenda": on_it,
        "cast_ballot": on_it,
        "move_grade": [_with(facts[item.id], motion_refusal=move_refusal(item)) for item in items],
        "pull_from_consent": [facts[item.id] for item in pending if item.consent],
        "close_ballot": _closing(session, items, facts, whole),
        "override_recusal": _recusals(session, meeting, actor, whole),
    }


def _with(facts: Facts, **known: object) -> Facts:
    return replace(facts, known={**facts.known, **known})


def move_refusal(item: AgendaItem) -> Refusal | None:
    """Why no other grade can be moved in a case, whatever the grade (3.3.4-b)."""
    waits = item.state == ItemState.PENDING and open_motion(item) is None
    return None if waits else Refusal("3.3.4-b", AFTER_ANOTHER)


def was_rejected(item: AgendaItem) -> bool:
    """Whether a motion was not carried and no other is moved: the present grade may be settled on (3.3.4-b)."""
    return open_motion(item) is None and any(motion.state == MotionState.REJECTED for motion in item.motions)


def too_few(session: Session, item: AgendaItem, cast: int) -> Refusal | None:
    """Why the ballot on a case cannot be closed yet: too few have voted, by the case's own rules (3.3.4-b)."""
    minimum = int(rules_of(session, item.review).parameters["votes_minimum"])
    return check_close("presiding", "presiding", cast, minimum=minimum)  # who presides is the table's question


def _closing(session: Session, items: Sequence[AgendaItem], facts: Mapping[int, Facts], whole: Facts) -> list[Facts]:
    """Each case with how its ballot stands, then the consent agenda as a whole, which the meeting's chair closes."""
    waiting = [item for item in items if open_motion(item) is not None]
    refusals = _too_few_on(session, waiting)
    cases = [_with(facts[item.id], votes_refusal=refusals[item.id]) for item in waiting]
    # Nothing is voted on there any more, but whoever presides still settles on the present grade.
    settled = [item for item in items if was_rejected(item)]
    cases += [_with(facts[item.id], ballot_open=item.state == ItemState.PENDING) for item in settled]
    # One act for all of them, which is open where one of them lets it be.
    together = [item for item in waiting if item.consent and item.state == ItemState.PENDING]
    return cases + [_with(whole, ballot_open=True, votes_refusal=refusals[item.id]) for item in together]


def _too_few_on(session: Session, items: Sequence[AgendaItem]) -> dict[int, Refusal | None]:
    motions = {item.id: motion.id for item in items if (motion := open_motion(item))}
    cast = counted_ballots(session, list(motions.values()))
    return {item.id: too_few(session, item, len(cast[motions[item.id]])) for item in items}


def _recusals(session: Session, meeting: Meeting, actor: Actor, whole: Facts) -> list[Facts]:
    """One recusal of each kind among those of the cases that the actor sees."""
    by = actor.employee_id or 0
    given = func.trim(func.coalesce(Recusal.override_reason, "")) != ""
    kind = (
        Recusal.ground, Recusal.employee_id == by, Recusal.override_proposed_by_id, Recusal.override_proposed_by_id == Recusal.employee_id,
        Review.employee_id == by, given,
    )  # fmt: skip
    seen = select(AgendaItem.review_id).where(AgendaItem.meeting_id == meeting.id, visible(acting(), AgendaItem))
    first = (
        select(func.min(Recusal.id))
        .join(Review, Review.id == Recusal.review_id)
        .where(Recusal.review_id.in_(seen), Recusal.overridden_at.is_(None))
        .group_by(*kind)
    )
    query = select(Recusal).where(Recusal.id.in_(first)).options(joinedload(Recusal.review)).order_by(Recusal.id)
    rows = session.scalars(query.execution_options(unscoped=True))
    # Their own case is never theirs to decide on, a recusal in it included (3.3-d).
    return [
        _with(
            whole,
            override_refusal=why_not_overridden(row, by, row.override_reason or ""),
            own_case=own_case(row.review, actor),
        )
        for row in rows
    ]


def consent_acts(session: Session, meeting: Meeting, actor: Actor, today: date) -> set[str]:
    """The acts that this actor may take on the consent agenda as a whole: the ballot for all of it, and its closing (3.3.4-c).

    They rest on rows beyond the actor's own sight.
    """
    with acting_as(system_actor(actor.via)):
        return _consent_acts(session, meeting, actor, today)


def _consent_acts(session: Session, meeting: Meeting, actor: Actor, today: date) -> set[str]:
    if meeting.stage != MeetingStage.OPEN:
        return set()
    kinds = kinds_of_items(session, meeting, actor, today, AgendaItem.consent.is_(True), *PENDING)
    items = [item for item in agenda(session, meeting, only=kinds) if open_motion(item) is not None]
    if not items:
        return set()
    facts = items_facts(session, meeting, items, actor, today)
    whole = meeting_facts(session, meeting, actor, today)
    closing = [_with(whole, ballot_open=True, votes_refusal=each) for each in _too_few_on(session, items).values()]
    parts = {"cast_ballot": list(facts.values()), "close_ballot": closing}
    return {each.action for each in actions_at(replace(whole, parts=parts)) if each.action in parts and each.allowed}
