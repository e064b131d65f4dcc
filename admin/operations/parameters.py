"""What a verb takes, as its signature says it, and how given values fill it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import MISSING, is_dataclass
from typing import Any, get_args


def filled(wanted: Mapping[str, bool], given: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    """The values of the wanted names; where nothing was given the default stands, or what is blank of its kind."""
    here = {name: given[name] for name in wanted if name in given}
    return {
        name: blank if value is None else value
        for name, (value, blank) in here.items()
        if value is not None or not wanted[name]
    }


def parameters_of(verb: Callable[..., Any]) -> list[inspect.Parameter]:
    """What a verb takes beside who acts and when."""
    found = inspect.signature(verb, eval_str=True).parameters.values()
    return [each for each in found if each.name not in ("actor", "now")]


def group_of(parameter: inspect.Parameter) -> type[Any] | None:
    """The dataclass that a parameter takes, alone or with None."""
    kinds = (parameter.annotation, *get_args(parameter.annotation))
    return next((each for each in kinds if isinstance(each, type) and is_dataclass(each)), None)


def has_default(attribute: Any) -> bool:
    """Whether an attribute of a dataclass may be left out."""
    return attribute.default is not MISSING or attribute.default_factory is not MISSING
