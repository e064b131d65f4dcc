"""The committee's actions by name: for buttons, API and command line (interfaces: meetings, result check)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import Conflict
from admin.domain.refusals import N_, Invalid, NotFound
from admin.domain.workflow import Facts
from admin.models import AgendaItem, Meeting, db
from admin.operations import actions
from admin.operations.actions import REASON, Field
from admin.operations.committee import ballots, meetings
from admin.operations.committee.committee import company_day
from admin.operations.outcome import results
from admin.operations.transaction import Operation
from admin.queries.committee.meeting_facts import item_facts, meeting_facts

GROUNDS: dict[str, str] = {
    Conflict.KIN.value: N_("We are related"),
    Conflict.COMPLAINT_PARTY.value: N_("I am a party to a complaint about this case"),
    Conflict.DECLARED.value: N_("Another reason"),
}
ITEM = Field("item", N_("Case on the agenda"), "integer", required=False)
REVIEW = Field("review", N_("Number of the case"), "integer", required=False)
CONSENT = Field("consent", N_("The whole consent agenda"), "boolean", required=False)
GROUND = Field("ground", N_("Why are you conflicted?"), "choice", choices=tuple(GROUNDS.items()))


def facts_of(op: Operation, meeting: Meeting, *, attempt: bool, data: Mapping[str, Any]) -> Facts:
    """A meeting's facts, or those of the case that the input names."""
    today, reason = company_day(op.now), str(data.get("reason") or "")
    wanted = _wanted(data)
    if wanted is None:
        return meeting_facts(op.session, meeting, op.actor, today, attempt=attempt, reason=reason)
    item = op.session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, wanted)).first()
    if item is None:
        raise NotFound("AgendaItem")
    return item_facts(op.session, meeting, item, op.actor, today, attempt=attempt, reason=reason)


def _wanted(data: Mapping[str, Any]) -> Any:
    if data.get("item"):
        return AgendaItem.id == int(data["item"])
    return AgendaItem.review_id == int(data["review"]) if data.get("review") else None


def yes_or_no(data: Mapping[str, Any], name: str) -> bool:
    """A choice that must be made: nothing given is no vote against. Raises `Invalid`."""
    value = str(data.get(name)).strip().lower()
    if value in ("true", "1", "yes"):
        return True
    if value in ("false", "0", "no"):
        return False
    raise Invalid({name: N_("Say yes or no.")})


def _case(data: Mapping[str, Any]) -> dict[str, Any]:
    """Which case: exactly one of item, review and the consent agenda."""
    if sum(bool(data.get(name)) for name in ("item", "review", "consent")) != 1:
        raise Invalid({"item": N_("Name one case, or the consent agenda.")})
    return {"item_id": data.get("item"), "review_id": data.get("review"), "consent": bool(data.get("consent"))}


def _item(meeting_id: int, data: Mapping[str, Any]) -> int:
    """The number of the item that the input names by item or by review."""
    if data.get("item"):
        return int(data["item"])
    if not data.get("review"):
        raise Invalid({"item": N_("Name the case on the agenda.")})
    query = select(AgendaItem.id).where(AgendaItem.meeting_id == meeting_id, AgendaItem.review_id == data["review"])
    found = db.session.scalars(query.execution_options(unscoped=True)).first()
    if found is None:
        raise NotFound("AgendaItem")
    return found


def cast(meeting_id: int, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """cast_ballot: {review|item, in_favour} or {consent: true, in_favour}."""
    return ballots.cast_ballot(meeting_id, in_favour=yes_or_no(data, "in_favour"), **_case(data), actor=actor, now=now)


def close(meeting_id: int, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """close_ballot: {review|item, reason?} or {consent: true}."""
    return ballots.close_ballot(meeting_id, reason=data.get("reason") or "", **_case(data), actor=actor, now=now)


def move(meeting_id: int, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """move_grade: {review|item, grade, reason}."""
    item = _item(meeting_id, data)
    return ballots.move_grade(meeting_id, item, data["grade"], data.get("reason") or "", actor=actor, now=now)


def pull(meeting_id: int, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """pull_from_consent: {review|item}."""
    return ballots.pull_from_consent(meeting_id, _item(meeting_id, data), actor=actor, now=now)


def mark(meeting_id: int, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """premark: {review|item, agrees, note?}."""
    item, agrees = _item(meeting_id, data), yes_or_no(data, "agrees")
    return meetings.premark(meeting_id, item, agrees, data.get("note") or "", actor=actor, now=now)


def declare(meeting_id: int, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """declare_conflict: {review, ground, reason}."""
    return meetings.declare_conflict(
        meeting_id, data["review"], data["ground"], data.get("reason") or "", actor=actor, now=now
    )


def override(meeting_id: int, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """override_recusal: {recusal, reason}."""
    return meetings.override_recusal(meeting_id, data["recusal"], data.get("reason") or "", actor=actor, now=now)


def open_(meeting_id: int, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """open: {present: [seat, …]}."""
    present = data["present"]
    if not isinstance(present, list) or not all(isinstance(seat, int) for seat in present):
        raise Invalid({"present": N_("Name the seats of those who are present.")})
    return meetings.open_meeting(meeting_id, present, actor=actor, now=now)


def assign(review_id: int, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """assign_to_meeting, an action of the case: {meeting}."""
    return meetings.assign_to_meeting([review_id], data["meeting"], actor=actor, now=now)


actions.register_process(
    "meeting", Meeting, facts_of, state=lambda row: {"id": row.id, "number": row.number, "stage": row.stage}
)
actions.register("meeting", "open", call=open_, fields=[Field("present", N_("Who is present"), "json")])
actions.register(
    "meeting",
    "declare_conflict",
    call=declare,
    fields=[Field("review", N_("Number of the case"), "integer"), GROUND, REASON],
)
actions.register(
    "meeting",
    "override_recusal",
    call=override,
    fields=[Field("recusal", N_("Number of the recusal"), "integer"), REASON],
)
actions.register(
    "meeting",
    "premark",
    call=mark,
    fields=[ITEM, REVIEW, Field("agrees", N_("I agree"), "json"), Field("note", N_("Note to myself"), required=False)],
)
actions.register(
    "meeting", "cast_ballot", call=cast, fields=[ITEM, REVIEW, CONSENT, Field("in_favour", N_("In favour"), "json")]
)
actions.register(
    "meeting", "move_grade", call=move, fields=[ITEM, REVIEW, Field("grade", N_("Grade that is moved")), REASON]
)
actions.register("meeting", "pull_from_consent", call=pull, fields=[ITEM, REVIEW])
actions.register("meeting", "close_ballot", call=close, fields=[ITEM, REVIEW, CONSENT, REASON])
actions.register(
    "meeting", "adjourn", call=lambda key, data, *, actor, now: meetings.adjourn(key, actor=actor, now=now)
)
actions.register(
    "meeting", "sign_minutes", call=lambda key, data, *, actor, now: meetings.sign_minutes(key, actor=actor, now=now)
)
actions.register(
    "review", "assign_to_meeting", call=assign, fields=[Field("meeting", N_("Number of the meeting"), "integer")]
)
actions.register(
    "review", "verify_result", call=lambda key, data, *, actor, now: results.verify_result(key, actor=actor, now=now)
)
actions.register(
    "review",
    "reject_result",
    fields=[REASON],
    call=lambda key, data, *, actor, now: results.reject_result(key, data.get("reason") or "", actor=actor, now=now),
)
actions.register(
    "cycle", "verify_results", call=lambda key, data, *, actor, now: results.verify_results(key, actor=actor, now=now)
)
