"""The actions of appeals and objections by name: for buttons, API and command line (interfaces: appeals)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from admin.access.actor import Actor
from admin.domain.codes import AppealGround, PanelResult
from admin.domain.refusals import N_
from admin.domain.workflow import Facts
from admin.models import Appeal
from admin.operations import actions
from admin.operations.actions import REASON, Field
from admin.operations.appeals import appeals, panel
from admin.operations.committee.committee import company_day
from admin.operations.transaction import Operation
from admin.queries.appeals.appeal_facts import appeal_facts

RESULTS = PanelResult.labels()
GROUNDS = AppealGround.labels()


def facts_of(op: Operation, appeal: Appeal, *, attempt: bool, data: Mapping[str, Any]) -> Facts:
    """An appeal's facts for the actor of the operation."""
    reason = str(data.get("reason") or "")
    return appeal_facts(op.session, appeal, op.actor, company_day(op.now), attempt=attempt, reason=reason)


def answer(appeal_id: int, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """answer: {supports, reason}."""
    return appeals.answer(appeal_id, bool(data["supports"]), data.get("reason") or "", actor=actor, now=now)


def cast(appeal_id: int, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """cast_ballot: {result, grade?, reason}."""
    return panel.cast_ballot(
        appeal_id, data["result"], data.get("reason") or "", data.get("grade"), actor=actor, now=now
    )


def close(appeal_id: int, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """close_ballot: {reason}."""
    return panel.close_ballot(appeal_id, data.get("reason") or "", actor=actor, now=now)


def state(appeal: Appeal) -> dict[str, Any]:
    """What the API answers after an act."""
    return {"id": appeal.id, "number": appeal.number, "stage": appeal.stage, "result": appeal.result}


actions.register_process("appeal", Appeal, facts_of, state=state, people=lambda row: {"filer": [row.filer_id]})
actions.register(
    "appeal",
    "answer",
    call=answer,
    fields=[Field("supports", N_("I support the appeal"), "boolean", required=False), REASON],
)
actions.register(
    "appeal", "refer_to_panel", call=lambda key, data, *, actor, now: appeals.refer_to_panel(key, actor=actor, now=now)
)
actions.register(
    "appeal",
    "make_statement",
    fields=[Field("reason", N_("Your statement"), "reason")],
    call=lambda key, data, *, actor, now: appeals.make_statement(key, data.get("reason") or "", actor=actor, now=now),
)
actions.register(
    "appeal",
    "cast_ballot",
    call=cast,
    fields=[
        Field("result", N_("Your ballot"), "choice", choices=tuple(RESULTS.items())),
        Field("grade", N_("Code of the grade that is fixed"), required=False),
        REASON,
    ],
    finds=True,
)
actions.register("appeal", "close_ballot", call=close, fields=[REASON])
actions.register(
    "appeal", "withdraw", call=lambda key, data, *, actor, now: appeals.withdraw(key, actor=actor, now=now)
)
