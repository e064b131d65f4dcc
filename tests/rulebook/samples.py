"""A way to damage the shipped rulebook in one place and see what the loader says."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from admin.rulebook.loader import RulebookError, from_dict, load, shipped

DAY = date(2026, 11, 23)

Damage = Callable[[dict[str, Any]], object]


def shipped_data() -> dict[str, Any]:
    """The shipped rulebook's plain data, free to be changed."""
    return copy.deepcopy(shipped().to_dict())


def entry(data: dict[str, Any], part: str, name: str) -> dict[str, Any]:
    """The entry of a part with that id."""
    found: dict[str, Any] = next(item for item in data[part] if item["id"] == name)
    return found


def fault_of(damage: Damage) -> str:
    """What the loader says to the shipped rulebook after the damage."""
    data = shipped_data()
    damage(data)
    with pytest.raises(RulebookError) as raised:
        from_dict(data)
    return str(raised.value)


def fault_in(text: str) -> str:
    """What the loader says to a YAML text."""
    with pytest.raises(RulebookError) as raised:
        load(text)
    return str(raised.value)
