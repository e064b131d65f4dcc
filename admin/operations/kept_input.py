"""The input of a verb as JSON, so that it can be done later: its types come back, and a file comes back from its bytes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args

from admin.files.uploads import Upload
from admin.operations.cases.evidence import keep_file, kept_at
from admin.operations.system.served import checked_file
from admin.queries.accounts.asked import KIND, VALUE

FILE = ("kind", "mime", "stored_name", "original_name", "sha256")
READ: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat, "date": date.fromisoformat, "decimal": Decimal,
}  # fmt: skip


def kept(value: Any) -> Any:
    """A value as JSON holds it; the bytes of a file are kept beside the others by their hash."""
    if isinstance(value, Upload):
        keep_file(value)
        return {KIND: "file", VALUE: {name: getattr(value, name) for name in FILE}}
    if isinstance(value, datetime | date):
        return {KIND: "datetime" if isinstance(value, datetime) else "date", VALUE: value.isoformat()}
    if isinstance(value, Decimal):
        return {KIND: "decimal", VALUE: str(value)}
    if is_dataclass(value) and not isinstance(value, type):
        return {KIND: "group", VALUE: {each.name: kept(getattr(value, each.name)) for each in fields(value)}}
    if isinstance(value, Mapping):
        return {KIND: "mapping", VALUE: [[kept(key), kept(each)] for key, each in value.items()]}
    if isinstance(value, list | tuple | set | frozenset):
        return [kept(each) for each in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"an input of type {type(value).__name__} cannot be kept")


def restored(verb: Callable[..., Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a verb as they were given. Raises `NotFound` or `Refused` where a file is gone or altered."""
    known = inspect.signature(verb, eval_str=True).parameters
    return {name: _value(each, known[name].annotation) for name, each in asked.items()}


def _value(held: Any, annotation: Any) -> Any:
    if isinstance(held, list):
        return [_value(each, None) for each in held]
    if not isinstance(held, dict):
        return held
    kind, value = held[KIND], held[VALUE]
    if kind == "mapping":
        return {_value(key, None): _value(each, None) for key, each in value}
    if kind == "file":
        return Upload(data=checked_file(kept_at(value["sha256"], value["mime"]), value["sha256"]), **value)
    if kind == "group":
        made: Any = next(each for each in (annotation, *get_args(annotation)) if is_dataclass(each))
        hints = inspect.signature(made, eval_str=True).parameters
        return made(**{name: _value(each, hints[name].annotation) for name, each in value.items()})
    return READ[kind](value)
