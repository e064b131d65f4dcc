"""Letters: one's own, with acknowledging and asking, and for HR who has read theirs (3.3.6, 4.3-a)."""

from __future__ import annotations

import io
from datetime import date

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.codes import DocumentKind
from admin.domain.refusals import Invalid, NotFound
from admin.forms.uploads import uploaded
from admin.jobs.rendering import own_letter
from admin.models import Acknowledgement, GradeChange, IssuedDocument, ServiceQuestion, db
from admin.operations.appeals.served import open_served
from admin.operations.cases.evidence import kept_at
from admin.operations.outcome import letters
from admin.operations.system.audit import note_reading
from admin.operations.system.served import kept_file
from admin.queries.outcome.letter_pages import ALL, FILTERS, letter_page, my_letters, served_page
from admin.queries.outcome.letters import change_for
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import visible_row
from admin.web.texts import field_messages, file_name

KINDS = DocumentKind.labels()
PDF = "application/pdf"


class LetterView(Page):
    """/letters/: the documents that name the reader, and what they say to each."""

    route_base = "/letters"

    @route("/")
    def index(self) -> str:
        """The list."""
        page = my_letters(db.session(), actor().employee_id, wanted_part())
        return self.show_page("outcome/letters/mine.html", page, title=_("My letters"), kinds=KINDS)

    @route("/<int:document_id>")
    def show(self, document_id: int) -> str:
        """What one document says of the reader."""
        return self._show(document_id)

    @route("/<int:document_id>/acknowledge", access="write", post=True, get=False)
    def acknowledge(self, document_id: int) -> Response:
        """I have read it."""
        letters.acknowledge(document_id, actor=actor(), now=now())
        flash(_("You have acknowledged this letter. This is not consent and does not affect your rights."), "success")
        return redirect(url_for("LetterView.show", document_id=document_id), 303)

    @route("/<int:document_id>/ask", access="write", post=True, get=False)
    def ask(self, document_id: int) -> Response | tuple[str, int]:
        """A question to HR."""
        try:
            letters.ask_about(document_id, request.form.get("text", ""), actor=actor(), now=now())
        except Invalid as error:
            return self._show(document_id, field_messages(error)), 422
        flash(_("HR has your question. The answer will appear here."), "success")
        return redirect(url_for("LetterView.show", document_id=document_id), 303)

    @route("/<int:document_id>/appeal", access="write", post=True, get=False)
    def appeal(self, document_id: int) -> Response:
        """The form on which the reader appeals against what the document served."""
        row = open_served(document_id, actor=actor(), now=now())
        return redirect(url_for("AppealFormView.index", notice=row.notice.number, row=row.id), 303)

    def _show(self, document_id: int, errors: dict[str, str] | None = None) -> str:
        page = letter_page(db.session(), document_id, actor().employee_id, now())
        typed = request.form.get("text", "")
        return self.show_page(
            "outcome/letters/letter.html", page, title=page.letter["title"], errors=errors or {}, typed=typed
        )


class OwnLetterView(Page):
    """/documents/<id>/letter: the reader's own letter as PDF."""

    route_base = "/documents"
    default_view = "letter"

    @route("/<int:document_id>/letter")
    def letter(self, document_id: int) -> Response:
        """The PDF; taking it is an event of the audit trail."""
        change = change_for(db.session(), document_id, actor().employee_id)
        key, number = change.id, db.session.get_one(IssuedDocument, document_id).number
        data = own_letter(document_id, key, actor=actor())
        note_reading("read_letter", "grade_changes", key, clause="3.3.6", actor=actor(), now=now())
        name = file_name(number, kind="pdf")
        return send_file(io.BytesIO(data), mimetype=PDF, as_attachment=True, download_name=name)


class ServedView(Page):
    """/served/<document>: who has read what was served on them, what they ask, and the letters as print."""

    route_base = "/served"
    default_view = "show"

    @route("/<int:document_id>")
    def show(self, document_id: int) -> str:
        """The page."""
        return self._show(document_id)

    @route("/<int:document_id>/letters", access="write", post=True, get=False)
    def prepare(self, document_id: int) -> Response:
        """Have the letters printed."""
        missing = letters.prepare_letters(document_id, actor=actor(), now=now())
        if missing > 0:
            flash(_("The letters are being printed. This page shows how far they are."), "success")
        else:
            flash(_("The letters are printed already."), "info")
        return redirect(url_for("ServedView.show", document_id=document_id), 303)

    @route("/<int:document_id>/paper", access="write", post=True, get=False)
    def paper(self, document_id: int) -> Response | tuple[str, int]:
        """A signed copy came back on paper."""
        try:
            given = letters.PaperInput(_change(document_id), _day(request.form.get("read_on", "")), uploaded("scan"))
            letters.acknowledge_on_paper(given, actor=actor(), now=now())
        except Invalid as error:
            return self._show(document_id, field_messages(error)), 422
        flash(_("The acknowledgement on paper is recorded with its scan."), "success")
        return redirect(url_for("ServedView.show", document_id=document_id), 303)

    @route("/<int:document_id>/appeal", access="write", post=True, get=False)
    def appeal(self, document_id: int) -> Response:
        """HR enters the appeal of somebody who handed in paper: the row that it goes against, and then its form."""
        row = open_served(document_id, change_id=_change(document_id), actor=actor(), now=now())
        flash(
            _("Enter the paper appeal against row %(row)s of notice %(number)s.", row=row.id, number=row.notice.number),
            "info",
        )
        return redirect(url_for("AppealView.add"), 303)

    @route("/<int:document_id>/questions/<int:key>", access="write", post=True, get=False)
    def answer(self, document_id: int, key: int) -> Response | tuple[str, int]:
        """HR's answer."""
        question = visible_row(ServiceQuestion, key)
        if question is None or question.document_id != document_id:
            raise NotFound("ServiceQuestion")
        try:
            letters.answer_question(key, request.form.get("text", ""), actor=actor(), now=now())
        except Invalid as error:
            return self._show(document_id, {f"answer-{key}": text for text in field_messages(error).values()}), 422
        flash(_("The answer is sent."), "success")
        return redirect(url_for("ServedView.show", document_id=document_id), 303)

    @route("/<int:document_id>/scans/<int:key>", post=True, get=False)
    def scan(self, document_id: int, key: int) -> Response:
        """The scan of a signed letter; as a download only."""
        row = visible_row(Acknowledgement, key)
        if row is None or row.document_id != document_id or row.scan_sha256 is None:
            raise NotFound("scan")
        name, sha256 = row.scan_name, row.scan_sha256
        data = kept_file(kept_at(sha256, row.scan_media_type or ""), sha256, key, now=now())
        note_reading("read_evidence", "acknowledgements", key, clause="3.3.6", actor=actor(), now=now())
        return send_file(io.BytesIO(data), mimetype="application/octet-stream", as_attachment=True, download_name=name)

    def _show(self, document_id: int, errors: dict[str, str] | None = None) -> str:
        document = _document(document_id)
        chosen = request.args.get("show", ALL)
        if chosen not in FILTERS:
            raise NotFound(chosen)
        wanted = {name: wanted_part(name) for name in ("page", "questions")}
        looked_for = request.args.get("q", "").strip()
        page = served_page(db.session(), document, today(), chosen, wanted, looked_for)
        return self.show_page(
            "outcome/letters/served.html",
            page,
            title=_("Service of %(number)s", number=document.number),
            writes=actor().has("hr"),
            errors=errors or {},
            typed=request.form,
        )


def _document(key: int) -> IssuedDocument:
    row = visible_row(IssuedDocument, key)
    if row is None:
        raise NotFound(f"IssuedDocument {key}")
    return row


def _change(document_id: int) -> int:
    row = visible_row(GradeChange, request.form.get("change"))
    if row is None or row.document_id != document_id:
        raise NotFound("GradeChange")
    return int(row.id)


def _day(text: str) -> date:
    try:
        return day_named(text)
    except ValueError:
        raise Invalid({"read_on": NO_DAY}) from None
