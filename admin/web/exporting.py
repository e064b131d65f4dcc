"""Any generated list as a workbook; that somebody took it is an event of the audit trail."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import send_file
from flask_babel import gettext as _
from sqlalchemy import inspect
from werkzeug.wrappers import Response

from admin.files.workbooks import write_workbook
from admin.models import Employee
from admin.operations.transaction import operation
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.texts import as_text, file_name


def workbook_of(view: Any, rows: list[Any]) -> io.BytesIO:
    """The rows under the list's own columns and labels, and what it `also_exports`; a person's number and name apart.

    What comes from an import can be imported again as it stands: dates stay dates, and nothing is a blank cell.
    """
    columns = [*view.list_columns, *view.also_exported]
    people, written = persons_among(view), {**view.formatters_columns, **view.export_formatters()}
    headers = [each for name in columns for each in _headers(view, name, people)]
    values = view.datamodel.get_values(rows, columns)
    cells = [
        [each for name in columns for each in _cells(view, name, value[name], people, written)] for value in values
    ]
    note_taken(view.datamodel.obj.__table__.name, len(cells), columns)
    return io.BytesIO(write_workbook(str(view.list_title), headers, cells))


def ticked_workbook(table: str, title: str, headers: list[str], cells: list[list[Any]]) -> Response:
    """The ticked rows of a list made by hand, under the list's own headings, as a download; recorded as that of any list."""
    note_taken(table, len(cells), headers)
    stream = io.BytesIO(write_workbook(title, headers, cells))
    return send_file(stream, as_attachment=True, download_name=file_name(title))


def note_taken(table: str, count: int, columns: list[str]) -> None:
    """Somebody has taken a list of so many rows of a table out of the portal."""
    with operation("export_list", actor=actor(), now=now(), clause="6.3-b") as op:
        op.note("export", table, None, {"rows": [None, count], "columns": [None, columns]})


def persons_among(view: Any) -> set[str]:
    """The list's columns that name a person."""
    relations = inspect(view.datamodel.obj).relationships
    return {name for name in view.list_columns if name in relations and relations[name].mapper.class_ is Employee}


def _headers(view: Any, name: str, people: set[str]) -> list[str]:
    label = str(view.label_columns[name])
    return [_("%(who)s: number", who=label), _("%(who)s: name", who=label)] if name in people else [label]


def _cells(
    view: Any, name: str, value: Any, people: set[str], written: Mapping[str, Callable[[Any], str]]
) -> list[Any]:
    if name in people:
        return [value.number, value.name] if value is not None else ["", ""]
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and name not in view.choices:
        return [value]  # a number stays one, to be added up
    if value in (None, "") or (isinstance(value, date) and not isinstance(value, datetime)):
        return [value]
    return [written.get(name, as_text)(value)]
