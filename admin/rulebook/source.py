"""YAML as this project allows it: no value means anything but what it looks like, and every value knows its line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from admin.domain.refusals import N_
from admin.rulebook.faults import RulebookError, RulebookFault

Path = tuple[str | int, ...]

LARGEST = 2_000_000
DEEPEST = 20
NUMBER = re.compile(r"-?\d+(\.\d+)?")
EMPTY = {"", "~", "null"}
TRUTH = {"true": True, "false": False}
# What YAML 1.1 silently turns into true or false.
TRAPS = {"y", "n", "yes", "no", "on", "off", "true", "false"}
Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Source:
    """What a YAML text says, and where each value stands: `places` maps a path to (file, line)."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, tuple[str, int]] = field(default_factory=dict)


def read(text: str, name: str = "") -> Source:
    """Parse one YAML document; raises RulebookError with file and line for anything that might be misread."""
    if len(text) > LARGEST:
        raise RulebookError(
            [RulebookFault(N_("The file is larger than %(most)s characters."), {"most": LARGEST}, name)]
        )
    try:
        return _Builder(name).build(yaml.parse(text, Loader=Parser))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise _not_yaml(str(error.problem), name, line) from None
    except yaml.YAMLError as error:
        raise _not_yaml(str(error), name) from None


def _not_yaml(problem: str, name: str, line: int = 0) -> RulebookError:
    return RulebookError([RulebookFault(N_("This is not YAML: %(problem)s."), {"problem": problem}, name, line)])


def merge(sources: Iterable[Source]) -> Source:
    """Several files read as one: lists of the same name follow each other, any other name may stand once only."""
    whole = Source()
    for source in sources:
        for key, value in source.data.items():
            offset = len(whole.data[key]) if isinstance(whole.data.get(key), list) else 0
            if key in whole.data and not (isinstance(value, list) and isinstance(whole.data[key], list)):
                file, line = source.places[(key,)]
                raise RulebookError([RulebookFault(N_("“%(key)s” is in two files."), {"key": key}, file, line)])
            whole.data[key] = whole.data[key] + value if key in whole.data else value
            whole.places |= {_shift(path, offset): place for path, place in source.places.items() if path[0] == key}
    return whole


def _shift(path: Path, offset: int) -> Path:
    if len(path) > 1 and isinstance(path[1], int):
        return (path[0], path[1] + offset, *path[2:])
    return path


@dataclass
class _Frame:
    """A mapping or list under construction."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


class _Builder:
    """Builds plain data from parser events; `places` is filled on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.source = Source()
        self.root: Any = None
        self.stack: list[_Frame] = []

    def build(self, events: Iterable[Any]) -> Source:
        documents = 0
        for event in events:
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                self._refuse(event, N_("One file holds one document only."))
            self._take(event)
        if not isinstance(self.root, dict):
            raise RulebookError([RulebookFault(N_("The file is empty or not a list of named parts."), {}, self.name)])
        self.source.data = self.root
        return self.source

    def _take(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._refuse(event, N_("Write it out: anchors and aliases (& and *) are not allowed."))
        if getattr(event, "tag", None) not in (None, "!"):
            self._refuse(event, N_("Tags (!) are not allowed."))
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._begin(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.stack.pop()

    def _begin(self, event: Any, value: dict[str, Any] | list[Any]) -> None:
        if len(self.stack) >= DEEPEST:
            self._refuse(event, N_("Nested deeper than %(most)s levels."), most=DEEPEST)
        path: Path = ()
        if self.stack:
            path = self._put(event, value)
        else:
            self.root = value
        self.stack.append(_Frame(value, path))

    def _scalar(self, event: Any) -> None:
        if not self.stack:
            self._refuse(event, N_("The file is empty or not a list of named parts."))
        frame = self.stack[-1]
        if isinstance(frame.value, dict) and frame.key is None:
            self._key(event, frame)
        else:
            self._put(event, self._plain(event, frame) if not event.style else event.value)

    def _key(self, event: Any, frame: _Frame) -> None:
        if event.value in frame.value:
            self._refuse(event, N_("“%(key)s” appears twice."), key=event.value)
        frame.key = event.value

    def _put(self, event: Any, value: Any) -> Path:
        frame = self.stack[-1]
        if isinstance(frame.value, list):
            path: Path = (*frame.path, len(frame.value))
            frame.value.append(value)
        elif frame.key is None:
            self._refuse(event, N_("A name must be plain text."))
        else:
            path = (*frame.path, frame.key)
            frame.value[frame.key] = value
            frame.key = None
        self.source.places[path] = (self.name, event.start_mark.line + 1)
        return path

    def _plain(self, event: Any, frame: _Frame) -> Any:
        """The meaning of an unquoted word: number, true/false, or itself."""
        word = event.value
        if frame.key in ("id", "clause") and word[:1].isdigit():
            self._refuse(event, N_("Put the id %(value)s in quotation marks."), value=word)
        if word.lower() in EMPTY:
            self._refuse(event, N_("“%(key)s” is empty."), key=frame.key or "-")
        if word in TRUTH:
            return TRUTH[word]
        if word.lower() in TRAPS:
            self._refuse(event, N_("Put “%(value)s” in quotation marks, or write true or false."), value=word)
        if NUMBER.fullmatch(word):
            return Decimal(word) if "." in word else int(word)
        return word

    def _refuse(self, event: Any, reason: str, **facts: Any) -> None:
        raise RulebookError([RulebookFault(reason, facts, self.name, event.start_mark.line + 1)])
