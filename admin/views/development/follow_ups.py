"""Follow-up notes after a change of grade, and the report of a quarter (6.2)."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.centre import CLAUSE, quarter_of
from admin.domain.codes import ChangeKind, FollowUpOutcome
from admin.domain.refusals import Invalid, NotFound
from admin.files.workbooks import SheetOut, write_sheets
from admin.models import FollowUp, db
from admin.operations.development.follow_ups import write_follow_up
from admin.operations.transaction import operation
from admin.queries.development.follow_ups import (
    ALL,
    FILTERS,
    ReportRow,
    follow_up_page,
    follow_ups_page,
    report_notes,
    report_page,
)
from admin.queries.system.calendar import company_day
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import number_of
from admin.web.sheets import workbook
from admin.web.texts import day, field_messages, name_of

OUTCOMES, KINDS = FollowUpOutcome.labels(), ChangeKind.labels()


class FollowUpView(Page):
    """/follow-up/: what is due of those whom one leads, and what was written about oneself."""

    route_base = "/follow-up"

    @route("/")
    def index(self) -> str:
        """The list."""
        chosen = request.args.get("show", ALL)
        if chosen not in FILTERS:
            raise NotFound(chosen)
        looked_for = request.args.get("q", "").strip()[:100]
        page = follow_ups_page(db.session(), today(), chosen, looked_for, wanted_part())
        reports = actor().has("hr", "auditor", "head")
        return self.show_page("development/follow_ups/index.html", page, title=_("Follow-up notes"), reports=reports)

    @route("/<int:key>")
    def show(self, key: int) -> str:
        """One note with its corrections, and the form for whoever writes it."""
        return self._show(key)

    @route("/<int:key>/write", access="write", post=True, get=False)
    def write(self, key: int) -> Response | tuple[str, int]:
        """Write the note, or correct it by another one."""
        given = request.form
        try:
            write_follow_up(
                key, given.get("outcome", ""), given.get("text", ""), given.get("reason", ""), actor=actor(), now=now()
            )
        except Invalid as error:
            return self._show(key, field_messages(error)), 422
        flash(_("The note is on file. The employee and HR can read it."), "success")
        return redirect(url_for(".show", key=key), 303)

    def _show(self, key: int, errors: dict[str, str] | None = None) -> str:
        page = follow_up_page(db.session(), key, actor(), today())
        return self.show_page(
            "development/follow_ups/note.html",
            page,
            title=_("Follow-up after %(days)s days", days=page.row.after_days),
            errors=errors or {},
            typed=request.form,
            outcomes=[(code, _(label)) for code, label in OUTCOMES.items()],
        )


class FollowUpReportView(Page):
    """/follow-up/report: a quarter in figures, department by department, and as XLSX with the notes."""

    route_base = "/follow-up"
    default_view = "report"

    @route("/report")
    def report(self) -> str:
        """The report of a quarter."""
        year, quarter = _quarter(request.args.get("quarter", ""))
        page = report_page(db.session(), year, quarter, today(), wanted_part())
        return self.show_page(
            "development/follow_ups/report.html", page, title=_("Report on changes of grade"), outcomes=OUTCOMES
        )

    @route("/report/export", post=True, get=False)
    def export(self) -> Response:
        """The report as XLSX: the departments, and every note with its corrections."""
        year, quarter = _quarter(request.form.get("quarter", ""))
        page = report_page(db.session(), year, quarter, today(), 1)
        heads = [
            _("Employee number"), _("Employee name"), _("Department"), _("Change of grade"), _("Grade before"), _("Grade after"),
            _("Effective on"), _("After days"), _("Due on"), _("How the employee is doing"), _("Note"), _("Reason for the correction"),
            _("Written on"),
        ]  # fmt: skip
        notes = [line for row in report_notes(db.session(), page.first, page.last) for line in _note_lines(row)]
        departments = [_report_line(each) for each in _every_line(page.year, page.quarter)]
        with operation("export_list", actor=actor(), now=now(), clause=CLAUSE) as op:
            op.note("export", FollowUp.__tablename__, None, {"rows": [None, len(notes)]})
        columns = [
            _("Department"),
            _("Notes due"),
            _("Written"),
            _("Missing"),
            *(_(label) for label in OUTCOMES.values()),
        ]
        data = write_sheets([SheetOut(_("Departments"), columns, departments), SheetOut(_("Notes"), heads, notes)])
        return workbook(data, f"{_('Report on changes of grade')} {year} Q{quarter}")


def _every_line(year: int, quarter: int) -> list[ReportRow]:
    """All departments of a quarter: some dozen, whatever the size of the centre."""
    found: list[ReportRow] = []
    at = 1
    while True:
        part = report_page(db.session(), year, quarter, today(), at).lines
        found += part.rows
        if at >= part.part.pages:
            return found
        at += 1


def _report_line(row: ReportRow) -> list[object]:
    return [row.department, row.due, row.written, row.missing, *row.outcomes.values()]


def _note_lines(row: FollowUp) -> list[list[object]]:
    person, change = row.employee, row.grade_change
    who: list[object] = [
        person.number, person.name, person.department.name, _(KINDS[change.kind]), name_of(change.from_grade),
        name_of(change.to_grade), change.effective_on, row.after_days, row.due_on,
    ]  # fmt: skip
    said = [
        [_(OUTCOMES[each.outcome]), each.text, each.reason or "", day(company_day(each.written_at))]
        for each in row.notes
    ]
    return [[*who, *each] for each in said or [["", "", "", ""]]]


def _quarter(text: str) -> tuple[int, int]:
    """The quarter that an address names, as 2027-1; without one the present one. Raises `NotFound`."""
    if not text:
        return quarter_of(today())
    year, _mark, quarter = text.partition("-")
    found = number_of(year), number_of(quarter)
    if found[0] is None or found[1] is None or not date.min.year < found[0] < date.max.year or not 1 <= found[1] <= 4:
        raise NotFound(text)
    return found[0], found[1]
