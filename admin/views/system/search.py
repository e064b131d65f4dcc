"""The search of the top bar: people and cases by number or name."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext as _

from admin.access.permissions import READ, may
from admin.domain.codes import EmployeeStatus
from admin.models import Employee, Review, db
from admin.queries.system.search import MOST, cases_found, people_found
from admin.views.cases.case_words import case_title
from admin.web.acting import actor
from admin.web.page import Page, route
from admin.web.texts import stage_label


class SearchView(Page):
    """/search?q=…"""

    route_base = "/search"

    @route("/")
    def index(self) -> str:
        """What is found, people and cases apart."""
        text, session, me = request.args.get("q", "").strip(), db.session(), actor()
        files = may(me.roles, READ, "EmployeeView")
        return self.show_page(
            "system/search/index.html",
            title=_("Search people and cases"),
            q=text,
            most=MOST,
            people=[_person(row) for row in people_found(session, text)] if text and files else [],
            cases=[_case(row) for row in cases_found(session, text, me)] if text else [],
        )


def _person(row: Employee) -> dict[str, object]:
    return {
        "number": row.number,
        "name": row.name,
        "where": row.department.name,
        "post": row.post,
        "left": row.status == EmployeeStatus.LEFT,
        "url": url_for("GradeFileView.show", number=row.number),
    }


def _case(row: Review) -> dict[str, object]:
    return {
        "title": case_title(row),
        "number": row.employee.number,
        "name": row.employee.name,
        "where": row.department.name,
        "stage": stage_label(row.stage),
        "url": url_for("CaseView.show", review_id=row.id),
    }
