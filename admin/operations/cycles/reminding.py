"""Reminding whoever is waited for: one digest a person and day, with a paragraph of HR's own where they add one (6.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from admin.access.actor import Actor
from admin.domain.codes import CaseStage, CycleKind, ReminderState
from admin.domain.refusals import N_, P_, Invalid, Refusal
from admin.models import Cycle, Department, Employee, Notification
from admin.operations.acts import Field, act
from admin.operations.fields import anyone_of
from admin.operations.many import Many, Turn, whole
from admin.queries.cases.process import deadline_day
from admin.queries.cycles.boards import DUE
from admin.queries.cycles.cycle_facts import cycle_facts
from admin.queries.cycles.waited_for import (
    LONGEST_WORDS,
    REMIND,
    REMIND_COLLEAGUE,
    WAITED_FOR,
    colleagues_waited_for,
    open_ratings,
    waited_for,
)
from admin.queries.system.calendar import morning
from admin.queries.system.long_work import accounts_named

STAGES = tuple((stage.value, stage.label) for stage in WAITED_FOR)
TOO_LONG = N_("At most %(most)s characters; this has %(count)s. It is read on a phone and in a mail.")
COLLEAGUES = Field("colleagues", N_("Only colleagues who have still to rate"), "boolean")
WORDS = Field("words", N_("A paragraph of your own"), "text", required=False)


def _asks_colleagues(values: Mapping[str, Any]) -> bool:
    """Whether it goes to the colleagues who have still to rate: they are waited for at the ratings alone."""
    return bool(values.get("colleagues") and values["stage"] == CaseStage.RATING)


def _begin(turn: Turn) -> None:
    op, cycle, stage, words = turn.op, turn.record, turn.values["stage"], turn.values.get("words") or ""
    known = {"waited_for_at": stage} if stage in WAITED_FOR else {}
    op.step(cycle, cycle_facts(op.session, cycle, op.actor, op.now, **known), "remind", reason=words)
    if stage not in WAITED_FOR:
        raise Invalid({"stage": N_("There is no one to remind at this stage.")})
    if len(words) > LONGEST_WORDS:
        raise Invalid({"words": TOO_LONG}, {"most": LONGEST_WORDS, "count": len(words)})


def _due(turn: Turn) -> Select[Any]:
    """The accounts that are to be reminded and were not today: whoever clicks, reminders that come hourly are not read."""
    person, department = turn.values.get("person_id"), turn.values.get("department_id")
    if _asks_colleagues(turn.values):
        # Asked about one person the answer would say who rates (6.3-d).
        rows = colleagues_waited_for(turn.record, turn.op.now).subquery().c
        query = select(rows.account)
    else:
        rows = waited_for(turn.record, turn.values["stage"], turn.op.now).subquery().c
        query = select(rows.account).where(rows.state == ReminderState.DUE)
        query = query.where(rows.person == person) if person is not None else query
    query = query.where(rows.department == department) if department is not None else query
    return query.execution_options(unscoped=True)


def _carry(turn: Turn, users: Sequence[int]) -> Mapping[int, Refusal]:
    cycle, stage, words = turn.record, turn.values["stage"], turn.values.get("words") or ""
    asks = _asks_colleagues(turn.values)
    # A rater's digest counts what they have to rate in either part, or one who has both would need two.
    rows = (open_ratings(cycle, turn.op.now) if stage == CaseStage.RATING else _of_stage(turn)).subquery().c
    waiting: dict[int, list[int]] = defaultdict(list)
    query = select(rows.case, rows.account).where(rows.account.in_(users))
    for review_id, user_id in turn.op.session.execute(query.execution_options(unscoped=True)):
        waiting[user_id].append(review_id)
    messages = {
        user: {
            "user_id": user, "process": "review", "action": REMIND_COLLEAGUE if asks else REMIND,
            "record_id": min(cases), "facts": reminder_facts(cycle, stage, len(cases), words),
        }
        for user, cases in waiting.items()
    }  # fmt: skip
    if stage == CaseStage.RATING and not asks:
        _take_up(turn, messages)
    turn.op.post(messages.values())
    return {}


def reminder_facts(cycle: Cycle, stage: str, count: int, words: str = "") -> dict[str, Any]:
    """What a reminder says: of which stage, of how many cases, by when, and HR's words where there are any."""
    facts = {"stage": stage, "count": count, "due": deadline_day(getattr(cycle, DUE[stage])).isoformat()}
    tried = {"rehearsal": True} if cycle.kind == CycleKind.REHEARSAL else {}
    return facts | tried | ({"words": words} if words else {})


def _of_stage(turn: Turn) -> Select[Any]:
    rows = waited_for(turn.record, turn.values["stage"], turn.op.now).subquery().c
    return select(rows.case, rows.account).where(rows.state == ReminderState.DUE)


def _take_up(turn: Turn, messages: Mapping[int, dict[str, Any]]) -> None:
    """Who was reminded as a colleague today and is reminded as superior has one digest of the day: this one in its place."""
    mine = (Notification.user_id.in_(list(messages)), Notification.action == REMIND_COLLEAGUE)
    today = Notification.created_at >= morning(turn.op.now)
    earlier = update(Notification).where(*mine, today).values(read_at=turn.op.now)
    turn.op.session.execute(earlier, execution_options={"synchronize_session": False})


REMINDING = Many(
    "remind",
    "6.1",
    _due,
    _carry,
    accounts_named,
    P_(
        "%(count)s person gets a message that says what is still to be done and by when; one a person and day at most.",
        "%(count)s people get a message that says what is still to be done and by when; one a person and day at most.",
    ),
    begin=_begin,
    # How many colleagues are missing would tell, from one reminder to the next, that somebody has rated (6.3-d).
    discreet=_asks_colleagues,
)


@act(
    "cycle",
    "remind",
    Field("stage", N_("Which stage"), "choice", choices=STAGES),
    anyone_of("department", N_("Only of one department"), Department, required=False),
    anyone_of("person", N_("Only one person"), Employee, required=False),
    COLLEAGUES,
    WORDS,
    many=REMINDING,
)
def remind(
    cycle_id: int,
    stage: str,
    department_id: int | None = None,
    person_id: int | None = None,
    colleagues: bool = False,
    words: str | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Tell everyone whose part of a stage is missing, or those of a department, one person, or colleagues who have to rate.

    At the ratings these are the superiors, or with `colleagues` the colleagues, whose number is told to nobody (6.3-d).
    One digest a person and day at most; `words` (at most 1,000 characters) stand in it as HR's own. Returns how many people
    were told. Raises `Invalid` for a stage that waits for nobody in particular, `Refused` (6.1) where no case waits in it.
    """
    given = {
        "stage": stage, "department_id": department_id, "person_id": person_id, "colleagues": colleagues, "words": words,
    }  # fmt: skip
    return whole(REMINDING, cycle_id, Cycle, given, actor=actor, now=now).done
