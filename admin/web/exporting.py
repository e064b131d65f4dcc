"""Any generated list as a workbook; that somebody took it is an event of the audit trail."""

from __future__ import annotations

import io
from typing import Any

from admin.files.workbooks import write_workbook
from admin.operations.transaction import operation
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.texts import as_text


def workbook_of(view: Any, rows: list[Any]) -> io.BytesIO:
    """The rows under the list's own columns and labels."""
    headers = [str(view.label_columns[name]) for name in view.list_columns]
    values = view.datamodel.get_values(rows, view.list_columns)
    cells = [
        [view.formatters_columns.get(name, as_text)(value[name]) for name in view.list_columns] for value in values
    ]
    table = view.datamodel.obj.__table__.name
    with operation("export_list", actor=actor(), now=now(), clause="6.3-b") as op:
        op.note("export", table, None, {"rows": [None, len(cells)], "columns": [None, view.list_columns]})
    return io.BytesIO(write_workbook(str(view.list_title), headers, cells))
