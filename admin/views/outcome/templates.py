"""HR's own layout of the formal document: uploaded, tried, previewed with a real person, put into use by a second one (3.3.6)."""

from __future__ import annotations

import io

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.codes import DocumentKind
from admin.domain.refusals import N_, Invalid, NotFound
from admin.files.apart import filled_apart
from admin.files.documents import shipped_template
from admin.files.faults import FileFault
from admin.forms.uploads import uploaded
from admin.jobs.rendering import template_bytes
from admin.models import DocumentTemplate, db
from admin.operations.cases.evidence import kept_at
from admin.operations.outcome.templates import bring_template, retire_template, use_template
from admin.operations.system.audit import note_reading
from admin.operations.system.served import kept_file
from admin.queries.outcome.templates import KINDS, employee_with, preview_context, template_page
from admin.views.outcome.documents import DOCX
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import visible_row
from admin.web.texts import field_messages, file_name, language

NOBODY = N_("No employee has this number.")


class TemplateView(Page):
    """/document_templates/: the versions of HR's layout, and what a layout may name."""

    route_base = "/document_templates"

    @route("/")
    def index(self) -> str:
        """The page."""
        return self._show()

    @route("/", access="write", post=True, get=False)
    def bring(self) -> Response | tuple[str, int]:
        """A new version; refused with what is wrong where it cannot be filled."""
        try:
            row = bring_template(uploaded("file"), actor=actor(), now=now())
        except FileFault as fault:
            return self._show({"file": fault.text(_)}), 422
        except Invalid as error:
            return self._show(field_messages(error)), 422
        said = _("Version %(version)s is kept. It is used when another person puts it into use.", version=row.version)
        flash(said, "success")
        return redirect(url_for("TemplateView.index"), 303)

    @route("/<int:key>/use", access="use", post=True, get=False)
    def use(self, key: int) -> Response:
        """Documents take this version from now on."""
        row = use_template(key, actor=actor(), now=now())
        flash(_("Documents issued from now on use version %(version)s.", version=row.version), "success")
        return redirect(url_for("TemplateView.index"), 303)

    @route("/<int:key>/retire", access="write", post=True, get=False)
    def retire(self, key: int) -> Response:
        """Documents take the layout that ships from now on."""
        retire_template(key, actor=actor(), now=now())
        flash(_("Documents issued from now on take the portal's template."), "success")
        return redirect(url_for("TemplateView.index"), 303)

    @route("/preview")
    def preview(self) -> Response | tuple[str, int]:
        """One person's document in a version, as a download; without a version in the layout that ships."""
        key = request.args.get("version", "0")
        number, kind = request.args.get("number", "").strip(), request.args.get("kind", DocumentKind.ANNUAL.value)
        if kind not in KINDS:
            raise NotFound(kind)
        person = employee_with(db.session(), number)
        layout = shipped_template() if key == "0" else template_bytes(_version(key))
        if person is None:
            return self._show({"number": _(NOBODY)}), 422
        context, employee = preview_context(db.session(), DocumentKind(kind), person, now()), person.id
        data = filled_apart(layout, context)
        note_reading("preview_document", "employees", employee, clause="3.3.6", actor=actor(), now=now())
        name = file_name(_("Preview"), number, kind="docx")
        return send_file(io.BytesIO(data), mimetype=DOCX, as_attachment=True, download_name=name)

    @route("/<int:key>/file")
    def file(self, key: int) -> Response:
        """A version's file as it was uploaded; 0 is the layout that ships, to begin with."""
        if key == 0:
            data, name = shipped_template(), file_name(_("Template"), kind="docx")
        else:
            row = _version(key)
            name = file_name(_("Template"), str(row.version), kind="docx")
            data = kept_file(kept_at(row.sha256, row.media_type), row.sha256, key, now=now())
        return send_file(io.BytesIO(data), mimetype=DOCX, as_attachment=True, download_name=name)

    def _show(self, errors: dict[str, str] | None = None) -> str:
        page = template_page(db.session(), actor(), now(), wanted_part(), language())
        shown = {"title": _("Document templates"), "errors": errors or {}, "typed": request.values}
        return self.show_page("outcome/templates/index.html", page, **shown)


def _version(key: int | str) -> DocumentTemplate:
    row = visible_row(DocumentTemplate, key)
    if row is None:
        raise NotFound(f"DocumentTemplate {key}")
    return row
