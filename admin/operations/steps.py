"""Steps that records take by the workflow table, gathered so that many are moved and told of together (3.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from admin.domain.refusals import Refused
from admin.domain.workflow import Facts, Transition, decide
from admin.domain.workflow.engine import target
from admin.models.audit import recorded

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
    return {name: [None, recorded(table, name, value)] for name, value in values if value is not None}
