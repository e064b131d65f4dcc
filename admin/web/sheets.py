"""A page that takes a small table from a spreadsheet: what is expected, every fault by row and column, and workbooks out."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.refusals import Invalid
from admin.files.apart import read_apart
from admin.files.faults import Fault, FileFault
from admin.files.field_specs import FieldSpec
from admin.files.tables import Table
from admin.web.texts import field_messages, file_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Found = TypeVar("Found")


@dataclass(frozen=True)
class SheetPage:
    """The upload and what was wrong with the last one: in general, or each fault with row, column and value."""

    columns: Sequence[str]
    day: str
    most: int
    error: str = ""
    faults: Sequence[dict[str, Any]] = ()


class FaultyFile(Exception):
    """A spreadsheet that cannot be used as it is: why as a whole, or every fault of it."""

    def __init__(self, error: str = "", faults: Sequence[Fault] = ()) -> None:
        super().__init__(error)
        self.error, self.faults = error, faults


def read_sheet(read: Callable[[Table], Found]) -> Found:
    """What `read` makes of the file that came with the form. Raises `FaultyFile`."""
    given = request.files.get("file")
    if given is None or not given.filename:
        raise FaultyFile(_("Choose a file first."))
    try:
        return _read_as_it_is_or_from_the_top(given.filename, given.read(), read)
    except FileFault as fault:
        raise FaultyFile(fault.text(_)) from None
    except Invalid as error:
        raise FaultyFile(" ".join(field_messages(error).values())) from None


def _read_as_it_is_or_from_the_top(name: str, data: bytes, read: Callable[[Table], Found]) -> Found:
    try:
        return read(read_apart(name, data))
    except FileFault as fault:
        # The header is looked for by the words of imports, which a form of its own may hardly share: then it is the first row.
        try:
            return read(read_apart(name, data, header_row=1))
        except FileFault:
            raise fault from None


def sheet_page(fields: Sequence[FieldSpec], day: str, most: int, faulty: FaultyFile | None = None) -> SheetPage:
    """The page of a file with these columns."""
    found = sorted(faulty.faults, key=lambda fault: fault.row or 0) if faulty else []
    faults = [{"row": each.row, "column": each.column, "value": each.value, "text": each.text(_)} for each in found]
    return SheetPage([_(spec.label) for spec in fields], day, most, faulty.error if faulty else "", faults)


def workbook(data: bytes, name: str) -> Response:
    """A workbook to take away, called by what it holds."""
    return send_file(io.BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=file_name(name))
