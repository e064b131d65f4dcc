"""What may be done to a record now, and doing it by name: one registry behind buttons, API and command line.

A feature registers its process (which table, which facts, what its state looks like) and those actions that take more
than a reason. An action of the workflow table that nobody registered is still carried out: the step, its history, its
messages. So a new row of the table works with no other edit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.calendar import day_named
from admin.domain.refusals import N_, Invalid, NotFound
from admin.domain.texts import UNPRINTABLE_TEXT, is_printable
from admin.domain.workflow import Decision, Facts, actions_at
from admin.domain.workflow import transitions as table
from admin.models import Review, db
from admin.operations.transaction import Operation, operation
from admin.queries.system.recipients import users_told

FactsOf = Callable[..., Facts]  # facts_of(op, record, *, attempt: bool, data: Mapping) -> Facts
People = Callable[[Any], Mapping[str, Collection[int]]]  # people(record) -> {relation: employees that the record names}
Call = Callable[..., Any]  # call(record_id, data, *, actor, now) -> anything
KINDS = ("text", "reason", "integer", "number", "boolean", "date", "choice", "json")
LONGEST_REASON = 4000


@dataclass(frozen=True)
class Field:
    """One input of an action: its name, label (message id), kind, and whether it must be there."""

    name: str
    label: str = ""
    kind: str = "text"
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()


REASON = Field("reason", N_("Reason"), "reason")


@dataclass(frozen=True)
class Process:
    """A process of the workflow table as its feature registered it."""

    name: str
    record: type[Any]
    facts: FactsOf
    state: Callable[[Any], dict[str, Any]]
    people: People


@dataclass(frozen=True)
class Registered:
    """How one action is carried out; `finds`: the operation itself says to whom the record is there."""

    call: Call
    fields: tuple[Field, ...]
    finds: bool = False


PROCESSES: dict[str, Process] = {}
ACTIONS: dict[tuple[str, str], Registered] = {}


def _stage_only(record: Any) -> dict[str, Any]:
    return {"id": record.id, "stage": record.stage}


def register_process(
    name: str,
    record: type[Any],
    facts: FactsOf,
    *,
    state: Callable[[Any], dict[str, Any]] = _stage_only,
    people: People = lambda _: {},
) -> None:
    """Say which table a process moves on and how its facts are found; `state` is what the API answers after an act.

    `people` names employees whom the record itself knows by relation (a filer, an appointed officer), for "tells".
    """
    PROCESSES[name] = Process(name, record, facts, state, people)


def register(process: str, action: str, *, call: Call, fields: Sequence[Field] = (), finds: bool = False) -> None:
    """Say which operation carries an action out: call(record_id, data, actor=..., now=...), and what it asks for.

    With `finds` the operation is asked also where the record is out of the actor's sight: so that a recused member's
    vote is refused with its clause, while the case is not found otherwise (3.3-e).
    """
    ACTIONS[process, action] = Registered(call, tuple(fields), finds)


def process_named(name: str) -> Process:
    """A registered process; raises `NotFound`."""
    if name not in PROCESSES:
        raise NotFound(name)
    return PROCESSES[name]


def actions_of(process: str) -> list[str]:
    """The names of a process's actions that somebody can be offered, in the table's order."""
    return list(dict.fromkeys(row.action for row in table.TABLE if row.process == process and row.offered))


def _rows(process: str, action: str) -> list[Any]:
    return [row for row in table.TABLE if row.process == process and row.action == action and row.offered]


def fields_of(process: str, action: str) -> tuple[Field, ...]:
    """What an action asks for: as registered, else a reason where its guard wants one. Raises `NotFound`."""
    rows = _rows(process, action)
    if not rows:
        raise NotFound(f"{process} {action}")
    if (process, action) in ACTIONS:
        return ACTIONS[process, action].fields
    return (REASON,) if any("reason_given" in row.only_if for row in rows) else ()


def _find(process: Process, record_id: int, actor: Actor) -> Any:
    with acting_as(actor):
        return Operation("read", actor, datetime.min, db.session()).find(process.record, record_id, lock=False)


def offered(process: str, record_id: int, actor: Actor, now: datetime) -> list[Decision]:
    """Every action that the actor's relations name at the record's stage, allowed or with the reasons why not.

    Raises `NotFound` for a record that is not there or not the actor's to see. Changes nothing.
    """
    known = process_named(process)
    record = _find(known, record_id, actor)
    with acting_as(system_actor(actor.via)):
        facts = known.facts(Operation("offer", actor, now, db.session()), record, attempt=False, data={})
        return list(actions_at(facts))


def state_of(process: str, record_id: int, actor: Actor) -> dict[str, Any]:
    """What the API says about a record after an act."""
    known = process_named(process)
    return known.state(_find(known, record_id, actor))


def perform(process: str, record_id: int, action: str, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """Carry an action out. Unknown fields are ignored.

    Raises `NotFound` (no such record or action), `Invalid` (wrong input), `Refused` (stage, person, guard).
    """
    known = process_named(process)
    fields = fields_of(process, action)
    registered = ACTIONS.get((process, action))
    try:
        _find(known, record_id, actor)
    except NotFound:
        if registered is None or not registered.finds:
            raise
        return _unseen(registered, record_id, data, actor, now)
    if registered is None:
        return _plain_step(known, record_id, action, cleaned((REASON,), data)["reason"][:LONGEST_REASON], actor, now)
    return registered.call(record_id, cleaned(fields, data), actor=actor, now=now)


def _unseen(registered: Registered, record_id: int, data: Mapping[str, Any], actor: Actor, now: datetime) -> Any:
    """Ask the operation about a record that the actor does not see; a wrong input must not tell that it is there."""
    try:
        return registered.call(record_id, cleaned(registered.fields, data), actor=actor, now=now)
    except Invalid as error:
        raise NotFound(str(record_id)) from error


def _plain_step(process: Process, record_id: int, action: str, reason: str, actor: Actor, now: datetime) -> Any:
    with operation(action, actor=actor, now=now) as op:
        record = op.find(process.record, record_id)
        facts = process.facts(op, record, attempt=True, data={"reason": reason})
        transition = op.step(record, facts, action, reason=reason)
        op.tell(_told(op, process, record, transition.tells), process.name, action, record.id)
    return record


def _told(op: Operation, process: Process, record: Any, tells: Sequence[str]) -> set[int]:
    """The accounts of those whom a row tells: by the record's case, by office, or named by the record itself."""
    named = process.people(record)
    people = [key for relation in tells for key in named.get(relation, ())]
    review = record if isinstance(record, Review) else getattr(record, "review", None)
    return users_told(op.session, tells, review=review, today=op.today, people=people)


def cleaned(fields: Sequence[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """The input of an action, typed, without what it does not ask for. Raises `Invalid` naming every wrong field.

    A missing reason is left to the guard, which refuses with its clause.
    """
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for each in fields:
        given = data.get(each.name)
        if given is None or (isinstance(given, str) and not given.strip()):
            if each.required and each.kind not in ("boolean", "reason"):
                wrong[each.name] = N_("This is needed.")
            values[each.name] = {"boolean": False, "reason": ""}.get(each.kind)
            continue
        if not is_printable(given):
            wrong[each.name] = UNPRINTABLE_TEXT
            continue
        try:
            values[each.name] = _typed(each, given)
        except (ValueError, TypeError, InvalidOperation):
            wrong[each.name] = N_("This cannot be read as what is asked for here.")
    if wrong:
        raise Invalid(wrong)
    return values


def _typed(field: Field, given: Any) -> Any:
    if field.kind == "json":
        return given
    if field.kind == "boolean":
        return given in (True, 1, "1", "y", "yes", "true", "on")
    if field.kind == "integer":
        if isinstance(given, bool | float):
            raise ValueError(given)
        return _bounded(int(str(given).strip()))
    if field.kind == "number":
        value = Decimal(str(given).strip())
        if not value.is_finite():
            raise ValueError(given)
        return value
    if field.kind == "date":
        return day_named(str(given))
    if not isinstance(given, str) or len(given) > 10 * LONGEST_REASON:
        raise ValueError(given)
    if field.kind == "choice" and given not in [value for value, _label in field.choices]:
        raise ValueError(given)
    return given.strip()


def _bounded(value: int) -> int:
    if abs(value) > 2**31 - 1:
        raise ValueError(value)
    return value
