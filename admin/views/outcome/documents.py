"""Formal documents: the list, what each confirms, and its file (3.3.6)."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from admin.domain.codes import ChangeKind, DocumentKind, PrintKind
from admin.domain.refusals import NotFound, Refusal
from admin.jobs.rendering import document_path, print_document, print_path, render_document
from admin.models import IssuedDocument, db
from admin.operations.system.served import kept_file
from admin.operations.transaction import operation
from admin.queries.outcome.document_words import TAKEN_BY, said, title_in
from admin.queries.outcome.documents import rows_shown
from admin.queries.outcome.letters import prints_of
from admin.queries.outcome.pay_lists import document_pay
from admin.queries.outcome.withdrawals import TakenBy, taken_by
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.model_view import PortalModelView
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import Records, visible_row
from admin.web.texts import file_name, language, refusal_text

KINDS, CHANGE_KINDS = DocumentKind.labels(), ChangeKind.labels()
PDF = "application/pdf"
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
        named = rows_shown(db.session(), item, wanted_part())
        out = [{"number": row["number"], "clause": row["clause"], "text": why_left_out(row)} for row in item.left_out]
        pay = {"pay_of": document_pay(db.session(), actor(), item), "pay_kinds": CHANGE_KINDS}
        pdf = bool(prints_of(db.session(), item.id, PrintKind.LIST))
        taken = taken_by(db.session(), [item.id]).get(item.id, ())
        may = actor().has("hr") and item.sha256 is not None and item.kind != DocumentKind.TAKEOVER
        marks = {"taken": [(each, taken_words(each)) for each in taken], "takes_back": may}
        more = {"left_out": out, "pdf": pdf, "makes_pdf": not pdf and actor().has("hr"), **pay, **marks}
        return {"named": named, "ready": item.sha256 is not None, **more}


def taken_words(taken: TakenBy) -> str:
    """By which document another was withdrawn or corrected, in the reader's language."""
    return said(TAKEN_BY[taken.document.kind, taken.whole], language()).format(number=taken.document.number)


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
    """The document's files, as downloads; taking one is an event of the audit trail."""

    route_base = "/documents"
    default_view = "docx"

    @route("/<int:document_id>/docx")
    def docx(self, document_id: int) -> Response:
        """The DOCX; rendered anew where its bytes are gone, and refused where they would differ."""
        row = visible_row(IssuedDocument, document_id)
        if row is None or row.sha256 is None:
            raise NotFound(f"IssuedDocument {document_id}")
        number, sha256, path = row.number, row.sha256, document_path(document_id)
        if not path.is_file():
            path = render_document(document_id, actor=actor(), now=now())
        data = kept_file(path, sha256, document_id, now=now())
        _note(document_id, "docx")
        return send_file(
            io.BytesIO(data), mimetype=DOCX, as_attachment=True, download_name=file_name(number, kind="docx")
        )

    @route("/<int:document_id>/pdf")
    def pdf(self, document_id: int) -> Response:
        """The PDF; made anew where its bytes are gone, and refused where they would differ."""
        row = visible_row(IssuedDocument, document_id)
        kept = prints_of(db.session(), document_id, PrintKind.LIST) if row is not None else []
        if row is None or not kept:
            raise NotFound("pdf")
        number, sha256, path = row.number, kept[0].sha256, print_path(document_id, PrintKind.LIST, 0)
        if not path.is_file():
            path = print_document(document_id, actor=actor(), now=now())
        data = kept_file(path, sha256, document_id, now=now())
        _note(document_id, "pdf")
        return send_file(
            io.BytesIO(data), mimetype=PDF, as_attachment=True, download_name=file_name(number, kind="pdf")
        )

    @route("/<int:document_id>/pdf", access="write", post=True, get=False)
    def print_pdf(self, document_id: int) -> Response:
        """Make the PDF of a document that has none: one that was issued before PDF was made of each."""
        row = visible_row(IssuedDocument, document_id)
        if row is None or row.sha256 is None:
            raise NotFound(f"IssuedDocument {document_id}")
        print_document(document_id, actor=actor(), now=now())
        flash(_("The PDF is made."), "success")
        return redirect(url_for("DocumentView.show", pk=document_id), 303)

    @route("/<int:document_id>/letters")
    def letters(self, document_id: int) -> Response:
        """Everybody's letters that are printed, a PDF for each department in one ZIP; with `part` one department's PDF."""
        row = visible_row(IssuedDocument, document_id)
        prints = prints_of(db.session(), document_id, PrintKind.LETTERS) if row is not None else []
        wanted = request.args.get("part", "")
        chosen = [each for each in prints if not wanted or str(each.part) == wanted]
        if row is None or not chosen:
            raise NotFound("letters")
        number = row.number
        files = [
            (
                file_name(number, each.title, kind="pdf"),
                print_path(document_id, PrintKind.LETTERS, each.part),
                each.sha256,
            )
            for each in chosen
        ]
        # Not in memory: the letters of a large centre fill tens of megabytes. The answer closes it.
        stream = tempfile.TemporaryFile()  # noqa: SIM115
        if wanted:
            ((name, path, sha256),) = files
            stream.write(kept_file(path, sha256, document_id, now=now()))
        else:
            name = file_name(number, _("Letters"), kind="zip")
            with zipfile.ZipFile(stream, "w") as archive:  # PDF is packed already
                for each, path, sha256 in files:
                    archive.writestr(each, kept_file(path, sha256, document_id, now=now()))
        _note(document_id, "letters")
        stream.seek(0)
        kind = PDF if wanted else "application/zip"
        return send_file(stream, mimetype=kind, as_attachment=True, download_name=name)


def _note(document_id: int, what: str) -> None:
    with operation("download_document", actor=actor(), now=now(), clause="3.3.6") as op:
        op.note("export", "issued_documents", document_id, {"file": [None, what]})
