"""What HR does about many at a deadline: remind whoever is waited for, close a stage (3.3-a, 6.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import Select, exists, select

import config
from admin.access.actor import Actor
from admin.domain.codes import CaseStage, RaterKind
from admin.domain.refusals import N_, P_, Invalid, Refusal
from admin.models import Cycle, Department, Employee, Notification, Review
from admin.operations.acts import REASON, Field, act
from admin.operations.cases.figures_lock import lock_if_due
from admin.operations.cases.ratings import complete_ratings, reviews_by_key
from admin.operations.cases.self_assessment import close_self_assessments
from admin.operations.fields import anyone_of
from admin.operations.many import Many, Turn, whole
from admin.operations.writing import write_many
from admin.queries.cycles.boards import missing_people
from admin.queries.cycles.cycle_facts import CLOSED_AT, cycle_facts
from admin.queries.system.long_work import accounts_named, cases_named

CLOSABLE = tuple((stage.value, stage.label) for stage in (CaseStage.SELF_ASSESSMENT, CaseStage.RATING))
WAITED_FOR = (*CLOSABLE, (CaseStage.DEPARTMENT_REVIEW.value, CaseStage.DEPARTMENT_REVIEW.label))
REMINDED = tuple(stage for stage, _label in WAITED_FOR)
NOT_CLOSED = N_(
    "Only self-assessment and the colleagues' rating are closed at a deadline; reassign the cases of "
    "people who are missing."
)
COLLEAGUES = Field("colleagues", N_("Only colleagues who have still to rate"), "boolean")


def _begin_reminding(turn: Turn) -> None:
    op, cycle = turn.op, turn.record
    op.step(cycle, cycle_facts(op.session, cycle, op.actor, op.now), "remind")
    if turn.values["stage"] not in REMINDED:
        raise Invalid({"stage": N_("There is no one to remind at this stage.")})


def _missing(turn: Turn) -> Select[Any]:
    """(case, account) of those whose part is missing, as far as the reminder is for them."""
    person, department = turn.values.get("person_id"), turn.values.get("department_id")
    # Asked about one person the answer says whether anybody was reminded; of a colleague it would say who rates (6.3-d).
    kind = RaterKind.PEER if turn.values.get("colleagues") else RaterKind.SUPERIOR if person is not None else None
    query = missing_people(turn.record.id, turn.values["stage"], kind)
    if department is not None:
        query = query.where(Review.department_id == department)
    return query.where(Employee.id == person) if person is not None and kind is not RaterKind.PEER else query


def _not_reminded(turn: Turn) -> Select[Any]:
    """The accounts that are to be reminded and were not today: whoever clicks, reminders that come hourly are not read."""
    # The day is the company's; UTC's would let two reminders through on one morning.
    midnight = datetime.combine(turn.op.today, time.min, config.current().portal_tz)
    told = Notification.__table__.alias()
    reminded = exists().where(
        told.c.user_id == Employee.user_id, told.c.action == "remind", told.c.created_at >= midnight
    )
    return _missing(turn).with_only_columns(Employee.user_id).where(~reminded)


def _remind(turn: Turn, users: Sequence[int]) -> Mapping[int, Refusal]:
    waiting: dict[int, list[int]] = defaultdict(list)
    for review_id, user_id in turn.op.session.execute(_missing(turn).where(Employee.user_id.in_(users))):
        waiting[user_id].append(review_id)
    stage = turn.values["stage"]
    turn.op.post(
        {
            "user_id": user,
            "process": "review",
            "action": "remind",
            "record_id": min(cases),
            "facts": {"stage": stage, "count": len(cases)},
        }
        for user, cases in waiting.items()
    )
    return {}


REMIND = Many(
    "remind",
    "6.1",
    _not_reminded,
    _remind,
    accounts_named,
    P_(
        "%(count)s person gets a message that says what is still to be done and by when; one a person and day at most.",
        "%(count)s people find a message that says what is still to be done and by when; one a person and day at most.",
    ),
    begin=_begin_reminding,
    # How many are missing at the ratings would tell, from one reminder to the next, that somebody has rated (6.3-d).
    discreet=lambda values: bool(values.get("stage") == CaseStage.RATING),
)


@act(
    "cycle",
    "remind",
    Field("stage", N_("Which stage"), "choice", choices=WAITED_FOR),
    anyone_of("department", N_("Only of one department"), Department, required=False),
    anyone_of("person", N_("Only one person"), Employee, required=False),
    COLLEAGUES,
    many=REMIND,
)
def remind(
    cycle_id: int,
    stage: str,
    department_id: int | None = None,
    person_id: int | None = None,
    colleagues: bool = False,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Tell everyone whose part of a stage is missing, or those of a department, one person, or colleagues who have to rate.

    One digest a person and day at most. Returns how many people were told. Raises `Invalid` for a stage that waits for
    nobody in particular.
    """
    given = {"stage": stage, "department_id": department_id, "person_id": person_id, "colleagues": colleagues}
    return whole(REMIND, cycle_id, Cycle, given, actor=actor, now=now).done


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
