"""Steps that records take by the workflow table, gathered so that many are moved and told of together (3.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from admin.access.actor import Actor
from admin.domain.codes import DeputyRole
from admin.domain.refusals import Refused
from admin.domain.texts import refuse_unprintable
from admin.domain.workflow import Facts, Transition, decide
from admin.domain.workflow.engine import target
from admin.models.audit import hidden_columns, recorded
from admin.models.event_form import plain

NAMED_IN_MESSAGES = {"review": ("stage", "stage"), "meeting": ("meeting", "number")}  # others by their own number


@dataclass(frozen=True)
class Taken:
    """A step that a record takes: its row of the table, and the facts as they were."""

    record: Any
    facts: Facts
    row: Transition
    leads_to: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "leads_to", target(self.row, self.facts.stage))

    def about(self) -> dict[str, Any]:
        """What a message says of the record itself."""
        name, column = NAMED_IN_MESSAGES.get(self.facts.process, ("number", "number"))
        value = self.leads_to if column == "stage" else getattr(self.record, column, None)
        return {} if value is None else {name: value}


def named_among(record: Any) -> str:
    """What people know a record by, where one of many is meant: whose case it is, else its number."""
    employee = getattr(getattr(record, "review", record), "employee", None)
    return str(employee or getattr(record, "number", None) or record.id)


def decided(record: Any, facts: Facts, action: str, *, among_many: bool) -> Transition:
    """The row that a record takes. Raises `Refused`, which among many says whose: "the case" would be any of them."""
    try:
        return decide(facts, action)
    except Refused as refused:
        if among_many:
            raise Refused(refused.refusal.named(named_among(record))) from None
        raise


@dataclass(frozen=True)
class Telling:
    """Whom the table tells of a step that some records took, and what the message says beside the records."""

    action: str
    tells: tuple[str, ...]
    taken: Sequence[Taken]
    message: dict[str, Any]
    by_actor: bool


def grouped(taken: Iterable[Taken]) -> dict[tuple[str, str], list[Taken]]:
    """Those that move, by the stages between which they do."""
    groups: dict[tuple[str, str], list[Taken]] = defaultdict(list)
    for each in taken:
        if each.leads_to != each.facts.stage:
            groups[each.facts.stage, each.leads_to].append(each)
    return groups


def by_tells(taken: Iterable[Taken]) -> dict[tuple[str, ...], list[Taken]]:
    """Those that tell somebody, by whom they tell."""
    groups: dict[tuple[str, ...], list[Taken]] = defaultdict(list)
    for each in taken:
        if each.row.tells:
            groups[each.row.tells].append(each)
    return groups


def held(table: str, values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """What an event says of a new row: each value that is there, as the trail holds it."""
    hidden = hidden_columns(table)
    return {
        name: [None, recorded(table, name, value) if name in hidden else plain(value)]
        for name, value in values
        if value is not None
    }


@dataclass(frozen=True)
class Marked:
    """What a step of a history says beside who took it and when: of which record, from where to where, as what, why."""

    process: str
    key: int
    action: str
    stages: tuple[str, str]
    relation: str
    clause: str
    reason: str
    in_place_of: str | None = None

    def row(self, actor: Actor, now: datetime) -> dict[str, Any]:
        """The step as a row. Raises `Invalid` for a reason that cannot be printed."""
        refuse_unprintable(reason=self.reason)  # set-based statements pass the session's own check by
        return {
            "process": self.process, "record_id": self.key, "action": self.action, "from_stage": self.stages[0],
            "to_stage": self.stages[1], "actor_id": actor.user_id, "actor_name": actor.name,
            "in_place_of": self.in_place_of, "relation": self.relation, "clause": self.clause, "reason": self.reason,
            "happened_at": now,
        }  # fmt: skip


def in_place_of(record: Any, relation: str) -> str | None:
    """In whose place somebody acts on a record as its superior or head; None where they are it themselves (3.3-c)."""
    if relation not in tuple(DeputyRole):
        return None
    case = record if hasattr(record, f"{relation}_for") else getattr(record, "review", None)
    person = getattr(case, f"{relation}_for", None)
    return person.name if person is not None else None
