"""What a version lays out in tables fits them on every database: a name that is too long is a fault of the version (3.2.5, 2.1)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from admin.models import Criterion, Grade, ParameterConfirmation
from admin.rulebook.content import LONGEST
from admin.rulebook.faults import RulebookError
from admin.rulebook.loader import from_dict, shipped


def faults(change: Any) -> dict[str, str]:
    data = deepcopy(shipped().to_dict())
    change(data)
    try:
        from_dict(data)
    except RulebookError as error:
        return {fault.entry: fault.text() for fault in error.faults}
    return {}


def criterion(data: Any, key: str) -> Any:
    return next(each for dimension in data["dimensions"] for each in dimension["criteria"] if each["id"] == key)


@pytest.mark.parametrize(
    ("change", "entry"),
    [
        (lambda data: data["grades"][0].update(en="x" * 51), "grades J1 en"),
        (
            lambda data: criterion(data, "volume")["name"].update(en="x" * 101),
            "dimensions performance criteria volume name en",
        ),
        # What superior and colleagues both rate is called so in two rows, each with an addition.
        (
            lambda data: criterion(data, "dedication")["name"].update(en="x" * 95),
            "dimensions attitude criteria dedication name en",
        ),
        (lambda data: data["clauses"][0].update(id="1." + "1" * 19), f"clauses 1.{'1' * 19} id"),
    ],
)
def test_what_does_not_fit_is_named_where_it_stands(change: Any, entry: str) -> None:
    assert "characters" in faults(change).get(entry, "")


def test_what_just_fits_is_taken() -> None:
    assert faults(lambda data: data["grades"][0].update(en="x" * 50)) == {}
    assert faults(lambda data: criterion(data, "volume")["name"].update(en="x" * 100)) == {}


def test_the_tables_have_the_room_that_is_promised() -> None:
    room = {
        "grade name": Grade.__table__.c.name_en,
        "level": Grade.__table__.c.level,
        "criterion": Criterion.__table__.c.code,
        "criterion name": Criterion.__table__.c.name_en,
        "clause": Criterion.__table__.c.clause,
        "parameter": ParameterConfirmation.__table__.c.parameter,
    }
    assert {name: column.type.length for name, column in room.items()} == LONGEST
