"""A policy version while it is written: its content changed entry by entry, and what is still wrong with it (6.1).

An entry is named as faults name it: the part, the id of the entry, its fields ("clauses 3.1 text en").
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import Any

from admin.rulebook.book import Rulebook
from admin.rulebook.content import LANGUAGES, CriterionSpec
from admin.rulebook.faults import RulebookError, RulebookFault
from admin.rulebook.loader import from_dict, stored

Path = tuple[str, ...]
PARTS = ("title", "clauses", "values", "ladder", "scale", "weights", "criteria")
ONE_BY_ONE = ("clauses", "criteria")  # parts of which each entry has a page of its own


@dataclass(frozen=True)
class EditableEntry:
    """One value that HR may write: where it stands and how it is typed.

    `kind` is text, lines, number, count, points, direction or parameter; a parameter stands for its value of the
    version's first day.
    """

    path: Path
    kind: str

    @property
    def name(self) -> str:
        """Its name in a form."""
        return ":".join(self.path)

    @property
    def words(self) -> str:
        """Its name as faults say it."""
        return " ".join(self.path)


@dataclass(frozen=True)
class EntryGroup:
    """Entries that belong together, and of what they are: the part and the id."""

    part: str
    id: str
    entries: tuple[EditableEntry, ...]


def groups_of(book: Rulebook, part: str, one: str = "") -> list[EntryGroup]:
    """What may be written of a part; of clauses and criteria, of the one with that id. Raises KeyError for none such."""
    return list(_GROUPS[part](book, one))


def _title(_book: Rulebook, _one: str) -> Iterator[EntryGroup]:
    yield EntryGroup("title", "", _three("title"))


def _clause(book: Rulebook, one: str) -> Iterator[EntryGroup]:
    place = ("clauses", book.clause(one).id)
    yield EntryGroup("clauses", one, (*_three(*place, "title"), *_three(*place, "text", kind="lines")))


def _values(book: Rulebook, _one: str) -> Iterator[EntryGroup]:
    for blank in (True, False):
        known = [each.id for each in book.parameters if each.blank is blank]
        yield EntryGroup("parameters", "blank" if blank else "ours", tuple(_value(each) for each in known))


def _ladder(book: Rulebook, _one: str) -> Iterator[EntryGroup]:
    for level in book.levels:
        place = ("levels", level.id)
        yield EntryGroup("levels", level.id, (*_three(*place, "name"), *_three(*place, "duties", kind="lines")))
    for grade in book.grades:
        own = () if grade.threshold is None else (EditableEntry(("grades", grade.id, "threshold"), "number"),)
        yield EntryGroup("grades", grade.id, (*_three("grades", grade.id), *own))


def _scale(book: Rulebook, _one: str) -> Iterator[EntryGroup]:
    for step in book.scale:
        place = ("scale", str(step.value))
        yield EntryGroup("scale", str(step.value), (*_three(*place), EditableEntry((*place, "percent"), "number")))


def _weights(book: Rulebook, _one: str) -> Iterator[EntryGroup]:
    for dimension in book.dimensions:
        place = ("dimensions", dimension.id, "criteria")
        own = (EditableEntry((*place, each.id, "weight"), "number") for each in dimension.criteria)
        yield EntryGroup("dimensions", dimension.id, (_value(dimension.weight), *own))


def _criterion(book: Rulebook, one: str) -> Iterator[EntryGroup]:
    for dimension in book.dimensions:
        for criterion in dimension.criteria:
            if criterion.id == one:
                yield from _of_criterion(("dimensions", dimension.id, "criteria", one), criterion)
                return
    raise KeyError(one)


def _of_criterion(place: Path, criterion: CriterionSpec) -> Iterator[EntryGroup]:
    yield EntryGroup("criteria", criterion.id, (*_three(*place, "name"), *_three(*place, "help", kind="lines")))
    measured: list[EditableEntry] = [EditableEntry((*place, "weight"), "number")]
    if criterion.peer_share is not None:
        measured.append(EditableEntry((*place, "peer_share"), "count"))
    if not criterion.rated:
        measured.append(EditableEntry((*place, "direction"), "direction"))
        measured.append(EditableEntry((*place, "bands"), "points"))
        measured.append(EditableEntry((*place, "prior"), "count"))
    if criterion.minimum is not None:
        measured.append(EditableEntry((*place, "minimum", "count"), "count"))
    yield EntryGroup("measured", criterion.id, tuple(measured))
    for anchor in criterion.anchors:
        at = (*place, "anchors", str(anchor.value))
        yield EntryGroup("anchors", str(anchor.value), _three(*at, kind="lines"))


_GROUPS = {
    "title": _title,
    "clauses": _clause,
    "values": _values,
    "ladder": _ladder,
    "scale": _scale,
    "weights": _weights,
    "criteria": _criterion,
}


def _three(*place: str, kind: str = "text") -> tuple[EditableEntry, ...]:
    return tuple(EditableEntry((*place, lang), kind) for lang in LANGUAGES)


def _value(parameter: str) -> EditableEntry:
    return EditableEntry(("parameters", parameter), "parameter")


# What a criterion's entry says by saying nothing.
DEFAULTS = {each.name: each.default for each in fields(CriterionSpec) if each.default is not MISSING}


def value_of(entry: EditableEntry, book: Rulebook, content: Mapping[str, Any]) -> Any:
    """What a version with this content says at an entry; None where it does not have it."""
    if entry.kind == "parameter":
        known = next((each for each in book.parameters if each.id == entry.path[1]), None)
        return known.value(book.effective_from) if known else None
    found = held(content, entry.path)
    return DEFAULTS.get(entry.path[-1]) if found is None else found


def mark_of(book: Rulebook, part: str, one: str = "") -> str:
    """A hash of what a version says in one part: whoever writes it names the one that they looked at."""
    content, said = book.to_dict(), {"day": book.effective_from.isoformat() if part == "title" else ""}
    entries = (entry for group in groups_of(book, part, one) for entry in group.entries)
    said |= {entry.name: value_of(entry, book, content) for entry in entries}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def held(content: Mapping[str, Any], path: Path) -> Any:
    """What stands there; None where the content says nothing of it, and its default holds."""
    node: Any = content
    for step in path:
        node = _inside(node, step)
    return node


def edited(content: Mapping[str, Any], edits: Mapping[Path, Any]) -> dict[str, Any]:
    """The content with other values in these places; the parts that hold them are there. Raises KeyError else."""
    changed = deepcopy(dict(content))
    for path, value in edits.items():
        place = held(changed, path[:-1])
        if not isinstance(place, dict):
            raise KeyError(" ".join(path))
        place[path[-1]] = value
    return changed


def with_values(content: Mapping[str, Any], values: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The content in which these parameters have these values from a day on, for good."""
    changed, first = deepcopy(dict(content)), day.isoformat()
    for entry in changed["parameters"]:
        if entry["id"] in values:
            kept = [dated for dated in entry["values"] if str(dated["from"]) < first]
            entry["values"] = [*kept, {"from": first, "value": values[entry["id"]]}]
    return changed


def begun_on(content: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The content as a version of its own that takes effect on a day: values keep theirs, and none begins too late."""
    changed, first = deepcopy(dict(content)), day.isoformat()
    changed["effective_from"] = first
    for entry in changed["parameters"]:
        if entry["values"] and str(entry["values"][0]["from"]) > first:
            entry["values"][0]["from"] = first
    return changed


def on_day(content: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The content of a draft as it takes effect on another day: what was to hold from its first day holds from the new one."""
    changed, old, new = deepcopy(dict(content)), str(content["effective_from"]), day.isoformat()
    changed["effective_from"] = new
    for entry in changed["parameters"]:
        entry["values"] = _moved(entry["values"], old, new)
    return changed


def _moved(values: list[dict[str, Any]], old: str, new: str) -> list[dict[str, Any]]:
    """Between the two days one value counts, the last of them; it begins on the new day."""
    before = [each for each in values if str(each["from"]) < min(old, new)]
    first = [each for each in values if str(each["from"]) <= max(old, new)][len(before) :]
    later = [each for each in values if str(each["from"]) > max(old, new)]
    return [*before, *({"from": new, "value": each["value"]} for each in first[-1:]), *later]


def readable(content: Mapping[str, Any]) -> Rulebook:
    """The content as a rulebook, which need not be lawful yet. Raises `RulebookError` where an entry is empty or of a wrong kind."""
    return stored(content)


def faults_of(book: Rulebook) -> tuple[RulebookFault, ...]:
    """Everything that keeps the version from being submitted, in its order."""
    try:
        from_dict(book.to_dict())
    except RulebookError as error:
        return error.faults
    return ()


def _inside(node: Any, step: str) -> Any:
    if isinstance(node, Mapping):
        return node.get(step)
    if isinstance(node, list):
        return next((each for each in node if str(each.get("id", each.get("value"))) == step), None)
    return None
