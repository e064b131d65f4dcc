"""Public notices: rows, period, proof of publication, and printing rows anew (3.3.5, 3.3.5-c, d)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from admin.domain.codes import NoticeKind, NoticeStage
from admin.domain.refusals import NotFound
from admin.models import Notice, NoticeRow, db
from admin.operations.outcome.notices import CORRECTABLE, correct_notice
from admin.queries.outcome.notice_pages import corrections_of, last_publications, notice_rows
from admin.queries.policy.policy import grades_by_code
from admin.views.cases import case_words as words
from admin.views.outcome.result_card import countdown
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.model_view import PortalModelView
from admin.web.page import Page, route
from admin.web.records import Records, number_of, visible_row
from admin.web.texts import moment

KINDS = NoticeKind.labels()
STAGES = NoticeStage.labels()


class NoticeView(PortalModelView):
    """Every notice; published, corrected and taken down by acts on its cycle, never typed in."""

    datamodel = Records(Notice)
    route_base = "/notices"
    list_title, show_title = lazy("Public notices"), lazy("Public notice")
    add_title, edit_title = lazy("Publish a notice"), lazy("Change a public notice")
    label_columns = {
        "number": lazy("Notice number"),
        "cycle": lazy("Review cycle"),
        "kind": lazy("Kind of notice"),
        "stage": lazy("State of the notice"),
        "days": lazy("Full working days"),
        "published_at": lazy("Published at"),
        "first_day": lazy("First day"),
        "last_day": lazy("Last day"),
        "ends_at": lazy("Ends at"),
        "taken_down_at": lazy("Taken down at"),
        "reason": lazy("Reason for the correction"),
    }
    choices = {"kind": KINDS, "stage": STAGES}
    list_columns = ["number", "cycle", "kind", "stage", "first_day", "last_day"]
    show_columns = [
        "number",
        "cycle",
        "kind",
        "stage",
        "days",
        "published_at",
        "first_day",
        "last_day",
        "taken_down_at",
        "reason",
    ]
    search_columns = ["number", "cycle", "kind", "stage", "first_day"]
    order_columns = ["number", "kind", "stage", "first_day", "last_day"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
    can_delete = False
    base_order = ("number", "desc")
    show_template = "outcome/notices/show.html"

    def show_context(self, item: Notice) -> dict[str, Any]:
        """The rows, the proof of publication, and which rows may be corrected now."""
        grades = grades_by_code(db.session())
        runs = item.stage == NoticeStage.PUBLISHED and item.ends_at is not None and now() < item.ends_at
        text = request.args.get("q", "").strip()[:100]
        shown = notice_rows(db.session(), item, text, number_of(request.args.get("page")) or 1)
        return {
            "rows": [_row(row, grades, runs) for row in shown.rows],
            "part": shown.part,
            "query": text,
            "countdown": countdown(item) if item.stage == NoticeStage.PUBLISHED else None,
            "proofs": proofs(item),
            "may_correct": runs and actor().has("hr"),
            "corrects": visible_row(Notice, item.corrects_id) if item.corrects_id else None,
            "corrected_by": corrections_of(db.session(), item),
            "moment": moment,
        }


def _row(row: NoticeRow, grades: dict[str, Any], runs: bool) -> dict[str, Any]:
    return {
        "id": row.id,
        "position": row.position,
        "department": row.department,
        "number": row.printed_number,
        "name": row.printed_name,
        "from": words.grade_name(grades.get(row.from_grade or "")),
        "to": words.grade_name(grades.get(row.to_grade)),
        "superseded": row.superseded,
        "url": url_for("CaseView.show", review_id=row.review_id),
        "open": runs and not row.superseded,
        "flag": "warn" if row.superseded else None,
    }


def proofs(notice: Notice) -> list[dict[str, str]]:
    """What the site had of this notice, from when on, by which bytes: hashes, never copies."""
    rows = last_publications(db.session())
    return [
        {
            "at": moment(row.published_at),
            "release": row.release,
            "sha256": row.snapshot_sha256,
            "files": str(len(row.files)),
        }
        for row in rows
        if notice.number in row.notice_numbers
    ]


class NoticeCorrectionView(Page):
    """Printing rows of a running notice anew: the period starts anew for those concerned (3.3.5-c)."""

    route_base = "/notices"
    default_view = "correct"

    @route("/<int:notice_id>/correct", access="write", post=True, get=False)
    def correct(self, notice_id: int) -> Response:
        """Correct the row that the form names."""
        row = visible_row(NoticeRow, number_of(request.form.get("row")))
        if row is None or row.notice_id != notice_id:
            raise NotFound("NoticeRow")
        given = {name: request.form.get(name, "").strip() for name in CORRECTABLE if request.form.get(name, "").strip()}
        made = correct_notice(notice_id, {row.id: given}, request.form.get("reason", ""), actor=actor(), now=now())
        flash(
            _(
                "Notice %(number)s publishes the row again; its period starts when it appears on the site.",
                number=made.number,
            ),
            "success",
        )
        return redirect(url_for("NoticeView.show", pk=made.id), 303)
