"""What changed from one policy version to the next, entry by entry, in words that HR can read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from admin.domain.refusals import N_
from admin.rulebook.book import Rulebook
from admin.rulebook.content import Parameter, Text

# What names an entry of a list, in the order tried.
NAMES = ("id", "from", "value")


@dataclass(frozen=True)
class Change:
    """One changed entry: `part` (clauses, parameters, ...), id, field, and what stood and stands there.

    `name` is the entry's own name or title; `parameter` is set where a dated value of it changed.
    """

    part: str
    id: str
    field: str
    before: Any
    after: Any
    name: Text | None = None
    parameter: Parameter | None = None

    @property
    def kind(self) -> str:
        """added, removed or changed."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    def text(self, lang: str = "en", translate: Callable[[str], str] = str) -> str:
        """The change in words: entry in the reader's language, values with their units."""
        template = {
            "added": N_("%(entry)s is new: %(after)s"),
            "removed": N_("%(entry)s was deleted; it was: %(before)s"),
            "changed": N_("%(entry)s was: %(before)s; it is now: %(after)s"),
        }[self.kind]
        shown = {
            "entry": self.entry(lang),
            "before": self.words(self.before, lang),
            "after": self.words(self.after, lang),
        }
        return translate(template) % shown

    def entry(self, lang: str) -> str:
        """What changed: name, id and field."""
        known = f"{self.name.get(lang)} ({self.id})" if self.name else f"{self.part} {self.id}".strip()
        return f"{known} {self.field}".strip()

    def words(self, value: Any, lang: str) -> Any:
        """What stood or stands there, a parameter's value with its unit."""
        return self.parameter.words(value, lang) if self.parameter and value is not None else value


def difference(old: Rulebook, new: Rulebook) -> list[Change]:
    """Every entry that differs, in the order of the new version; entries that are gone come last."""
    before, after = dict(_entries(old.to_dict())), dict(_entries(new.to_dict()))
    names, parameters = _names(old) | _names(new), {known.id: known for known in (*old.parameters, *new.parameters)}
    keys = [*after, *(key for key in before if key not in after)]
    changed = [key for key in keys if before.get(key) != after.get(key)]
    return [_change(key, before.get(key), after.get(key), names, parameters) for key in changed]


def _names(book: Rulebook) -> dict[tuple[str, str], Text]:
    named: dict[str, Iterable[Any]] = {
        "chapters": book.chapters,
        "parameters": book.parameters,
        "levels": book.levels,
        "grades": book.grades,
        "dimensions": book.dimensions,
    }
    names = {(part, entry.id): entry.name for part, entries in named.items() for entry in entries}
    return names | {("clauses", clause.id): clause.title for clause in book.clauses}


def _change(
    key: tuple[str, ...],
    before: Any,
    after: Any,
    names: Mapping[tuple[str, str], Text],
    parameters: Mapping[str, Parameter],
) -> Change:
    part, entry, *field = (*key, "")
    field = [step for step in field if step]
    dated = part == "parameters" and field[:1] == ["values"] and field[-1] == "value"
    parameter = parameters[entry] if dated else None
    return Change(part, entry, " ".join(field), before, after, names.get((part, entry)), parameter)


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
    """What an item of a list is known by (a worked case by what it says), "" when by nothing but its place."""
    if not isinstance(item, Mapping):
        return ""
    known = [str(item[key]) for key in NAMES if key in item]
    return known[0] if known else str(item.get("says", {}).get("en", ""))
