"""What HR does about many at a deadline: remind whoever is waited for, close a stage (3.3-a, 6.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from admin.access.actor import Actor
from admin.domain.codes import CaseStage
from admin.domain.refusals import N_, P_, Invalid, Refusal
from admin.models import Cycle, Review
from admin.operations.acts import REASON, Field, act
from admin.operations.cases.figures_lock import lock_if_due
from admin.operations.cases.ratings import complete_ratings, reviews_by_key
from admin.operations.cases.self_assessment import close_self_assessments
from admin.operations.many import Many, Turn, whole
from admin.operations.writing import write_many
from admin.queries.cycles.cycle_facts import CLOSED_AT, cycle_facts
from admin.queries.system.long_work import cases_named

CLOSABLE = tuple((stage.value, stage.label) for stage in (CaseStage.SELF_ASSESSMENT, CaseStage.RATING))
NOT_CLOSED = N_(
    "Only self-assessment and the colleagues' rating are closed at a deadline; reassign the cases of "
    "people who are missing."
)


def _begin_closing(turn: Turn) -> None:
    op, cycle, stage, reason = turn.op, turn.record, turn.values["stage"], turn.values["reason"]
    if stage not in CLOSED_AT:
        raise Invalid({"stage": NOT_CLOSED})
    facts = cycle_facts(op.session, cycle, op.actor, op.now, attempt=True, reason=reason, stage=stage)
    op.step(cycle, facts, "close_stage", reason=reason)


def _still_there(turn: Turn) -> Select[Any]:
    """The cases that stood at the stage when it was closed; one that comes back to it later has its time again."""
    here = (Review.cycle_id == turn.record.id, Review.stage == turn.values["stage"], Review.stage_since <= turn.since)
    query = select(Review.id).where(*here)
    if turn.values["stage"] == CaseStage.RATING:
        query = query.where(Review.peer_time_over_at.is_(None))
    return query


def _close(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    cases = reviews_by_key(turn.op, keys)
    if turn.values["stage"] == CaseStage.SELF_ASSESSMENT:
        # With the first rows and not at the click: a year's figures of everybody are summed for it.
        lock_if_due(turn.op, turn.record)
        close_self_assessments(turn.op, cases, turn.values["reason"])
    else:
        write_many(turn.op, {each: {"peer_time_over_at": turn.op.now} for each in cases})
        complete_ratings(turn.op, cases)
    return {}


CLOSE_STAGE = Many(
    "close_stage",
    "3.3-a",
    _still_there,
    _close,
    cases_named,
    P_(
        "%(count)s case goes on: without a self-assessment it is marked, and the colleagues' time to rate is over.",
        "%(count)s cases go on: without a self-assessment they are marked, and the colleagues' time to rate is over.",
    ),
    begin=_begin_closing,
)


@act("cycle", "close_stage", Field("stage", N_("Which stage"), "choice", choices=CLOSABLE), REASON, many=CLOSE_STAGE)
def close_stage(cycle_id: int, stage: str, reason: str, *, actor: Actor, now: datetime) -> int:
    """At a deadline: cases without a self-assessment go on, marked; the colleagues' time is over (3.3-a).

    A missing superior or head is reassigned, never skipped. Returns how many cases were moved or marked.
    Raises `Invalid` for a stage that cannot be closed this way.
    """
    return whole(CLOSE_STAGE, cycle_id, Cycle, {"stage": stage, "reason": reason}, actor=actor, now=now).done
