"""What an import would do: the difference between a file and the portal, before anything is written."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from admin.files.faults import Fault, FileNote
from admin.files.mapping import Mapping as FileMapping
from admin.files.reading import Parsed
from admin.models.audit import plain
from admin.operations.imports.difference import FileDifference

EXAMPLES = 20
STORED_FAULTS = 2_000


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without the garbage collector, which would walk through a hundred thousand new rows again and again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@dataclass
class Plan:
    """New, changed, unchanged and missing rows, and the faults that stand against them.

    `work` is what the kind's own writer needs; `extra` is shown with the report (the table per agent, unmapped names).
    """

    counts: dict[str, int]
    faults: list[Fault]
    notes: list[FileNote]
    work: Any = None
    examples: dict[str, list[Any]] = field(default_factory=dict)
    difference: FileDifference = field(default_factory=FileDifference)  # old and new, person by person
    follows: list[FileNote] = field(default_factory=list)  # what applying it brings about elsewhere
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def changes_nothing(self) -> bool:
        """Whether applying it would write nothing."""
        return not any(self.counts.get(name) for name in ("new", "changed", "logins_new"))

    def report(self) -> dict[str, Any]:
        """The plan as JSON for the import's row: counts, faults (the first 2,000), notes, examples."""
        stored = [
            {"row": f.row, "column": f.column, "value": f.value, "message": f.message, "facts": jsonable(f.facts)}
            for f in self.faults[:STORED_FAULTS]
        ]
        return {
            "counts": {**self.counts, "faults": len(self.faults)},
            "nothing_changes": self.changes_nothing and not self.faults,
            "faults": stored,
            "notes": [{"message": note.message, "facts": jsonable(note.facts)} for note in self.notes],
            "follows": [{"message": note.message, "facts": jsonable(note.facts)} for note in self.follows],
            "examples": jsonable(self.examples),
            **jsonable(self.extra),
        }


def jsonable(value: Any) -> Any:
    """The value with dates and decimals as text, at any depth."""
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(item) for item in value]
    return plain(value)


def faults_of(report: Mapping[str, Any]) -> list[Fault]:
    """The faults that a report has kept."""
    return [Fault(f["row"], f["column"], f["value"], f["message"], f["facts"]) for f in report.get("faults", ())]


def notes_of(report: Mapping[str, Any], part: str = "notes") -> list[FileNote]:
    """The notes that a report has kept; `part` "follows" are those on what applying it brings about."""
    return [FileNote(n["message"], n["facts"]) for n in report.get(part, ())]


@dataclass(frozen=True)
class Basis:
    """What a plan is made from: the parsed file, how it was mapped, the day."""

    parsed: Parsed[Any]
    mapping: FileMapping
    today: date

    def column(self, name: str) -> str:
        """The header of a field's column in the file."""
        return self.mapping.fields.get(name, name)

    def fault(self, row: int | None, name: str, value: object, message: str, /, **facts: Any) -> Fault:
        """A fault of one row in a field's column."""
        return Fault(row, self.column(name), "" if value is None else str(value), message, facts)


def by_rows(faults: Iterable[Fault]) -> list[Fault]:
    """Faults in the order of the file."""
    return sorted(faults, key=lambda fault: fault.row or 0)


def first(items: Sequence[Any]) -> list[Any]:
    """The examples shown of a long list."""
    return list(items[:EXAMPLES])
