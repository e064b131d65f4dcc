"""/demotions: everyone who meets 4.2.1(1); the superior proposes, or it is recorded why not (4.2.1, 4.2.2)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.refusals import N_, Invalid, NotFound
from admin.models import Employee, db
from admin.operations.cases.demotions import propose_demotion, record_no_demotion
from admin.operations.cases.single_cases import open_demotion
from admin.queries.cases.demotions import case_grounds, demotion_of, duty_page
from admin.queries.people.people import employee_numbered
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import number_of


class DemotionView(Page):
    """The list of the duty: for superiors their own people, for HR and auditors everybody."""

    route_base = "/demotions"

    @route("/")
    def index(self) -> str:
        """Who meets the ground, what was done, and the two ways on."""
        page = duty_page(db.session(), actor(), today(), cases=wanted_part(), others=wanted_part("others"))
        return self.show_page("cases/department/demotions.html", page, title=_("Duty to propose a demotion"))

    @route("/<int:review_id>", access="propose_demotion", post=True)
    def case(self, review_id: int) -> Any:
        """The three grounds on one case; POST puts one to it, or records why not."""
        if request.method == "POST":
            return self._act(review_id)
        page = case_grounds(db.session(), review_id, actor(), today())
        return self.show_page(
            "cases/department/demotion.html",
            page,
            title=_("Grounds for demotion: %(name)s", name=page.review.employee.name),
        )

    @route("/propose", access="propose_demotion", post=True)
    def propose(self) -> Any:
        """Somebody's grounds of 4.2.1 at any time of the year; POST opens a case outside the cycle, or joins the open one."""
        employee = self._named(request.values.get("number", ""))
        if request.method == "POST":
            return self._open(employee)
        down = demotion_of(db.session(), employee.id, today())
        return self.show_page(
            "cases/department/propose_demotion.html",
            title=_("Grounds for demotion: %(name)s", name=employee.name),
            employee=employee,
            down=down,
            appoints=actor().has("hr"),
        )

    def _named(self, number: str) -> Employee:
        """One of one's own people, or for HR anybody, by number; never oneself."""
        found = employee_numbered(db.session(), number)
        me = actor()
        if found is None or found.id == me.employee_id or not (me.has("hr") or found.superior_id == me.employee_id):
            raise NotFound("Employee")
        return found

    def _open(self, employee: Employee) -> Response:
        form = request.form
        review = open_demotion(
            employee.id, number_of(form.get("ground")) or 0, form.get("reason", ""), reviewer_id=_reviewer(), actor=actor(),
            now=now(),
        )  # fmt: skip
        flash(_("The ground has been added to the case; the employee is offered a hearing."), "success")
        return redirect(url_for("CaseView.show", review_id=review.id), 303)

    def _act(self, review_id: int) -> Response:
        reason = request.form.get("reason", "")
        if request.form.get("waive"):
            record_no_demotion(review_id, reason, actor=actor(), now=now())
            flash(_("It is recorded why no demotion is proposed."), "success")
        else:
            ground = number_of(request.form.get("ground")) or 0
            propose_demotion(review_id, ground, reason, actor=actor(), now=now())
            flash(_("The ground has been added to the case; the employee is offered a hearing."), "success")
        listed = request.form.get("back") == url_for(".index")
        return redirect(url_for(".index") if listed else url_for("CaseView.show", review_id=review_id), 303)


def _reviewer() -> int | None:
    """Whom HR names in the head's place; raises `Invalid` for a number that nobody has, so that the form comes back."""
    number = request.form.get("reviewer", "").strip()
    if not number or not actor().has("hr"):
        return None
    found = employee_numbered(db.session(), number)
    if found is None:
        raise Invalid({"reviewer": N_("There is no employee with this number.")})
    return found.id
