"""The department head's one table: score, suggestion, staffing, proposal, reason; saved per row, undone, sent (3.3.3)."""

from __future__ import annotations

import io
from typing import Any

from flask import flash, jsonify, make_response, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.refusals import N_, Invalid, Refusal
from admin.files.workbooks import write_workbook
from admin.models import Cycle, Review, StaffingLimit, db
from admin.operations import acts
from admin.operations.cases.department import save_proposal_draft, send_proposals, undo_proposal_draft
from admin.operations.transaction import operation
from admin.queries.cases.department_table import Row, cycle_reviewed, department_table, rows_of
from admin.queries.cases.staffing import row_version, saved_version, staffing_table
from admin.queries.cycles.boards import department_cases, headed_cycles, headed_departments
from admin.queries.policy.policy import grades_by_code
from admin.views.cases import case_words as words
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.levels import LEVELS
from admin.web.many import followed, refusals_in
from admin.web.model_view import PortalModelView
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import Records, number_of, visible_row
from admin.web.texts import clock_time, file_name, name_of, stage_label


class DepartmentTableView(Page):
    """/department: everybody whose case one reviews as department head, those that wait for the proposal first."""

    route_base = "/department"

    def _cycle(self) -> Cycle:
        return cycle_reviewed(db.session(), actor(), number_of(request.values.get("cycle")))

    @route("/", asks="review.propose")
    def index(self) -> str:
        """The table."""
        if not headed_cycles(db.session(), actor().employee_id or 0):
            return self.show_page("cases/department/none.html", title=_("Department review"))
        return self._table(self._cycle())

    def _table(self, cycle: Cycle, refused: dict[int, Refusal] | None = None) -> str:
        # From the form too: what could not be sent is shown in the list from which it was sent.
        which, text = request.values.get("show"), request.values.get("q", "")
        page = department_table(
            db.session(), cycle, actor(), today(), which=which, text=text, page=wanted_part(), refused=refused
        )
        return self.show_page(
            "cases/department/index.html",
            page,
            title=_("Department review"),
            filters={"cycle": request.values.get("cycle"), "q": text, "page": page.part.number, "show": page.which},
            kinds=[
                ("open", _("Waiting for my proposal")),
                ("all", _("All cases")),
                ("drafted", _("Saved, not sent")),
                ("flagged", _("Flagged")),
                ("sent", _("Sent")),
            ],
        )

    @route("/<int:review_id>", access="write", post=True, get=False)
    def save(self, review_id: int) -> Response:
        """Keep a row; answers JSON to the script, else goes back to the table."""
        try:
            given = (request.form.get("grade", ""), request.form.get("reason", ""))
            kept = save_proposal_draft(review_id, *given, seen=request.form.get("version"), actor=actor(), now=now())
        except Invalid as error:
            if request.accept_mimetypes.best == "application/json":
                return make_response(jsonify(text="; ".join(error.text(name, _) for name in error.fields)), 422)
            raise
        refusal = kept.refusal
        if request.accept_mimetypes.best == "application/json":
            cycle = visible_row(Review, review_id)
            levels = staffing_table(db.session(), cycle.cycle, self._departments(cycle.cycle_id)) if cycle else []
            return jsonify(
                version=row_version(kept.draft),
                last=saved_version(kept.draft),
                saved_at=clock_time(kept.draft.saved_at),
                refusal=refusal
                and {"text": words.refused(refusal, grades_by_code(db.session())), "clause": refusal.clause},
                staffing={each.level: {"after": each.after, "over": each.over} for each in levels},
            )
        if refusal is not None:
            flash(
                _("Saved. Before it can be sent: %(why)s", why=words.refused(refusal, grades_by_code(db.session()))),
                "warning",
            )
        return redirect(self._here(review_id), 303)

    def _departments(self, cycle_id: int) -> list[int]:
        return headed_departments(db.session(), cycle_id, actor().employee_id or 0)

    def _here(self, review_id: int | None = None) -> str:
        kept: dict[str, Any] = {
            name: request.form[name] for name in ("cycle", "q", "show", "page") if request.form.get(name)
        }
        return url_for(".index", _anchor=f"row-{review_id}" if review_id else None, **kept)

    @route("/undo", access="write", post=True, get=False)
    def undo(self) -> Response:
        """Take the last saved row back."""
        review_id = undo_proposal_draft(self._cycle().id, seen=request.form.get("version"), actor=actor(), now=now())
        flash(_("The last change is undone."), "success")
        return redirect(self._here(review_id), 303)

    @route("/send", access="write", post=True, get=False)
    def send(self) -> Any:
        """Send the saved rows that the page showed; those that are refused, or changed since, stay, each with its reason."""
        cycle = self._cycle()
        if "all" in request.form:
            rows = acts.perform(
                "employee", actor().employee_id or 0, "send_proposals", _listed(cycle), actor=actor(), now=now()
            )["rows"]
            return followed(rows) if rows["id"] is not None else self._sent(cycle, rows["done"], refusals_in(rows))
        shown = shown_rows(request.form.getlist("row"))
        if not shown:
            raise Invalid({"row": N_("No saved proposal is in this list.")})
        sent = send_proposals(shown, actor=actor(), now=now())
        return self._sent(cycle, sent.count, sent.refused)

    def _sent(self, cycle: Cycle, count: int, refused: dict[int, Refusal]) -> Response:
        if count:
            flash(
                ngettext(
                    "%(count)s proposal is sent to the review committee.",
                    "%(count)s proposals are sent to the review committee.",
                    count,
                    count=count,
                ),
                "success",
            )
        if refused:
            flash(
                ngettext(
                    "%(count)s proposal could not be sent; its row says why.",
                    "%(count)s proposals could not be sent; each row says why.",
                    len(refused),
                    count=len(refused),
                ),
                "warning",
            )
            db.session.expire_all()
            return make_response(self._table(cycle, refused), 409)
        return redirect(self._here(), 303)

    @route("/export", access="read", post=True, get=False)
    def export(self) -> Response:
        """The table as XLSX; an event of the audit trail."""
        cycle = self._cycle()
        reviews = department_cases(db.session(), cycle.id, actor().employee_id or 0)
        rows = rows_of(db.session(), cycle, reviews, today(), {})
        heads = [
            _("Employee number"),
            _("Employee name"),
            _("Department"),
            _("Present grade"),
            _("Score out of 100"),
            _("Suggested grade"),
            _("Proposed grade"),
            _("Reason"),
            _("Stage of the case"),
        ]
        cells = [_cells(row) for row in rows]
        with operation("export_department", actor=actor(), now=now(), clause="6.3-b") as op:
            op.note("export", "reviews", cycle.id, {"rows": [None, len(rows)]})
        stream = io.BytesIO(write_workbook(_("Department review"), heads, cells))
        return send_file(
            stream,
            as_attachment=True,
            download_name=file_name(_("Department review"), name_of(cycle)),
        )


def _listed(cycle: Cycle) -> dict[str, Any]:
    """The list that the page showed, with the row that it knew as the last one saved; "-" stands for none."""
    return {
        "cycle": cycle.id, "version": request.form.get("version") or "-", "text": request.form.get("q", ""),
        "flagged": "yes" if request.form.get("show") == "flagged" else "",
    }  # fmt: skip


def shown_rows(given: list[str]) -> dict[int, str]:
    """Which rows a page showed in which version, each as "number-version"."""
    pairs = (each.partition("-") for each in given)
    return {key: version for number, _dash, version in pairs if (key := number_of(number)) is not None}


def _cells(row: Row) -> list[Any]:
    review = row.review
    return [
        review.employee.number,
        review.employee.name,
        review.department.name,
        words.grade_name(review.present_grade),
        review.score,
        words.grade_name(review.suggested_grade) if review.suggested_grade else "",
        words.grade_name(row.proposed) if row.draft or row.sent else "",
        row.reason,
        stage_label(review.stage),
    ]


class StaffingLimitView(PortalModelView):
    """Optional staffing limits by department and level (3.3.3-b)."""

    datamodel = Records(StaffingLimit)
    route_base = "/staffing_limits"
    list_title, show_title = lazy("Staffing limits"), lazy("Staffing limit")
    add_title, edit_title = lazy("Add a staffing limit"), lazy("Change a staffing limit")
    label_columns = {
        "department": lazy("Department"),
        "level": lazy("Level of grades"),
        "people": lazy("Maximum headcount"),
    }
    choices = {"level": LEVELS}
    list_columns = show_columns = ["department", "level", "people"]
    search_columns = ["department", "level"]
    order_columns = ["level", "people"]
    add_columns = edit_columns = ["department", "level", "people"]
