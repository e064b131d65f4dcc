"""Ballots on which everybody who sits on the case has voted, among those that have begun in a meeting (3.3.4-b).

Cases of the consent agenda are voted on and closed together, and are none of these (3.3.4-c).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.codes import MeetingStage, MotionState
from admin.domain.refusals import P_, Refusal
from admin.models import AgendaItem, Ballot, Meeting, Motion
from admin.queries.committee.agenda_facts import too_few
from admin.queries.committee.meeting_facts import (
    PENDING,
    agenda,
    counted_ballots,
    kinds_of_items,
    open_motion,
    out_of,
    sitting_of,
)

_CAST = select(Ballot.id).join(Motion, Motion.id == Ballot.motion_id).where(Motion.item_id == AgendaItem.id)
BEGUN: tuple[ColumnElement[bool], ...] = (
    *PENDING,
    AgendaItem.consent.is_(False),
    _CAST.where(Motion.state == MotionState.OPEN).exists(),
)


@dataclass(frozen=True)
class BegunBallots:
    """How many ballots that have begun are complete, and how many still wait for votes."""

    complete: int = 0
    waiting: int = 0


def begun_ballots(session: Session, meeting: Meeting, actor: Actor, today: date) -> BegunBallots:
    """The ballots of a meeting that have begun, as far as the actor sees their cases; a few statements however many."""
    if meeting.stage != MeetingStage.OPEN:
        return BegunBallots()
    # Who has voted and who sits on a case rest on rows beyond the actor's own sight.
    with acting_as(actor):
        kinds = kinds_of_items(session, meeting, actor, today, *BEGUN)
    with acting_as(system_actor(actor.via)):
        items = agenda(session, meeting, only=kinds) if kinds else []
        lacking = votes_lacking(session, meeting, items, today)
    complete = sum(kinds[item.id] for item in items if lacking[item.id] is None)
    return BegunBallots(complete, sum(kinds[item.id] for item in items) - complete)


def votes_lacking(
    session: Session, meeting: Meeting, items: Sequence[AgendaItem], today: date
) -> dict[int, Refusal | None]:
    """Why the ballot on each of these cases is not complete, by item; None where everybody who sits on it has voted."""
    if not items:
        return {}
    sitting = sitting_of(session, meeting, today)
    out = out_of(session, sitting, [item.review for item in items])
    motions = {item.id: motion.id for item in items if (motion := open_motion(item))}
    counted, voters = counted_ballots(session, list(motions.values())), _voters(session, list(motions.values()))
    found: dict[int, Refusal | None] = {}
    for item in items:
        key, bench = motions.get(item.id, 0), sitting.bench(out[item.review_id])
        missing = sum(sitting.holders[seat] not in voters.get(key, set()) for seat in bench)
        found[item.id] = (
            sitting.bench_refusal(session, item.review, out[item.review_id])
            or (_still_missing(missing, len(bench)) if missing else None)
            or too_few(session, item, len(counted.get(key, ())))
        )
    return found


def _still_missing(missing: int, bench: int) -> Refusal:
    reason = P_(
        "%(count)s of the %(bench)s members who vote on this case has not voted yet.",
        "%(count)s of the %(bench)s members who vote on this case have not voted yet.",
    )
    return Refusal("3.3.4-b", reason, {"count": missing, "bench": bench})


def _voters(session: Session, motions: Sequence[int]) -> dict[int, set[int]]:
    """Who has voted on each motion, counted or not."""
    query = select(Ballot.motion_id, Ballot.employee_id).where(Ballot.motion_id.in_(motions))
    found: dict[int, set[int]] = {}
    for motion, person in session.execute(query.execution_options(unscoped=True)):
        found.setdefault(motion, set()).add(person)
    return found


def still_to_vote_in(session: Session, meeting: Meeting, today: date) -> dict[int, int]:
    """Who sits on cases of an open meeting whose motion is open and has not voted, and on how many; as the system asks it."""
    kinds = kinds_of_items(session, meeting, system_actor("web"), today, *PENDING)
    items = [item for item in agenda(session, meeting, only=kinds) if open_motion(item)] if kinds else []
    if not items:
        return {}
    sitting = sitting_of(session, meeting, today)
    out = out_of(session, sitting, [item.review for item in items])
    voters = _voters(session, [motion.id for item in items if (motion := open_motion(item))])
    found: dict[int, int] = {}
    for item in items:
        motion = open_motion(item)
        cast = voters.get(motion.id, set()) if motion else set()
        for person in {sitting.holders[seat] for seat in sitting.bench(out[item.review_id])} - cast:
            found[person] = found.get(person, 0) + kinds[item.id]
    return found
