"""What changed from one policy version to the next, entry by entry, in words that HR can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from admin.domain.refusals import N_
from admin.rulebook.book import Rulebook

# What names an entry of a list, in the order tried.
NAMES = ("id", "from", "value")


@dataclass(frozen=True)
class Change:
    """One changed entry: `part` (clauses, parameters, ...), id, field, and what stood and stands there."""

    part: str
    id: str
    field: str
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        """added, removed or changed."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The change in words."""
        template = {
            "added": N_("%(entry)s is new: %(after)s"),
            "removed": N_("%(entry)s is gone; it was: %(before)s"),
            "changed": N_("%(entry)s was: %(before)s; it is now: %(after)s"),
        }[self.kind]
        entry = " ".join(part for part in (self.part, self.id, self.field) if part)
        return translate(template) % {"entry": entry, "before": self.before, "after": self.after}


def difference(old: Rulebook, new: Rulebook) -> list[Change]:
    """Every entry that differs, in the order of the new version; entries that are gone come last."""
    before, after = dict(_entries(old.to_dict())), dict(_entries(new.to_dict()))
    keys = [*after, *(key for key in before if key not in after)]
    return [_change(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def _change(key: tuple[str, ...], before: Any, after: Any) -> Change:
    part, *rest = key
    return Change(part, rest[0] if rest else "", ".".join(rest[1:]), before, after)


def _entries(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _entries(value, (*path, str(key)))
    elif isinstance(node, list) and node and all(_name(item) for item in node):
        for item in node:
            yield from _entries(item, (*path, _name(item)))
    else:
        yield path, node


def _name(item: Any) -> str:
    """What an item of a list is known by, "" when by nothing but its place."""
    known = (str(item[key]) for key in NAMES if key in item) if isinstance(item, Mapping) else ()
    return next(iter(known), "")
