"""/adjustments: other adjustments of grades, proposed by HR, decided by management row by row, issued by HR (4.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.codes import ChangeKind
from admin.domain.refusals import Invalid, NotFound, Refusal, Refused
from admin.files.adjustments import FIELDS, FileRow, adjustments_form, read_adjustments, rejected_rows
from admin.files.faults import Fault
from admin.files.grades import grade_lookup
from admin.files.tables import Table
from admin.forms.adjustments import adjustment_rows, decisions_of, lines_of, wished_day
from admin.models import GradeChange, db
from admin.operations.outcome import adjustments
from admin.operations.outcome.notices import first_of_next_month
from admin.operations.transaction import operation
from admin.queries.imports.imports import ladder_names
from admin.queries.outcome.adjustments import approved_adjustments, rejected_of_batch
from admin.queries.outcome.adjustments_ahead import AdjustmentRow, ProposalAhead, RowFault, adjustments_ahead
from admin.queries.outcome.change_pages import adjustment_form, adjustments_page, batch_page, change_page
from admin.views.outcome.documents import tell_left_out
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import numbers_of
from admin.web.sheets import FaultyFile, read_sheet, sheet_page, workbook
from admin.web.texts import field_messages, language
from admin.web.workflow_view import buttons, timeline


class AdjustmentView(Page):
    """Rows are never edited: a wrong one is rejected and proposed anew."""

    route_base = "/adjustments"

    @route("/")
    def index(self) -> str:
        """What waits, for whom, and what was decided lately."""
        page = adjustments_page(db.session(), actor(), wanted_part(), today())
        return self.show_page("outcome/adjustments/index.html", page, title=_("Other adjustments"))

    @route("/new", access="propose", post=True)
    def new(self) -> Response | str | tuple[str, int]:
        """HR proposes one employee or a list."""
        if request.method == "GET":
            number = request.args.get("number", "")[:40]  # of whom the link that led here is
            return self._form({"effective_on": first_of_next_month(today()).isoformat(), "number": number}, {})
        try:
            rows, day = adjustment_rows(request.form), wished_day(request.form)
            if request.form.get("preview"):
                ahead = adjustments_ahead(db.session(), actor(), rows, request.form.get("reason", ""), day, today())
                return self._form(request.form.to_dict(), {}, ahead=ahead), 422 if ahead.faults else 200
            made = adjustments.propose_adjustments(rows, request.form.get("reason", ""), day, actor=actor(), now=now())
        except Invalid as error:
            return self._form(request.form.to_dict(), field_messages(error)), 422
        except Refused as refused:
            return self._form(request.form.to_dict(), {}, refused.refusal), 409
        flash(
            ngettext(
                "%(count)s adjustment waits for management's decision.",
                "%(count)s adjustments wait for management's decision.",
                len(made),
                count=len(made),
            ),
            "success",
        )
        return redirect(url_for(".index"))

    @route("/file", access="propose", post=True)
    def file(self) -> str | tuple[str, int]:
        """A batch from a spreadsheet: every fault at once, or the form filled in with all of it and what it would do."""
        if request.method == "GET":
            return self._file_page()
        try:
            rows, columns, day = read_sheet(_read)
            proposed = [AdjustmentRow(row.number, row.grade, row.effective_on, row.reason) for row in rows]
            ahead = adjustments_ahead(db.session(), actor(), proposed, "", day, today())
            if ahead.faults:
                raise FaultyFile(faults=[_in_the_file(rows, columns, each) for each in ahead.faults])
        except FaultyFile as faulty:
            return self._file_page(faulty), 422
        typed = {"effective_on": day.isoformat(), "list": lines_of(rows), "reason": ""}
        return self._form(typed, {}, ahead=ahead)

    @route("/file/form", access="propose", post=True, get=False)
    def file_form(self) -> Response:
        """The form to fill in, with one example."""
        example, day = ladder_names(db.session(), today())[1][0], first_of_next_month(today())
        return workbook(adjustments_form(example, day, language()), _("Other adjustments"))

    @route("/batch/<name>")
    def batch(self, name: str) -> str:
        """What was proposed together, with what became of each row."""
        page = batch_page(db.session(), name, actor(), wanted_part(), today())
        title = _("Batch %(name)s", name=name.removeprefix("adjustment-"))
        return self.show_page("outcome/adjustments/batch.html", page, title=title)

    @route("/batch/<name>/rejected", access="propose", post=True, get=False)
    def rejected(self, name: str) -> Response:
        """The rejected rows with their reasons, in the columns in which they can be proposed anew."""
        found = rejected_of_batch(db.session(), name)
        if not found:
            raise NotFound(name)
        with operation("export_list", actor=actor(), now=now(), clause="4.3-a") as op:
            op.note("export", GradeChange.__tablename__, None, {"rows": [None, len(found)]})
        rows = [(row.employee.number, row.to_grade.code, row.effective_on, row.reason, why) for row, why in found]
        return workbook(rejected_rows(rows, language()), _("Rejected adjustments"))

    def _file_page(self, faulty: FaultyFile | None = None) -> str:
        day = request.form.get("effective_on") or first_of_next_month(today()).isoformat()
        page = sheet_page(FIELDS, day, adjustments.MOST_ROWS, faulty)
        return self.show_page("outcome/adjustments/file.html", page, title=_("Adjustments from a spreadsheet"))

    def _form(
        self,
        typed: dict[str, str],
        errors: dict[str, str],
        refused: Refusal | None = None,
        ahead: ProposalAhead | None = None,
    ) -> str:
        return self.show_page(
            "outcome/adjustments/new.html",
            adjustment_form(db.session(), today(), typed, ahead),
            title=_("Propose an adjustment"),
            errors={_place(key): text for key, text in errors.items()},
            refused=refused,
        )

    @route("/decide", access="decide", post=True, get=False)
    def decide(self) -> Response:
        """Management's decisions, row by row."""
        done = adjustments.decide_adjustments(decisions_of(request.form), actor=actor(), now=now())
        flash(
            ngettext(
                "%(count)s decision is recorded.", "%(count)s decisions are recorded.", len(done), count=len(done)
            ),
            "success",
        )
        return redirect(url_for(".index"))

    @route("/issue", access="issue", post=True, get=False)
    def issue(self) -> Response:
        """HR issues the chosen rows, or everything that is approved, on whatever part of the list."""
        everything = request.form.get("all")
        chosen = approved_adjustments(db.session()) if everything else numbers_of(request.form.getlist("row"))
        documents = adjustments.issue_adjustments(chosen, actor=actor(), now=now())
        flash(
            _(
                "Issued: %(numbers)s. The employees are served personally.",
                numbers=_(", ").join(each.number for each in documents),
            ),
            "success",
        )
        tell_left_out(documents)
        return redirect(url_for(".index"))

    @route("/<int:key>")
    def show(self, key: int) -> str:
        """One adjustment, what may be done with it, and what was."""
        page = change_page(db.session(), key, ChangeKind.ADJUSTMENT, actor(), today())
        return self.show_page(
            "outcome/changes/show.html",
            page,
            title=_("Adjustment of %(name)s", name=page.row.employee.name),
            portal_actions=buttons("grade_change", key),
            trail=timeline("grade_change", key, actor()),
        )


def _place(key: Any) -> str:
    """Faulty rows are said at the list; the place in it stands in the text."""
    kind, _space, place = str(key).partition(" ")
    return _("Row %(place)s", place=place) if place else kind


def _read(table: Table) -> tuple[list[FileRow], Mapping[str, str], date]:
    """The rows of the file, its headers and the day of those that name none; faults of the people are told with those of the cells."""
    day = wished_day(request.form)
    rows, faults, columns = read_adjustments(table, grade_lookup(ladder_names(db.session(), today())))
    if faults:
        proposed = [AdjustmentRow(row.number, row.grade, row.effective_on, row.reason) for row in rows]
        ahead = adjustments_ahead(db.session(), actor(), proposed, "", day, today())
        raise FaultyFile(faults=faults + [_in_the_file(rows, columns, each) for each in ahead.faults])
    return rows, columns, day


def _in_the_file(rows: Sequence[FileRow], columns: Mapping[str, str], fault: RowFault) -> Fault:
    row = rows[fault.place - 1]
    value = str(getattr(row, fault.column) or "")
    return Fault(row.row, columns.get(fault.column), value, fault.message, fault.facts)
