"""The minutes of a committee meeting as a Word document (3.3.4)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from admin.files.documents import forget_author, inert, with_fixed_times


def render_minutes(context: Mapping[str, Any]) -> bytes:
    """The minutes' bytes; the same context gives the same bytes, so that their hash can be checked again.

    `context`: `company`, `title`, `facts` (pairs of texts), `sections` (heading, lines, table), `signatures` (texts), `colon`.
    A table is a list of rows, the first its heading, or None. Values are text and stay inert.
    """
    from docx import Document  # takes a moment to import; only whoever renders pays

    from admin.files.document_template import line, number_pages, set_page

    given, document = inert(context), Document()
    set_page(document)
    line(document, given["company"], size=16, bold=True, centred=True)
    line(document, given["title"], size=20, bold=True, centred=True)
    for name, text in given["facts"]:
        line(document, f"{name}{given['colon']}{text}")
    for heading, lines, table in given["sections"]:
        line(document, heading, size=13, bold=True)
        for text in lines:
            line(document, text, indent=0.8)
        _table(document, table)
    for text in given["signatures"]:
        line(document, text, right=True)
    number_pages(document)
    forget_author(document)
    out = io.BytesIO()
    document.save(out)
    return with_fixed_times(out.getvalue())


def _table(document: Any, rows: Sequence[Sequence[str]]) -> None:
    from admin.files.document_template import repeat_on_every_page

    if not rows:
        return
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    for row, texts in zip(table.rows, rows, strict=True):  # cell by cell through the table would be quadratic
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].add_run(text)
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    repeat_on_every_page(table.rows[0])
