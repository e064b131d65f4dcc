"""Pay for HR: the bands in force and to come at /pay/, and the pay-change lists of documents (5.1)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from admin.domain.codes import ChangeKind, PayLineState
from admin.domain.pay import Band
from admin.domain.refusals import NotFound
from admin.files.apart import read_apart
from admin.files.faults import Fault, FileFault
from admin.files.grades import grade_lookup
from admin.files.pay_bands import FIELDS, bands_form, read_pay_bands
from admin.models import PayBand, PayList, db
from admin.operations.outcome.pay_bands import import_pay_bands, plan_pay_bands
from admin.operations.outcome.pay_lists import make_pay_list, take_pay_list
from admin.operations.transaction import operation
from admin.queries.imports.imports import ladder_names
from admin.queries.outcome.pay import PayPage, Scale, ladder_rows, pay_page
from admin.queries.outcome.pay_lists import pay_list_page
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.records import Records
from admin.web.texts import file_name, language, name_of, translated
from admin.web.workflow_view import WorkflowModelView

KINDS, STATES = ChangeKind.labels(), PayLineState.labels()
MIMETYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
MOST_SHOWN = 500


class PayView(Page):
    """What every grade pays today and from which days otherwise, drawn; what is wrong with the bands, by name."""

    route_base = "/pay"

    @route("/")
    def index(self) -> str:
        """The bands of today, those to come, and the days from which earlier ones held."""
        page = pay_page(db.session(), today())
        wrong = [
            {"text": translated(each.message, _named(each.facts, page)), "refused": each.refused} for each in page.flaws
        ]
        return self.show_page("outcome/pay/index.html", page, title=_("Pay bands"), pictures=drawn(page), wrong=wrong)

    @route("/import", access="bring", post=True)
    def bring(self) -> str | Response | tuple[str, int]:
        """What is expected, and the upload; a file with faults changes nothing and is answered with every one."""
        if request.method == "GET":
            return self._import_page()
        given = request.files.get("file")
        if given is None or not given.filename:
            return self._import_page(_("Choose a file first.")), 422
        try:
            table = read_apart(given.filename, given.read())
            rows, faults = read_pay_bands(table, grade_lookup(ladder_names(db.session(), today())))
        except FileFault as fault:
            return self._import_page(fault.text(_)), 422
        if faults:  # what is left of the file would look full of holes
            return self._import_page(faults=faults), 422
        only_check = bool(request.form.get("only_check"))
        plan = (
            plan_pay_bands(db.session(), rows, today())
            if only_check
            else import_pay_bands(rows, actor=actor(), now=now())
        )
        if plan.faults:
            return self._import_page(faults=plan.faults), 422
        counts = {"new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged}
        said = _("The file is in order: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.", **counts)
        done = _("Imported: %(new)s new bands, %(changed)s changed, %(unchanged)s unchanged.", **counts)
        flash(said if only_check else done, "success")
        return redirect(url_for(".bring" if only_check else ".index"), 303)

    @route("/form", access="bring", post=True, get=False)
    def form(self) -> Response:
        """The form to fill in, with what is in force today."""
        page = pay_page(db.session(), today())
        bands = {grade.code: band for grade, band in page.present.rows} if page.present else {}
        rows = [_form_row(name_of(grade), bands.get(grade.code)) for grade in page.ladder]
        with operation("export_list", actor=actor(), now=now(), clause="5.1") as op:
            op.note("export", PayBand.__tablename__, None, {"rows": [None, len(rows)]})
        data = bands_form(rows, language())
        return send_file(
            io.BytesIO(data), mimetype=MIMETYPES["xlsx"], as_attachment=True, download_name=file_name(_("Pay bands"))
        )

    def _import_page(self, error: str = "", faults: Sequence[Fault] = ()) -> str:
        names = {grade.code: name_of(grade) for grade in ladder_rows(db.session(), today())} if faults else {}
        return self.show_page(
            "outcome/pay/import.html",
            title=_("Import pay bands"),
            error=error,
            faults=[_fault_shown(each, names) for each in faults],
            columns=[_(spec.label) for spec in FIELDS],
        )


def _fault_shown(fault: Fault, names: dict[str, str]) -> dict[str, Any]:
    """A fault with the grades by their names in the reader's language."""
    told = replace(fault, facts={name: names.get(str(value), value) for name, value in fault.facts.items()})
    return {"row": fault.row, "column": fault.column, "value": fault.value, "text": told.text(_)}


def _form_row(grade: str, band: Band | None) -> list[Any]:
    return [grade, band.valid_from, None, band.low, band.high, band.currency] if band else [grade, *[None] * 5]


def _named(facts: Any, page: PayPage) -> dict[str, str]:
    """Facts with the grades by their names in the reader's language."""
    names = {grade.code: name_of(grade) for grade in page.ladder}
    return {name: names.get(value, value) for name, value in facts.items()}


def drawn(page: PayPage) -> list[list[dict[str, Any]]]:
    """Each scale as bars on one axis, the highest grade first: x and width in hundredths of the whole."""
    scales: Sequence[Scale] = [each for each in (page.present, *page.coming) if each is not None]
    shown = [band for scale in scales for _grade, band in scale.rows]
    least = min((band.low for band in shown), default=Decimal(0))
    span = max((band.high for band in shown), default=Decimal(1)) - least or Decimal(1)
    return [
        [
            {
                "label": name_of(grade),
                "x": round(float((band.low - least) * 100 / span), 2),
                "width": max(round(float((band.high - band.low) * 100 / span), 2), 0.6),
                "band": band,
                "new": band.valid_from == scale.since,
            }
            for grade, band in reversed(scale.rows)
        ]
        for scale in scales
    ]


class PayListView(WorkflowModelView):
    """Every pay-change list that was made; a list is never changed, only corrected by another."""

    datamodel = Records(PayList)
    process = "pay_list"
    route_base = "/pay_lists"
    list_title, show_title = lazy("Pay lists"), lazy("Pay list")
    add_title, edit_title = lazy("Make a pay list"), lazy("Correct the pay list")
    label_columns = {
        "number": lazy("List number"),
        "year": lazy("Year of the list"),
        "document": lazy("Document"),
        "corrects": lazy("Corrects list"),
        "people": lazy("People in it"),
        "made_at": lazy("Made at"),
        "sha256": lazy("Hash of the CSV file"),
    }
    list_columns = ["number", "document", "corrects", "people", "made_at"]
    show_columns = ["number", "document", "corrects", "people", "made_at", "sha256"]
    search_columns = ["number", "year", "document"]
    order_columns = ["number", "people", "made_at"]
    base_order = ("number", "desc")
    list_template = "outcome/pay/lists.html"
    show_template = "outcome/pay/list.html"

    def show_context(self, item: PayList) -> dict[str, Any]:
        """Its lines and totals, what corrects it, and what a correction would hold now."""
        page = pay_list_page(db.session(), item.id)
        return {**super().show_context(item), "page_of": page, "most": MOST_SHOWN, "kinds": KINDS, "states": STATES}


class PayListFileView(Page):
    """Making the list of a document, and taking a list's files; each is an event of the audit trail."""

    route_base = "/pay_lists"
    default_view = "make"

    @route("/of_document/<int:document_id>", access="make", post=True, get=False)
    def make(self, document_id: int) -> Response:
        """The list of a document; asked for again it is the same."""
        made = make_pay_list(document_id, actor=actor(), now=now())
        flash(_("Pay list %(number)s is there. Download it for payroll.", number=made.number), "success")
        return redirect(url_for("PayListView.show", pk=made.id), 303)

    @route("/<int:key>/download/<form>", post=True, get=False)
    def download(self, key: int, form: str) -> Response:
        """A list as CSV or XLSX."""
        if form not in MIMETYPES:
            raise NotFound(form)
        row, data = take_pay_list(key, form, actor=actor(), now=now())
        name = file_name(_("Pay list"), row.number, kind=form)
        return send_file(io.BytesIO(data), mimetype=MIMETYPES[form], as_attachment=True, download_name=name)
