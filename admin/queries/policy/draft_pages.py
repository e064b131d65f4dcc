"""A draft of the policy while it is written: its parts, what each says beside the version before, what is still wrong (6.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import VersionStage
from admin.domain.refusals import NotFound
from admin.models import PolicyVersion
from admin.queries.policy.policy import judged, rulebook_of
from admin.queries.policy.policy_versions import changes_of, version_numbered
from admin.rulebook.book import Rulebook
from admin.rulebook.cases import CaseFailure
from admin.rulebook.content import Clause, CriterionSpec
from admin.rulebook.editing import ONE_BY_ONE, PARTS, EditableEntry, EntryGroup, groups_of, mark_of, value_of
from admin.rulebook.faults import RulebookFault

Place = tuple[str, str]  # a part, and of clauses and criteria which one
PART_OF = {
    "effective_from": "title",
    "grades": "ladder",
    "levels": "ladder",
    "parameters": "values",
    "scale": "scale",
    "title": "title",
}
NOWHERE: Place = ("", "")


@dataclass(frozen=True)
class Written:
    """An entry as the draft and the version before have it, and what is wrong with it."""

    entry: EditableEntry
    value: Any
    before: Any
    faults: Sequence[RulebookFault]

    @property
    def changed(self) -> bool:
        """Whether the draft says something else."""
        return bool(self.value != self.before)


@dataclass(frozen=True)
class DraftPart:
    """One part of a draft, to be written; `faults` are those that stand at none of its entries."""

    row: PolicyVersion
    before: PolicyVersion | None
    book: Rulebook
    part: str
    one: str
    groups: Sequence[tuple[EntryGroup, Sequence[Written]]]
    faults: Sequence[RulebookFault]
    places: Sequence[Place]
    lang: str
    may_write: bool

    @property
    def seen(self) -> str:
        """The mark of what the part says now: whoever writes it names the one that they looked at."""
        return mark_of(self.book, self.part, self.one)

    @property
    def here(self) -> Place:
        """The place that is written here."""
        return self.part, self.one

    @property
    def beside(self) -> tuple[Place | None, Place | None]:
        """The entry before and the one after, of a part that is written entry by entry."""
        places = [None, *self.places, None]
        at = places.index(self.here) if self.here in self.places else 0
        return (places[at - 1], places[at + 1]) if at else (None, None)


@dataclass(frozen=True)
class DraftPage:
    """A draft as a whole: where it differs, every fault with the part that mends it, and the worked cases that fail."""

    row: PolicyVersion
    before: PolicyVersion | None
    book: Rulebook
    changed: Mapping[Place, int]
    faulty: Mapping[Place, int]
    faults: Sequence[tuple[RulebookFault, Place]]
    failing: Sequence[CaseFailure]
    clauses: Sequence[Clause]
    criteria: Sequence[CriterionSpec]
    lang: str
    may_write: bool

    @property
    def whole_parts(self) -> list[str]:
        """The parts that are written on one page each."""
        return [part for part in PARTS if part not in ONE_BY_ONE]


def draft_page(session: Session, number: int, lang: str, reader: Actor) -> DraftPage:
    """What a version says, part by part; raises `NotFound`."""
    row = version_numbered(session, number)
    book, (before, changes) = rulebook_of(row), changes_of(session, row)
    judgement = judged(row)
    told = [(fault, place_of(fault.entry)) for fault in judgement.faults]
    changed = Counter(place_of(f"{each.part} {each.id} {each.field}") for each in changes)
    return DraftPage(
        row, before, book, changed, Counter(place for _, place in told), told, judgement.failing, book.clauses,
        book.scorecard.criteria, lang, _may_write(row, reader),
    )  # fmt: skip


def draft_part(session: Session, number: int, place: Place, lang: str, reader: Actor) -> DraftPart:
    """One part of a version; raises `NotFound` where the version has no such part."""
    row, (part, one) = version_numbered(session, number), place
    book, (before, _) = rulebook_of(row), changes_of(session, row)
    try:
        groups = groups_of(book, part, one)
    except KeyError:
        raise NotFound(f"{part} {one} of policy version {number}") from None
    told = judged(row).faults
    now, then = _values(row), _values(before)
    shown = [(group, [_written(entry, now, then, told) for entry in group.entries]) for group in groups]
    at_entries = {id(fault) for _, entries in shown for each in entries for fault in each.faults}
    mine = [fault for fault in told if place_of(fault.entry) == place and id(fault) not in at_entries]
    return DraftPart(row, before, book, part, one, shown, mine, _beside(book, part), lang, _may_write(row, reader))


def place_of(words: str) -> Place:
    """The part of a draft in which an entry is written, by the words of a fault or a change; nowhere in the portal else."""
    part, *rest = words.split()
    if part == "clauses" and rest:
        return "clauses", rest[0]
    if part == "dimensions":
        inside = rest[1] == "criteria" if len(rest) > 2 else False
        return ("weights", "") if not inside or rest[3:] == ["weight"] else ("criteria", rest[2])
    return (PART_OF[part], "") if part in PART_OF else NOWHERE


def _values(version: PolicyVersion | None) -> Callable[[EditableEntry], Any]:
    """What a version says at an entry; of none, nothing."""
    if version is None:
        return lambda _entry: None
    book, content = rulebook_of(version), version.content
    return lambda entry: value_of(entry, book, content)


def _written(
    entry: EditableEntry,
    now: Callable[[EditableEntry], Any],
    then: Callable[[EditableEntry], Any],
    told: Sequence[RulebookFault],
) -> Written:
    mine = [fault for fault in told if f"{fault.entry} ".startswith(f"{entry.words} ")]
    return Written(entry, now(entry), then(entry), mine)


def _beside(book: Rulebook, part: str) -> list[Place]:
    """The places that one leafs through from this one."""
    if part == "clauses":
        return [("clauses", clause.id) for clause in book.clauses]
    return [("criteria", each.id) for each in book.scorecard.criteria] if part == "criteria" else []


def _may_write(row: PolicyVersion, reader: Actor) -> bool:
    return row.stage == VersionStage.DRAFT and reader.has("hr")
