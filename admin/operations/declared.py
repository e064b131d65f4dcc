"""What a feature declares: its process, and the acts that its verbs carry out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from admin.access.actor import Actor
from admin.domain.workflow import Facts
from admin.operations.fields import Field
from admin.operations.many import Many
from admin.operations.parameters import filled, group_of, has_default, parameters_of
from admin.operations.transaction import Operation

FactsOf = Callable[[Operation, Any, str | None], Facts]  # of a record; the reason is None where it is only offered
Before = Callable[..., AbstractContextManager[Any]]  # by the record, `actor` and `now`, around the act's transaction


@dataclass(frozen=True)
class Process:
    """A process of the workflow table as its feature declared it."""

    name: str
    record: type[Any]
    facts: FactsOf
    state: Callable[[Any], dict[str, Any]]
    holds: Callable[[Any], bool]


@dataclass(frozen=True)
class Act:
    """An action of the table with the verb that carries it out; `finds`: the verb itself says to whom the record is there.

    `constant` holds the verb's parameters that the act itself fixes, `names_record` whether the verb takes the record at all,
    alone or (`as_list`) as one of many. `many`: how it is carried out on many rows, in batches where they are more than a few.
    `before`: what has to be ready before its transaction begins.
    """

    process: str
    action: str
    verb: Callable[..., Any]
    fields: tuple[Field, ...] = ()
    finds: bool = False
    constant: Mapping[str, Any] = field(default_factory=dict)
    names_record: bool = True
    as_list: bool = False
    many: Many | None = None
    before: Before | None = None

    def carry_out(self, key: int, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
        """Call the verb with the values, by the names of its parameters."""
        record = [[key] if self.as_list else key] if self.names_record else []
        return self.verb(*record, **self.arguments(values), **self.constant, actor=actor, now=now)

    def arguments(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values by the parameters of the verb."""
        given = {each.parameter: (values[each.name], each.blank) for each in self.fields}
        found: dict[str, Any] = {}
        for parameter in parameters_of(self.verb):
            if parameter.name in given:
                found |= filled({parameter.name: parameter.default is not parameter.empty}, given)
            elif (group := group_of(parameter)) is not None:
                inside = {each.name: has_default(each) for each in fields(group)}
                anything = any(given[name][0] is not None for name in inside if name in given)
                # Nothing given and a default there: the verb tells "not asked" from "asked with blanks".
                if anything or parameter.default is parameter.empty:
                    found[parameter.name] = group(**filled(inside, given))
        return found
