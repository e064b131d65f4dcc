"""Every column that can hold somebody's words is declared: a text of persons, or of nobody (6.3-b)."""

from __future__ import annotations

from sqlalchemy import JSON, Column, String, Text

from admin.models import Model
from admin.models.audit import OUTSIDE, WITHHELD_COLUMNS
from admin.models.texts_of_persons import OF_NOBODY, OF_PERSONS

HISTORY = "history"  # its reasons have a commitment of their own in each bundle


def can_hold_words(column: Column[object]) -> bool:
    return isinstance(column.type, Text | JSON) or (isinstance(column.type, String) and column.type.length is None)


def columns() -> dict[str, Column[object]]:
    tables = [table for name, table in Model.metadata.tables.items() if name not in {*OUTSIDE, HISTORY}]
    return {f"{table.name}.{column.name}": column for table in tables for column in table.c}


def test_every_column_that_can_hold_words_is_declared_one_way_or_the_other() -> None:
    long = {place for place, column in columns().items() if can_hold_words(column)}
    withheld = {f"{table}.{name}" for table, names in WITHHELD_COLUMNS.items() for name in names}
    of_persons = {place for place in columns() if place.partition(".")[2] in OF_PERSONS}
    assert long - of_persons - withheld - set(OF_NOBODY) == set()
    assert set(OF_NOBODY) & (of_persons | withheld) == set()
    assert set(OF_NOBODY) <= long


def test_no_name_is_declared_that_no_column_has() -> None:
    named = {place.partition(".")[2] for place in columns()}
    # What complaints kept in the clear once stands in events of that time.
    assert OF_PERSONS - named <= {"identity"}
