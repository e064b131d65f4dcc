"""Between plain data (as YAML and JSON hold it) and the frozen values of content.py, by their type hints.

A key that is not known, missing or of the wrong kind becomes a fault that names its entry.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from admin.domain.refusals import N_
from admin.domain.texts import is_printable
from admin.rulebook.content import LANGUAGES
from admin.rulebook.faults import RulebookError, RulebookFault
from admin.rulebook.source import Path

LARGEST = 1_000_000


class Decoder:
    """Reads plain data into values and collects every fault on the way; `places` gives file and line of a path."""

    def __init__(self, data: Mapping[str, Any], places: Mapping[Path, tuple[str, int]] | None = None) -> None:
        self.data = data
        self.places = places or {}
        self.faults: list[RulebookFault] = []

    def decode(self, kind: Any) -> Any:
        """The whole data as `kind`; raises RulebookError with all faults."""
        value = self._value(kind, self.data, (), {})
        if self.faults:
            raise RulebookError(self.faults)
        return value

    def fault(self, path: Path, reason: str, **facts: Any) -> None:
        """Note a fault at a path."""
        self.faults.append(RulebookFault(reason, facts, *self._place(path), entry=self.entry(path)))

    def entry(self, path: Path) -> str:
        """A path in words: list positions are replaced by the id that stands there."""
        node: Any = self.data
        said: list[str] = []
        for step in path:
            node = _step(node, step)
            known = node.get("id") if isinstance(node, Mapping) else None
            said.append(str(step) if isinstance(step, str) else str(known or step + 1))
        return " ".join(said)

    def _place(self, path: Path) -> tuple[str, int]:
        known = (path[:length] for length in range(len(path), -1, -1))
        return next((self.places[part] for part in known if part in self.places), ("", 0))

    def _value(self, kind: Any, data: Any, path: Path, meta: Mapping[str, Any]) -> Any:
        if get_origin(kind) in (Union, types.UnionType):
            return self._either(get_args(kind), data, path, meta)
        if get_origin(kind) is tuple:
            return self._tuple(get_args(kind), data, path)
        if is_dataclass(kind):
            return self._record(kind, data, path)
        if kind is Any:
            return encode(data)
        return self._scalar(kind, data, path, meta)

    def _either(self, kinds: tuple[Any, ...], data: Any, path: Path, meta: Mapping[str, Any]) -> Any:
        wanted = [kind for kind in kinds if kind is not type(None)]
        kind = next((kind for kind in wanted if isinstance(kind, type) and type(data) is kind), wanted[0])
        return self._value(kind, data, path, meta)

    def _tuple(self, kinds: tuple[Any, ...], data: Any, path: Path) -> Any:
        if not isinstance(data, list):
            return self.fault(path, N_("A list is expected here."))
        if kinds[-1] is Ellipsis:
            return tuple(self._value(kinds[0], item, (*path, at), {}) for at, item in enumerate(data))
        if len(data) != len(kinds):
            return self.fault(path, N_("Exactly %(count)s values are expected here."), count=len(kinds))
        return tuple(self._value(kinds[at], item, (*path, at), {}) for at, item in enumerate(data))

    def _scalar(self, kind: type, data: Any, path: Path, meta: Mapping[str, Any]) -> Any:
        value = _convert(kind, data)
        if value is None:
            return self.fault(path, _EXPECTED[kind], value=str(data)[:80])
        if (allowed := meta.get("one_of")) and value not in allowed:
            self.fault(path, N_("“%(value)s” is not one of: %(allowed)s."), value=value, allowed=", ".join(allowed))
        return value

    def _record(self, kind: Any, data: Any, path: Path) -> Any:
        if not isinstance(data, Mapping):
            return self.fault(path, N_("Named entries are expected here."))
        before = len(self.faults)
        self._strange_keys(kind, data, path)
        hints = _hints(kind)
        values = {item.name: self._field(item, hints[item.name], data, path) for item in fields(kind)}
        return kind(**values) if len(self.faults) == before else None

    def _strange_keys(self, kind: Any, data: Mapping[str, Any], path: Path) -> None:
        known = sorted(key for item in fields(kind) for key in _keys(item))
        for key in data:
            if key not in known:
                reason = N_("There is no such entry (known: %(known)s).")
                self.fault((*path, key), reason, known=", ".join(known))

    def _field(self, item: Field[Any], kind: Any, data: Mapping[str, Any], path: Path) -> Any:
        if item.metadata.get("inline"):
            return self._value(kind, {key: data[key] for key in LANGUAGES if key in data}, path, {})
        key = _keys(item)[0]
        if key in data and data[key] is not None:
            return self._value(kind, data[key], (*path, key), item.metadata)
        if item.default is MISSING:
            return self.fault((*path, key), N_("“%(key)s” is missing."), key=key)
        return item.default


def encode(value: Any) -> Any:
    """The plain data of a value: what `Decoder` reads, without entries that have their default."""
    if is_dataclass(value) and not isinstance(value, type):
        return dict(_entries(value))
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def _entries(value: Any) -> Iterator[tuple[str, Any]]:
    for item in fields(value):
        held = getattr(value, item.name)
        if item.metadata.get("inline"):
            yield from encode(held).items()
        elif item.default is MISSING or held != item.default:
            yield _keys(item)[0], encode(held)


def _keys(item: Field[Any]) -> tuple[str, ...]:
    return LANGUAGES if item.metadata.get("inline") else (item.metadata.get("key", item.name),)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _step(node: Any, step: str | int) -> Any:
    if isinstance(node, Mapping):
        return node.get(step)
    return node[step] if isinstance(node, list) and isinstance(step, int) and step < len(node) else None


_EXPECTED = {
    str: N_("Words are expected here, in quotation marks where they look like a number (found: %(value)s)."),
    int: N_("A whole number is expected here (found: %(value)s)."),
    bool: N_("true or false is expected here (found: %(value)s)."),
    Decimal: N_("A number is expected here (found: %(value)s)."),
    date: N_("A day such as 2026-01-31 is expected here (found: %(value)s)."),
}


def _convert(kind: type, data: Any) -> Any:
    """The data as that kind, None when it is none."""
    if kind is str:
        return data if isinstance(data, str) and data.strip() and _is_plain(data) else None
    if kind is date:
        return _day(data)
    if kind is bool:
        return data if isinstance(data, bool) else None
    number = _number(data)
    return number if kind is Decimal or number is None else int(number) if type(data) is int else None


def _is_plain(text: str) -> bool:
    """What can be printed, on lines that are parted by line ends alone."""
    return is_printable(text) and "\t" not in text and "\r" not in text


def _number(data: Any) -> Decimal | None:
    """A number of sensible size; JSON may hold others."""
    number = Decimal(str(data)) if type(data) in (int, float, Decimal) else None
    return number if number is not None and number.is_finite() and abs(number) <= LARGEST else None


def _day(data: Any) -> date | None:
    try:
        return date.fromisoformat(data) if isinstance(data, str) else None
    except ValueError:
        return None
