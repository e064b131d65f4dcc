"""An act is declared on its verb: the operation that carries it out says of which action, and what it asks for.

Buttons, the API and the command line all come here. A feature declares its process (which table, which facts, what its
state looks like) beside its verbs; `admin.operations.DECLARING` lists the modules that do. An action of the workflow
table that no verb declares is still carried out: the step, its history, its messages. So a new row of the table works
with no other edit.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from dataclasses import fields, replace
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, get_origin

from admin.access.actor import Actor, acting_as, system_actor
from admin.access.permissions import shown_to
from admin.domain.refusals import Invalid, NotFound
from admin.domain.workflow import Decision, actions_at
from admin.domain.workflow import transitions as table
from admin.models import LongWork, db
from admin.operations import DECLARING
from admin.operations.declared import Act, Before, FactsOf, Process
from admin.operations.fields import (
    LONGEST_REASON,
    OPTIONAL_REASON,
    REASON,
    Field,
    cleaned,
    record_of,
    with_files_checked,
)
from admin.operations.many import AskedOnMany, Many, Turn, taken_up
from admin.operations.once import Repeated, keep_result
from admin.operations.parameters import group_of, parameters_of
from admin.operations.transaction import Operation, operation
from admin.queries.cases.own_case import with_own_case

__all__ = ["OPTIONAL_REASON", "REASON", "Field", "act", "declare_process", "record_of"]

Verb = TypeVar("Verb", bound=Callable[..., Any])


class Twice(TypeError):
    """A process or an act that is declared already: each has one place."""


PROCESSES: dict[str, Process] = {}
ACTS: dict[tuple[str, str], Act] = {}
EFFECTS: dict[
    tuple[str, str], Act
] = {}  # on many rows, of other acts: nobody is offered them, the worker carries them on


def _every_row(_record: Any) -> bool:
    return True


def _stage_only(record: Any) -> dict[str, Any]:
    return {"id": record.id, "stage": record.stage}


def declare_process(
    name: str,
    record: type[Any],
    facts: FactsOf,
    *,
    state: Callable[[Any], dict[str, Any]] = _stage_only,
    holds: Callable[[Any], bool] = _every_row,
) -> None:
    """Say which table a process moves on and how its facts are found; `state` is what the API answers after an act.

    `holds` says which rows are of this process where two share a table; the others are not there for it.
    Raises `Twice`.
    """
    if name in PROCESSES:
        raise Twice(name)
    PROCESSES[name] = Process(name, record, facts, state, holds)


def act(
    process: str, action: str, /, *asked: Field, finds: bool = False, many: Many | None = None,
    before: Before | None = None, **constant: Any,
) -> Callable[[Verb], Verb]:  # fmt: skip
    """Declare that the decorated operation carries an action of the table out, and which fields it asks for.

    Each field fills the parameter of its name, or that attribute of a dataclass which the verb takes; the first parameter
    is the record. With `finds` the verb is asked also where the record is out of the actor's sight: so that a recused
    member's vote is refused with its clause, while the case is not found otherwise (3.3-e). An act on many says how its rows
    are found and carried out; every door then leaves more than a few of them to the worker.
    Raises `Twice`, and `TypeError` where table, fields and verb do not fit together.
    """

    def declare(verb: Verb) -> Verb:
        if (process, action) in ACTS:
            raise Twice(f"{process}.{action} is declared on {ACTS[process, action].verb.__name__} already")
        if not _rows(process, action):
            raise TypeError(f"the workflow table has no {process}.{action} that somebody is offered")
        ACTS[process, action] = _fitted(Act(process, action, verb, asked, finds, constant, many=many, before=before))
        return verb

    return declare


def effect_on_many(process: str, action: str, many: Many, *asked: Field) -> Act:
    """Declare what follows for many rows from an act on their record, which the worker carries on where they are many."""
    EFFECTS[process, action] = found = Act(process, action, many.carry, asked, many=many)
    return found


def follow(declared: Act, op: Operation, record: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Carry an effect on many out, or leave it to the worker, as the system; what is told of its rows."""
    assert declared.many is not None
    turn = Turn(op, record, dict(given), op.now)
    return taken_up(declared.many, turn, AskedOnMany(declared.process, declared.action, given, effect=True))


def _fitted(made: Act) -> Act:
    """The act with what its verb's parameters say of the record. Raises `TypeError`."""
    first, *rest = parameters_of(made.verb)
    asked = {each.parameter: each for each in made.fields}
    names_record = first.name not in asked
    wanted = rest if names_record else [first, *rest]
    taken = {each.name for each in wanted} | {
        each.name for parameter in wanted if (group := group_of(parameter)) for each in fields(group)
    }
    place = f"{made.verb.__module__}.{made.verb.__name__}"
    if strange := set(asked) - taken:
        raise TypeError(f"{place} takes no {', '.join(sorted(strange))}")
    # A number from outside names anybody's record until somebody says whose it has to be: a correction once reached
    # another cycle's notice.
    if loose := [name for name, each in asked.items() if name.endswith(("_id", "_ids")) and each.look is None]:
        raise TypeError(f"{place}: {', '.join(loose)} names another record; say whose it is (record_of)")
    for each in wanted:
        if each.default is each.empty and each.name not in {*asked, *made.constant} and group_of(each) is None:
            raise TypeError(f"{place}: nothing is asked for {each.name}")
    as_list = issubclass(kind, Sequence) if isinstance(kind := get_origin(first.annotation), type) else False
    return replace(made, names_record=names_record, as_list=names_record and as_list)


@cache
def load() -> None:
    """Import every module that declares processes or acts, once."""
    for name in DECLARING:
        importlib.import_module(f"admin.operations.{name}")


def processes() -> Mapping[str, Process]:
    """Every process by its name."""
    load()
    return PROCESSES


def process_named(name: str) -> Process:
    """A declared process; raises `NotFound`."""
    if name not in processes():
        raise NotFound(name)
    return PROCESSES[name]


def actions_of(process: str) -> list[str]:
    """The names of a process's actions that somebody can be offered, in the table's order."""
    rows = (*table.TABLE, *table.BESIDE)
    return list(dict.fromkeys(row.action for row in rows if row.process == process and row.offered))


def _rows(process: str, action: str) -> list[Any]:
    rows = (*table.TABLE, *table.BESIDE)
    return [row for row in rows if row.process == process and row.action == action and row.offered]


def fields_of(process: str, action: str) -> tuple[Field, ...]:
    """What an act asks for: as declared, else a reason where its guard wants one. Raises `NotFound`."""
    load()
    rows = _rows(process, action)
    if not rows:
        raise NotFound(f"{process} {action}")
    if (process, action) in ACTS:
        return ACTS[process, action].fields
    # Without a verb of its own the act is a plain step; the table says whether it is recorded with a reason.
    return (REASON,) if any("reason_given" in row.only_if for row in rows) else ()


def _find(process: Process, record_id: int, actor: Actor) -> Any:
    with acting_as(actor):
        return _found(Operation("read", actor, datetime.min, db.session()), process, record_id)


def _found(op: Operation, process: Process, record_id: int) -> Any:
    # Not locked here: the verb locks what it changes, in its own order, and two orders would wait for each other.
    record = op.find(process.record, record_id, lock=False)
    asks_pages = op.actor.via != "api" and not op.actor.is_system
    if not process.holds(record) or (asks_pages and not shown_to(process.name, op.actor.roles)):
        raise NotFound(f"{process.name} {record_id}")
    return record


def offered(process: str, record_id: int, actor: Actor, now: datetime) -> list[Decision]:
    """Every action that the actor's relations name at the record's stage, allowed or with the reasons why not.

    Raises `NotFound` for a record that is not there or not the actor's to see. Changes nothing.
    """
    known = process_named(process)
    record = _find(known, record_id, actor)
    # The record is the actor's to see; the facts about it rest on rows that are not (others' ballots, the whole bench).
    with acting_as(system_actor(actor.via)):
        facts = known.facts(Operation("offer", actor, now, db.session()), record, None)
        return list(actions_at(with_own_case(facts, record, actor)))


def state_of(process: str, record_id: int, actor: Actor) -> dict[str, Any]:
    """What the API says about a record. Raises `NotFound`."""
    known = process_named(process)
    return known.state(_find(known, record_id, actor))


def perform(
    process: str, record_id: int, action: str, data: Mapping[str, Any], *, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Carry an act out in one transaction and tell the record's new state; asked for again under the same key, the first one.

    Unknown fields are ignored.

    Raises `NotFound` (no such record or action), `Invalid` (wrong input), `Refused` (stage, person, guard); `Proposed` where a
    second person has to confirm it (6.1-a).
    """
    try:
        return _perform(process_named(process), record_id, action, data, actor=actor, now=now)
    except Repeated as again:
        if again.result is None:
            raise
        return again.result


def _perform(
    known: Process, record_id: int, action: str, data: Mapping[str, Any], *, actor: Actor, now: datetime
) -> dict[str, Any]:
    asked, declared = fields_of(known.name, action), ACTS.get((known.name, action))
    data = with_files_checked(asked, data)
    named = declared.many if declared is not None and _on_many(declared, known, record_id, actor) else None
    ready = nullcontext() if declared is None or named is not None else made_ready(declared, record_id, actor, now)
    with (
        ready,
        operation(
            named.operation if named else action, actor=actor, now=now, clause=named.clause if named else ""
        ) as op,
    ):
        try:
            record = _found(op, known, record_id)
        except NotFound:
            if declared is None or not declared.finds:
                raise
            _unseen(declared, record_id, data, actor, now)
        else:
            _require_beside(op, known, record, action)
            if declared is not None and named is not None:
                rows = on_many(declared, op, record, data)
                state = {**_after(op, known, record_id), "rows": rows}
                keep_result(op.session, op.claimed, state)
                return state
            if declared is None:
                _plain_step(op, known, record_id, action, cleaned((REASON,), data)["reason"][:LONGEST_REASON])
            else:
                values = _looked_up(op, record, asked, cleaned(asked, data))
                declared.carry_out(record_id, values, actor=actor, now=now)
        state = _after(op, known, record_id)
        keep_result(op.session, op.claimed, state)
        return state


def _on_many(declared: Act, known: Process, record_id: int, actor: Actor) -> bool:
    """Whether an act goes by its rows; what is one piece does so only where it takes long."""
    if declared.many is None or declared.many.too_long is None:
        return declared.many is not None
    try:
        return declared.many.too_long(_find(known, record_id, actor))
    except NotFound:
        return False  # as it is said where the act looks for its record


def made_ready(declared: Act, record_id: int, actor: Actor, now: datetime) -> AbstractContextManager[Any]:
    """What has to be ready before the act's transaction begins; goes around it."""
    return declared.before(record_id, actor=actor, now=now) if declared.before is not None else nullcontext()


def on_many(
    declared: Act, op: Operation, record: Any, data: Mapping[str, Any], repeats: LongWork | None = None
) -> dict[str, Any]:
    """Carry an act on many out, or leave it to the worker; what is told of its rows. Raises as the act's beginning does."""
    assert declared.many is not None
    values = _looked_up(op, record, declared.fields, cleaned(declared.fields, data))
    # As JSON holds it, and what the act asks for alone: a form carries more, and the worker reads it all again.
    given = {each.name: data[each.name] for each in declared.fields if data.get(each.name) not in (None, "")}
    given = {name: value if isinstance(value, str | int | list | dict) else str(value) for name, value in given.items()}
    turn = Turn(op, record, declared.arguments(values), op.now)
    return taken_up(declared.many, turn, AskedOnMany(declared.process, declared.action, given, repeats))


def turn_of(op: Operation, work: LongWork, memory: dict[str, Any]) -> Turn:
    """A further turn of a work: its record and values as they stand now. Raises `NotFound` where the record is gone."""
    declared, process = act_of(work.process, work.action), process_named(work.process)
    record = _found(op, process, work.record_id)
    values = _looked_up(op, record, declared.fields, cleaned(declared.fields, work.given))
    given = declared.arguments(values) if (work.process, work.action) in ACTS else values
    return Turn(op, record, given, work.asked_at, deepcopy(work.kept), memory)


def declared_act(process: str, action: str) -> Act | None:
    """The act that a verb declares for an action; None where it is a plain step."""
    load()
    return ACTS.get((process, action))


def act_of(process: str, action: str) -> Act:
    """A declared act or effect; raises `NotFound`."""
    load()
    found = ACTS.get((process, action)) or EFFECTS.get((process, action))
    if found is None:
        raise NotFound(f"{process} {action}")
    return found


def doers_of(process: str, action: str) -> frozenset[str]:
    """The relations that the table names for an act."""
    return frozenset(name for row in _rows(process, action) for name in row.who)


def _require_beside(op: Operation, known: Process, record: Any, action: str) -> None:
    """An act on a record without stages is not there for whom its row does not name (3.3-g); the rest asks where it steps."""
    rows = [row for row in table.BESIDE if (row.process, row.action) == (known.name, action)]
    if rows and not any(known.facts(op, record, None).relations & set(row.who) for row in rows):
        raise NotFound(f"{known.name} {action}")


def _looked_up(op: Operation, record: Any, asked: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with what they name in the place of the names. Raises `Invalid` for what is not the record's."""
    found = dict(values)
    for each in asked:
        if each.look is not None and values[each.name] is not None:
            found[each.name] = each.look(op, record, values[each.name])
    return found


def _unseen(declared: Act, record_id: int, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Ask the verb about a record that the actor does not see; a wrong input must not tell that it is there."""
    try:
        declared.carry_out(record_id, cleaned(declared.fields, data), actor=actor, now=now)
    except Invalid as error:
        # "Wrong field" about a record that one does not see would say that it is there.
        raise NotFound(str(record_id)) from error


def _after(op: Operation, process: Process, record_id: int) -> dict[str, Any]:
    """The record's state; an act that takes the record out of the actor's sight says only that it was done."""
    try:
        return process.state(op.find(process.record, record_id, lock=False))
    except NotFound:
        # A declared conflict, for instance, takes the case away from whoever declared it.
        return {"id": record_id}


def _plain_step(op: Operation, process: Process, record_id: int, action: str, reason: str) -> None:
    record = op.find(process.record, record_id)
    op.step(record, process.facts(op, record, reason), action, reason=reason)
