"""The made-up rows of an empty form: told by a mark before their number, and never taken for people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from admin.domain.refusals import N_
from admin.files.faults import FileFault, FileNote
from admin.files.tables import Table

MARKS = ("範例-", "示例-", "EXAMPLE-")  # zh_hant, zh_hans, en


def without_examples(table: Table) -> Table:
    """The table without the rows of the form's example. Raises `FileFault` where there are no others."""
    kept = [index for index, row in enumerate(table.rows) if not any(map(_marked, row))]
    left_out = len(table.rows) - len(kept)
    if not left_out:
        return table
    if not kept:
        raise FileFault(N_("Only the form's example is in the file; put your own rows in"))
    note = FileNote(N_("%(count)s rows of the form's example were left out"), {"count": left_out})
    rows, numbers = [table.rows[index] for index in kept], [table.row_numbers[index] for index in kept]
    moved = {index: place for place, index in enumerate(kept)}
    formulas = {(moved[row], column) for row, column in table.formulas if row in moved}
    places = [table.places[index] for index in kept] if table.places else []
    notes = [*table.notes, note]
    return replace(table, rows=rows, row_numbers=numbers, notes=notes, formulas=formulas, places=places)


def _marked(cell: Any) -> bool:
    return isinstance(cell, str) and cell.strip().startswith(MARKS)
