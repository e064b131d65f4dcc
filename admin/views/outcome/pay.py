"""Pay for HR: the bands in force and to come at /pay/, and the pay-change lists of documents (5.1)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from admin.domain.codes import ChangeKind, PayLineState
from admin.domain.refusals import NotFound
from admin.models import PayList, db
from admin.operations.outcome.pay_lists import make_pay_list, take_pay_list
from admin.queries.outcome.pay import PayPage, Scale, pay_page
from admin.queries.outcome.pay_lists import pay_list_page
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.records import Records
from admin.web.texts import file_name, name_of, translated
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


def _named(facts: Any, page: PayPage) -> dict[str, str]:
    """Facts with the grades by their names in the reader's language."""
    names = {grade.code: name_of(grade) for grade in page.ladder}
    return {name: names.get(value, value) for name, value in facts.items()}


def drawn(page: PayPage) -> list[list[dict[str, Any]]]:
    """Each scale as bars on one axis, the highest grade first: x and width in hundredths of the whole."""
    scales: Sequence[Scale] = [each for each in (page.present, *page.coming) if each is not None]
    most = max((band.high for scale in scales for _grade, band in scale.rows), default=0) or 1
    return [
        [
            {
                "label": name_of(grade),
                "x": round(float(band.low * 100 / most), 2),
                "width": max(round(float((band.high - band.low) * 100 / most), 2), 0.6),
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
