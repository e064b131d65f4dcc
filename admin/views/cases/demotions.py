"""/demotions: everyone who meets 4.2.1(1); the superior proposes, or it is recorded why not (4.2.1, 4.2.2)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.refusals import NotFound
from admin.models import Employee, db
from admin.operations.cases.demotions import propose_demotion, record_no_demotion, why_not_put
from admin.operations.cases.single_cases import open_demotion
from admin.queries.cases.demotions import Met, MetInCase, case_grounds, demotion_of, meeting_ground_one, without_a_case
from admin.queries.people.people import employee_numbered
from admin.views.cases import case_words as words
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.records import number_of
from admin.web.texts import moment


class DemotionView(Page):
    """The list of the duty: for superiors their own people, for HR and auditors everybody."""

    route_base = "/demotions"

    @route("/")
    def index(self) -> str:
        """Who meets the ground, what was done, and the two ways on."""
        me = actor()
        mine = None if me.has("hr", "auditor") else me.employee_id or 0
        rows = [self._row(each) for each in meeting_ground_one(db.session(), today(), mine)]
        open_ = sum(1 for row in rows if not row["settled"] and not row["rehearsal"])
        return self.show_page(
            "cases/department/demotions.html",
            title=_("Duty to propose a demotion"),
            rows=rows,
            open=open_,
            may=me.has("hr", "superior"),
            others=[self._other(each) for each in without_a_case(db.session(), today(), mine)],
        )

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
            why_closed=why_not_put(page.review, actor()),
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
        reviewer = None
        if number := form.get("reviewer", "").strip():
            reviewer = self._named(number).id if actor().has("hr") else None
        review = open_demotion(
            employee.id, number_of(form.get("ground")) or 0, form.get("reason", ""), reviewer_id=reviewer, actor=actor(),
            now=now(),
        )  # fmt: skip
        flash(_("The ground is put to the case; the employee is offered a hearing."), "success")
        return redirect(url_for("CaseView.show", review_id=review.id), 303)

    def _act(self, review_id: int) -> Response:
        reason = request.form.get("reason", "")
        if request.form.get("waive"):
            record_no_demotion(review_id, reason, actor=actor(), now=now())
            flash(_("It is recorded why no demotion is proposed."), "success")
        else:
            ground = number_of(request.form.get("ground")) or 0
            propose_demotion(review_id, ground, reason, actor=actor(), now=now())
            flash(_("The ground is put to the case; the employee is offered a hearing."), "success")
        listed = request.form.get("back") == url_for(".index")
        return redirect(url_for(".index") if listed else url_for("CaseView.show", review_id=review_id), 303)

    def _other(self, each: Met) -> dict[str, Any]:
        person, me = each.employee, actor()
        may = person.id != me.employee_id and (me.has("hr") or person.superior_id == me.employee_id)
        return {
            "name": f"{person.number} {person.name}",
            "department": person.department.name,
            "superior": person.superior.name if person.superior else "—",
            "grade": words.grade_name(each.grade),
            "years": _(", ").join(str(year) for year in sorted(each.ground.conditions[0].facts["years"])),
            "url": url_for(".propose", number=person.number) if may else None,
        }

    def _row(self, each: MetInCase) -> dict[str, Any]:
        review, me = each.review, actor()
        years = _(", ").join(str(year) for year in sorted(each.ground.conditions[0].facts["years"]))
        may = why_not_put(review, me) is None
        return {
            "id": review.id,
            "name": f"{review.employee.number} {review.employee.name}",
            "department": review.department.name,
            "rehearsal": each.rehearsal,
            "superior": review.superior.name if review.superior else "—",
            "grade": words.grade_name(review.present_grade),
            "years": years,
            "settled": each.settled,
            "proposed": review.demotion_ground is not None,
            "waiver": each.waiver
            and _("%(reason)s (recorded %(at)s)", reason=each.waiver.reason, at=moment(each.waiver.recorded_at)),
            "may": may,
            "url": url_for("CaseView.show", review_id=review.id),
            "act_url": url_for(".case", review_id=review.id),
            "flag": None if each.settled else "warn",
        }
