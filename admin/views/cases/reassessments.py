"""/reassessments: what a breach orders to be assessed again_shown, and its beginning by HR (6.3.2, 6.3-a)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _

from admin.domain.refusals import Invalid, NotFound
from admin.models import Reassessment, Review, db
from admin.operations.cases.reassessments import reassess
from admin.queries.cases.reassessments import (
    begin_page,
    beside,
    employees_by_number,
    orders,
    orders_waiting,
    waiting_order,
)
from admin.queries.system.calendar import company_day
from admin.views.cases import case_words as words
from admin.views.complaints.complaints import last
from admin.views.system.home_tasks import due_shown
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.texts import day, field_messages, stage_label


class ReassessmentView(Page):
    """HR's list of orders; management's where nobody of HR is without a stake. What led to them is nowhere here."""

    route_base = "/reassessments"

    @route("/")
    def index(self) -> str:
        """The orders that wait, by when each is to be begun, and what became of the others."""
        found = orders(db.session(), actor(), today(), wanted_part())
        waits, _due = orders_waiting(db.session(), actor(), today())
        return self.show_page(
            "cases/reassessments/index.html",
            found,
            title=_("Re-assessments"),
            waiting=[self._row(row) for row in found.rows if row.case_id is None],
            begun=[self._row(row) for row in found.rows if row.case_id is not None],
            waits=waits,
        )

    def _row(self, row: Reassessment) -> dict[str, Any]:
        case, me = row.case, actor()
        when, tone = due_shown(row.due)
        reads = me.has("hr", "auditor")
        return {
            "employee": f"{row.review.employee.number} {row.review.employee.name}",
            "case": words.case_title(row.review),
            "case_url": url_for("CaseView.show", review_id=row.review_id) if reads else None,
            "stage": stage_label(row.review.stage),
            "ordered": on(row.ordered_at),
            "due": when,
            "tone": tone,
            "begin_url": url_for(".begin", review_id=row.review_id) if me.has("hr", "management") else None,
            "begun": on(row.begun_at) if row.begun_at else None,
            "now": stage_label(case.stage) if case is not None else None,
            "now_title": words.case_title(case) if case is not None else None,
            "now_url": url_for("CaseView.show", review_id=row.case_id) if row.case_id is not None and reads else None,
        }

    @route("/<int:review_id>", access="write", post=True)
    def begin(self, review_id: int) -> Any:
        """What beginning does, and who judges in whose place; POST begins it."""
        order = waiting_order(db.session(), actor(), review_id)
        if order is None and request.method == "GET":
            raise NotFound(f"Reassessment of {review_id}")
        if order is None:
            return reassess(review_id, actor=actor(), now=now())  # refused: nothing is ordered
        if request.method == "GET":
            return self._form(order.review, {}, {})
        try:
            found = self._begin(review_id)
        except Invalid as error:
            return make_response(self._form(order.review, request.form.to_dict(), field_messages(error)), 422)
        flash(_("The re-assessment has begun; those concerned are told."), "success")
        reads = actor().has("hr")
        return redirect(url_for("CaseView.show", review_id=found.id) if reads else url_for(".index"), 303)

    def _begin(self, review_id: int) -> Review:
        given = {name: request.form.get(name, "").strip() for name in ("superior", "head")}
        keys = employees_by_number(db.session(), given)
        return reassess(review_id, superior_id=keys["superior"], head_id=keys["head"], actor=actor(), now=now())

    def _form(self, review: Review, typed: dict[str, str], errors: dict[str, str]) -> str:
        page = begin_page(db.session(), review, actor(), today())
        title = _("Assess again: %(case)s", case=f"{words.case_title(review)} · {review.employee.name}")
        return self.show_page("cases/reassessments/begin.html", page, title=title, typed=typed, errors=errors)


def links_again(review: Review) -> list[tuple[str, str, str]]:
    """On a case's page: that it is assessed again or assesses again, where that leads, and how the link is called."""
    found, rows = beside(db.session(), review, actor()), []
    if review.reassesses_id is not None:
        url = url_for("CaseView.show", review_id=found.earlier.id) if found.earlier else ""
        text = _("This case is assessed again from the beginning. Its result replaces the earlier one.")
        rows.append((text, url, _("The earlier case")))
    if found.later is not None:
        url = url_for("CaseView.show", review_id=found.later.id)
        rows.append(
            (_("This case is assessed again in a new one; what is here stays on file."), url, _("The new case"))
        )
    if found.order is not None:
        text = _(
            "The committee has ordered that this case is assessed again; to begin by %(day)s.",
            day=last(found.order.due),
        )
        url = url_for("ReassessmentView.begin", review_id=review.id) if actor().has("hr") else ""
        rows.append((text, url, _("Assess again")))
    return rows


def on(at: datetime) -> str:
    """The day of a moment in company time."""
    return day(company_day(at))
