"""Formal documents: the list, what each confirms, and its file (3.3.6)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from flask import flash, send_file
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from admin.domain.codes import ChangeKind, DocumentKind
from admin.domain.refusals import NotFound, Refusal
from admin.jobs.rendering import document_path, render_document
from admin.models import IssuedDocument, db
from admin.operations.system.served import kept_file
from admin.operations.transaction import operation
from admin.queries.outcome.document_words import title_in
from admin.queries.outcome.documents import document_rows
from admin.queries.outcome.pay_lists import document_pay
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.model_view import PortalModelView
from admin.web.page import Page, route
from admin.web.records import Records, visible_row
from admin.web.texts import file_name, language, refusal_text

KINDS, CHANGE_KINDS = DocumentKind.labels(), ChangeKind.labels()
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class DocumentView(PortalModelView):
    """Every issued document; a number per year without gaps, issued by an act, never edited, only superseded by another."""

    datamodel = Records(IssuedDocument)
    route_base = "/documents"
    list_title, show_title = lazy("Issued documents"), lazy("Issued document")
    add_title, edit_title = lazy("Issue a document"), lazy("Change a document")
    label_columns = {
        "number": lazy("Document number"),
        "year": lazy("Year of issue"),
        "serial": lazy("Serial number"),
        "kind": lazy("Kind of document"),
        "title": lazy("Document title"),
        "cycle": lazy("Review cycle"),
        "issued_at": lazy("Issued at"),
        "effective_on": lazy("Effective from"),
        "supersedes": lazy("Takes the place of"),
        "sha256": lazy("Hash of the file"),
    }
    choices = {"kind": KINDS}
    list_columns = ["number", "title", "kind", "cycle", "issued_at", "effective_on"]
    show_columns = [
        "number",
        "title",
        "kind",
        "year",
        "serial",
        "cycle",
        "issued_at",
        "effective_on",
        "supersedes",
        "sha256",
    ]
    formatters_columns = {"title": lambda title: title_in(title, language())}
    search_columns = ["number", "year", "kind", "title", "cycle", "effective_on"]
    order_columns = ["number", "year", "serial", "kind", "issued_at", "effective_on"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
    can_delete = False
    base_order = ("issued_at", "desc")
    show_template = "outcome/documents/show.html"

    def show_context(self, item: IssuedDocument) -> dict[str, Any]:
        """Whom the document names, as it prints them."""
        rows = document_rows(db.session(), item)
        out = [{"number": row["number"], "clause": row["clause"], "text": why_left_out(row)} for row in item.left_out]
        pay = {"pay_of": document_pay(db.session(), actor(), item), "pay_kinds": CHANGE_KINDS}
        return {"rows": rows[:500], "count": len(rows), "ready": item.sha256 is not None, "left_out": out, **pay}


def why_left_out(row: Mapping[str, Any]) -> str:
    """Why somebody could not be in a document, in the reader's language."""
    return refusal_text(Refusal(row["clause"], row["reason"], row["facts"]))


def tell_left_out(documents: Iterable[IssuedDocument]) -> None:
    """Say at once who is not in what was just issued, and why."""
    for row in (row for document in documents for row in document.left_out):
        flash(
            _(
                "Left out: %(number)s. %(why)s (%(clause)s)",
                number=row["number"],
                why=why_left_out(row),
                clause=row["clause"],
            ),
            "warning",
        )


class DocumentFileView(Page):
    """The document's file, as a download; taking it is an event of the audit trail."""

    route_base = "/documents"
    default_view = "download"

    @route("/<int:document_id>/download", post=True, get=False)
    def download(self, document_id: int) -> Response:
        """The DOCX; rendered anew where its bytes are gone, and refused where they would differ."""
        row = visible_row(IssuedDocument, document_id)
        if row is None or row.sha256 is None:
            raise NotFound(f"IssuedDocument {document_id}")
        number, sha256, path = row.number, row.sha256, document_path(document_id)
        if not path.is_file():
            path = render_document(document_id, actor=actor(), now=now())
        data = kept_file(path, sha256, document_id, now=now())
        with operation("download_document", actor=actor(), now=now(), clause="3.3.6") as op:
            op.note("export", "issued_documents", document_id, {})
        return send_file(
            io.BytesIO(data), mimetype=DOCX, as_attachment=True, download_name=file_name(number, kind="docx")
        )
