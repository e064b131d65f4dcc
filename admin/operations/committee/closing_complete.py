"""All complete ballots of a meeting closed by one act of the chair; what lacks votes stays, and is named (3.3.4-b)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from admin.access.actor import Actor
from admin.access.scope import visible
from admin.domain.refusals import N_, P_, Refusal
from admin.domain.voting import Outcome
from admin.domain.workflow import actions_at
from admin.models import AgendaItem, Meeting, Motion
from admin.operations.acts import act
from admin.operations.committee.ballots import count_votes, determine_carried, votes_minimum
from admin.operations.committee.meetings import record_bound
from admin.operations.many import Many, Turn, whole
from admin.queries.committee.complete_ballots import BEGUN, begun_ballots, votes_lacking
from admin.queries.committee.meeting_facts import agenda, counted_ballots, items_facts, meeting_facts, open_motion
from admin.queries.system.long_work import items_named

NOT_PRESIDING = Refusal("3.3.4-b", N_("Another member presides over this case and closes its ballot."))


def _begin(turn: Turn) -> None:
    op, meeting = turn.op, turn.record
    complete = begun_ballots(op.session, meeting, op.actor, op.today).complete
    facts = meeting_facts(op.session, meeting, op.actor, op.today, complete_ballots=complete)
    op.step(meeting, facts, "close_complete_ballots")


def _begun(turn: Turn) -> Select[Any]:
    """The cases that are being voted on one by one, as far as whoever asks sees them."""
    mine = (AgendaItem.meeting_id == turn.record.id, visible(turn.op.actor, AgendaItem))
    return select(AgendaItem.id).where(*mine, *BEGUN)


def _close(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    op, meeting = turn.op, turn.record
    items = agenda(op.session, meeting, only=keys)
    record_bound(op, meeting, items)
    lacking = votes_lacking(op.session, meeting, items, op.today)
    facts = items_facts(op.session, meeting, items, op.actor, op.today)
    refused: dict[int, Refusal] = {}
    ready: list[tuple[AgendaItem, Motion]] = []
    for item in items:
        motion = open_motion(item)
        asked = replace(facts[item.id], known={**facts[item.id].known, "votes_refusal": lacking[item.id]})
        offered = next((each for each in actions_at(asked) if each.action == "close_ballot"), None)
        if offered is None or motion is None:
            refused[item.id] = NOT_PRESIDING
        elif offered.refusals:
            refused[item.id] = offered.refusals[0]
        else:
            ready.append((item, motion))
    counted = counted_ballots(op.session, [motion.id for _, motion in ready])
    carried = []
    for item, motion in ready:
        minimum = votes_minimum(op, item)
        if count_votes(op, motion, counted[motion.id], minimum).outcome is Outcome.CARRIED:
            carried.append((item, motion))
    determine_carried(op, meeting, carried)
    return refused


CLOSE_COMPLETE = Many(
    "close_complete_ballots",
    "3.3.4-b",
    _begun,
    _close,
    items_named,
    P_(
        "%(count)s ballot that has begun is closed where all members have voted; otherwise it stays open.",
        "%(count)s ballots that have begun are closed where all members have voted; the others stay open.",
    ),
    begin=_begin,
)


@act("meeting", "close_complete_ballots", many=CLOSE_COMPLETE)
def close_complete_ballots(meeting_id: int, *, actor: Actor, now: datetime) -> int:
    """The chair closes every ballot on which everybody has voted; returns how many (3.3.4-b).

    What lacks votes stays and is named. A motion that is not carried waits for another one, as where it is closed by itself.
    Raises `Refused` where no ballot is complete.
    """
    return whole(CLOSE_COMPLETE, meeting_id, Meeting, {}, actor=actor, now=now).done
