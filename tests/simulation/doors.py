"""The portal's doors as the simulation uses them: the one file that names the registry, the actors and the API's paths.

A step goes through a door and comes to one of four ends (done, refused, invalid, hidden); anything else is a fault. What
holds at every door is held here: offered and accepted are the same, and what is not done changes nothing.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from random import Random
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor, acting_as
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.files.faults import FileFault
from admin.models import AccountState, db
from admin.operations import acts
from admin.operations.accounts.sign_ins import begin_sign_in
from admin.operations.seconding import Proposed
from admin.queries.accounts.actors import actor_named
from tests.simulation.centre import Centre
from tests.simulation.ground import Ground

RESOURCES = {
    "review": "reviews", "cycle": "cycles", "meeting": "meetings", "appeal": "appeals", "complaint": "complaints",
    "policy_version": "policy_versions", "grade_change": "grade_changes", "takeover_correction": "takeover_corrections",
    "confirmation": "confirmations", "document_withdrawal": "document_withdrawals",
}  # fmt: skip
# Open to somebody on a record as a whole, because it is open on one of its parts, while the input may name another: why.
OF_ONE_CASE = "it is open on one case of the agenda, and the input may name another"
BY_INPUT: dict[tuple[str, str], str] = {
    ("meeting", "cast_ballot"): OF_ONE_CASE,
    ("meeting", "move_grade"): OF_ONE_CASE,
    ("meeting", "pull_from_consent"): OF_ONE_CASE,
    ("meeting", "close_ballot"): OF_ONE_CASE,
    ("meeting", "premark"): OF_ONE_CASE,
    ("meeting", "declare_conflict"): OF_ONE_CASE,
    ("meeting", "take_off_agenda"): OF_ONE_CASE,
    ("appeal", "override_recusal"): "it is open on one recusal, and the input may name another",
    ("meeting", "override_recusal"): "it is open on one recusal, and the input may name another",
    ("cycle", "close_stage"): "it is open on one stage, and the input may name the other",
    ("cycle", "extend"): "a later day is later than one deadline, and the input may name another",
    ("cycle", "correct_notice"): "it is open on one notice, and the input may name another",
    ("cycle", "issue"): "it is open from one day on, and the input may name another",
    ("confirmation", "confirm"): "what was proposed is asked again when it is done, and much has happened since",
}
# An act on a record that the actor knows by its number alone is offered where the number stands, not on the record.
BY_NUMBER = {("appeal", "appoint_to_panel")}
# Handing a form in together with its answers is one act; whether it is complete is seen only then.
COMPLETED_BY_INPUT = {("review", "submit_self_assessment")}


@dataclass(frozen=True)
class Step:
    """One thing that somebody does, or tries to: enough to do it again."""

    at: datetime
    who: str
    verb: str
    target: tuple[Any, ...] = ()
    dice: int = 0
    wrong: bool = False
    api: bool = False
    how: str = ""  # "killed" in the middle and begun again, or done twice "at once"


@dataclass(frozen=True)
class Outcome:
    """What came of a step: done, refused, invalid, hidden or gone (the thing it names is not there), and why."""

    end: str
    clause: str = ""
    words: str = ""


class Broken(Exception):
    """A law of the lawful year does not hold."""

    def __init__(self, law: str, words: str) -> None:
        super().__init__(f"{law}: {words}")
        self.law, self.words = law, words


# What makes somebody who they are, summed up: accounts and their roles, lines, seats, parts in complaints.
OFFICES = (
    "SELECT count(*), total(coalesce(user_id, 0) * id), total(coalesce(superior_id, 0) * id), total(length(name)) FROM employees",
    "SELECT count(*), sum(active), (SELECT count(*) || ' ' || total(role_id * user_id) FROM ab_user_role) FROM ab_user",
    "SELECT count(*), total(coalesce(head_id, 0) * id) FROM departments",
    "SELECT count(*), total(coalesce(superior_id, 0) * id), total(coalesce(head_id, 0) * id) FROM reviews",
    "SELECT group_concat(employee_id || office || on_panel || panel_chair || term_from || coalesce(term_to, '')) FROM committee_members",
    "SELECT count(*), total(employee_id * complaint_id * length(role)) FROM complaint_parties",
)


@dataclass
class World:
    """A centre in a database, and the people in it."""

    ground: Ground
    centre: Centre
    _actors: dict[str, Actor] = field(default_factory=dict)
    _asked_at: tuple[tuple[int, int], date] | None = (
        None  # the state of the database, and the day, that the actors are of
    )

    def id_of(self, number: str) -> int | None:
        """An employee's id by number."""
        found = self.ground.one("SELECT id FROM employees WHERE number = ?", number)
        return None if found is None else int(found)

    def number_of(self, key: int | None) -> str:
        """An employee's number by id; empty for nobody."""
        return str(self.ground.one("SELECT number FROM employees WHERE id = ?", key) or "")

    def actor(self, number: str) -> Actor:
        """Who somebody is at this moment. Raises `NotFound` for a closed account."""
        if not number:
            return self.ground.system
        asked_at = (tuple(tuple(self.ground.all(query)[0]) for query in OFFICES), self.today)
        if self._asked_at != asked_at:
            self._asked_at, self._actors = asked_at, {}
        if number not in self._actors:
            with acting_as(self.ground.system):
                who = actor_named(db.session, number, today=self.today, via="web")
                self._actors[number] = replace(who, sign_in=self._signed_in(who))
        return self._actors[number]

    def _signed_in(self, who: Actor) -> int:
        """Where somebody is signed in now, as the page of signing in does it once the password was right."""
        state = db.session.scalars(select(AccountState).where(AccountState.user_id == who.user_id)).first()
        return begin_sign_in(state.epoch if state else 1, actor=who, now=self.ground.now)

    @property
    def today(self) -> date:
        """The company's day."""
        return self.ground.now.astimezone(self.ground.settings.portal_tz).date()


def ended(call: Callable[[], Any], what: str) -> Outcome:
    """Carry something out and say how it ended. Raises `Broken` where the portal fails instead of answering."""
    try:
        call()
    except Proposed:
        return Outcome("done")  # put down: a second person decides on it among what waits
    except NotFound:
        return Outcome("hidden")
    except Invalid as fault:
        return Outcome("invalid", words=str(fault))
    except FileFault as fault:
        return Outcome("invalid", words=str(fault))
    except Refused as refused:
        first = refused.refusal
        return Outcome("refused", first.clause, first.reason % {**dict(first.facts)} if first.facts else first.reason)
    except Exception as fault:
        last = traceback.format_exc().strip().splitlines()
        raise Broken(
            "no answer is a fault", f"{what}: {type(fault).__name__}: {fault}\n" + "\n".join(last[-14:])
        ) from fault
    return Outcome("done")


def unchanged(ground: Ground, call: Callable[[], Outcome], what: str) -> Outcome:
    """The outcome of a call that may change rows only where it is done; signing in leaves a trace of its own."""
    before, sign_ins = ground.mark(), ground.sign_ins
    outcome = call()
    if outcome.end != "done" and ground.mark() != before and ground.sign_ins == sign_ins and not ground.rival:
        raise Broken(
            "what is refused changes nothing",
            f"{what} was {outcome.end} ({outcome.clause} {outcome.words}), yet rows changed",
        )
    return outcome


def act(world: World, step: Step, key: int, data: dict[str, Any], sure: bool) -> Outcome:
    """One of the registry's actions on a record, through the operation or the API."""
    process, action = step.verb.split(".")
    try:
        actor = world.actor(step.who)
    except NotFound:
        return Outcome("hidden")
    now = world.ground.now
    asked = (step.wrong or step.dice % 4 == 0) and not world.ground.rival  # what is offered costs as much as doing it
    open_to = offered_to(process, key, actor, now) if asked else None
    what = f"{step.verb} of {key} by {step.who}"
    if step.api:
        outcome = unchanged(world.ground, lambda: _by_api(world, step, process, action, key, data), what)
    else:
        call = lambda: acts.perform(process, key, action, data, actor=actor, now=now)  # noqa: E731
        outcome = unchanged(world.ground, lambda: ended(call, what), what)
    if asked:
        _same(process, action, open_to, outcome, sure, what)
    return outcome


def offered_to(process: str, key: int, actor: Actor, now: datetime) -> dict[str, bool] | None:
    """What is offered on a record to an actor, allowed or not; None where the record is not there for them."""
    try:
        return {each.action: each.allowed for each in acts.offered(process, key, actor, now)}
    except NotFound:
        return None


def _same(process: str, action: str, open_to: dict[str, bool] | None, outcome: Outcome, sure: bool, what: str) -> None:
    if outcome.end == "gone":
        return
    allowed = bool(open_to and open_to.get(action))
    if outcome.end == "done" and not allowed and (process, action) not in COMPLETED_BY_INPUT | BY_NUMBER:
        raise Broken("what is not offered is not accepted", f"{what} was done, though it was not offered")
    if allowed and sure and outcome.end not in ("done",) and (process, action) not in BY_INPUT:
        raise Broken(
            "what is offered is accepted",
            f"{what} was offered and then {outcome.end}: {outcome.clause} {outcome.words}",
        )


def _by_api(world: World, step: Step, process: str, action: str, key: int, data: dict[str, Any]) -> Outcome:
    path = f"/api/v1/{RESOURCES[process]}/{key}/actions/{action}"
    status, answer = world.ground.ask(step.who, "POST", path, data)
    if status >= 500:
        logged = "\n".join(world.ground.faults.taken())
        raise Broken("no answer is a fault", f"POST {path} by {step.who} answered {status} {answer}\n{logged}")
    if status in (200, 202):  # done, or put down for a second person
        return Outcome("done")
    if status == 401:
        return Outcome("gone", words="a newcomer who has not signed in yet")
    if status == 409:
        return Outcome("refused", str((answer or {}).get("clause")), str((answer or {}).get("reason")))
    return Outcome("invalid" if status in (400, 422) else "hidden", words=str(answer)[:300])


def garbage(data: dict[str, Any], dice: Random) -> dict[str, Any]:
    """An input with something wrong in it."""
    if not data or dice.random() < 0.2:
        return {}
    name = dice.choice(sorted(data))
    value = dice.choice(
        [
            None,
            "",
            "x" * 6000,
            -1,
            0,
            2**40,
            1.5,
            "☃\u007f\t",
            [],
            [1, "a"],
            {},
            {"a": {"value": 9}},
            True,
            "E9999",
            "2026-02-31",
            "J9",
            {"0": {"x": 1}},
        ]
    )
    return {**data, name: value}
