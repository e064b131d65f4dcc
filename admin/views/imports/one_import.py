"""What the pages of imports share: the import in sight, its file as it is read, what became of it, its downloads."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, redirect, send_file, url_for
from werkzeug.wrappers import Response

from admin.domain.refusals import NotFound, Refused
from admin.files.choices import HowRead
from admin.files.faults import FileFault
from admin.files.mapping import reading_of
from admin.files.outline import Outline, kept_outline, outline_of
from admin.files.proposing import propose
from admin.files.tables import Table
from admin.forms import imports as import_words
from admin.models import Import
from admin.operations import acts
from admin.operations.imports import imports_checking
from admin.operations.imports.imports_ahead import OPEN_STATES
from admin.operations.imports.imports_reading import stored, table_of
from admin.queries.imports.undoing import NOT_APPLIED
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.many import followed
from admin.web.records import visible_row
from admin.web.texts import moment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def seen(key: int) -> Import:
    """The import in the reader's scope. Raises `NotFound`."""
    row = visible_row(Import, key)
    if row is None:
        raise NotFound(f"import {key}")
    return row


def outline_in(row: Import, reading: HowRead) -> Outline:
    """What the import's file looks like, as it is kept, or read where it is to be read otherwise.

    Raises `FileFault`; `Untold` where it is to be said how it is read.
    """
    kept = kept_outline(row.report)
    if kept is not None and reading == reading_of(row.mapping):
        return kept
    table = table_in(row, reading)
    return outline_of(table, propose(table, row.kind))


def table_in(row: Import, reading: HowRead) -> Table:
    """The import's file, read so."""
    return table_of(row.kind, row.filename, stored(row.sha256), reading)


def carried_out(key: int, action: str) -> Response:
    """Left to the worker, and followed on a page of its own."""
    return followed(acts.perform("import", key, action, {}, actor=actor(), now=now())["rows"])


def became(row: Import) -> str:
    """What became of it, in words."""
    return import_words.became_of(row, moment(row.applied_at) if row.applied_at else "")


def finished(row: Import) -> Response:
    """What became of an import that somebody finished meanwhile, said on its page; nothing is lost by coming late."""
    flash(became(row), "warning")
    return redirect(url_for("ImportView.show", key=row.id), 303)


def unless_finished(view: Callable[[Any, int], Response]) -> Callable[[Any, int], Response]:
    """A view on an import: where it is refused because something became of the import meanwhile, it says what did."""

    @wraps(view)
    def answered(self: Any, key: int) -> Response:
        try:
            return view(self, key)
        except Refused as refused:
            if (
                refused.refusal not in (imports_checking.FINISHED, NOT_APPLIED)
                or (row := seen(key)).state in OPEN_STATES
            ):
                raise
            return finished(row)

    return answered


def download(data: bytes, name: str) -> Response:
    """A workbook to be saved, never shown in place."""
    return send_file(io.BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name)


def table_if_any(row: Import) -> Table | None:
    """The import's file as a table; None where it is no longer kept, or is none."""
    try:
        return table_in(row, reading_of(row.mapping))
    except FileFault:
        return None
