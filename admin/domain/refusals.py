"""How the policy says no: a refusal cites its clause, gives its reason and the facts it rests on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


def N_(message: str) -> str:
    """Mark a message for the translation catalogues; it is translated where it is shown."""
    return message


_ONE: dict[str, str] = {}
_FIRST = re.compile(r"%\((\w+)\)s")


def P_(one: str, many: str) -> str:
    """Mark a message that counts: `many` is its id, `one` what English says where the first number in it is 1."""
    _ONE[many] = one
    return many


def filled(message: str, facts: Mapping[str, Any], translate: Callable[[str], str] = str) -> str:
    """A message in the reader's language with its facts; English alone tells one from many."""
    template = translate(message)
    if template == message and message in _ONE and str(facts.get(_FIRST.findall(message)[0])) == "1":
        template = _ONE[message]
    return template % facts if facts else template


@dataclass(frozen=True)
class Refusal:
    """Why something may not be done now.

    `clause` is the id of a clause ("3.3.5") or of a rule ("3.3-d") in the rulebook; `reason` an English message id with
    %(name)s placeholders that `facts` fill; facts are JSON-able. `about`: which of many it stands against, by name.
    """

    clause: str
    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""

    def named(self, about: str) -> Refusal:
        """The same, said of one among many; what is said of one already stays."""
        return self if self.about else replace(self, about=about)

    def text(self, translate: Any = str) -> str:
        """The reason in words; `translate` maps a message id to the reader's language."""
        text = filled(self.reason, self.facts, translate)
        return f"{self.about}: {text}" if self.about else text


class Refused(Exception):
    """A rule refuses the act (HTTP 409, exit code 3)."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.clause}: {refusal.text()}")
        self.refusal = refusal


class Invalid(Exception):
    """The input is wrong (HTTP 422, exit code 2): `fields` maps a field's name to a message id; `facts` fill it.

    `own` are facts of one field, by its name: each has its own range or limit.
    """

    def __init__(
        self,
        fields: Mapping[str, str],
        facts: Mapping[str, Any] | None = None,
        own: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.fields = dict(fields)
        self.facts = dict(facts or {})
        self.own = {name: dict(each) for name, each in (own or {}).items()}
        super().__init__("; ".join(f"{name}: {self.text(name)}" for name in self.fields))

    def text(self, name: str, translate: Any = str) -> str:
        """The message for one field in the reader's language."""
        return filled(self.fields[name], self.facts_of(name), translate)

    def facts_of(self, name: str) -> dict[str, Any]:
        """The facts that fill one field's message."""
        return self.facts | self.own.get(name, {})


class NotFound(Exception):
    """Not there, or not the actor's to see: the two are never told apart (HTTP 404, 3.3-g)."""


def refuse(clause: str, reason: str, **facts: Any) -> None:
    """Raise `Refused` with this clause, reason and facts."""
    raise Refused(Refusal(clause, reason, facts))
