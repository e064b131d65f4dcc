"""/demotions: everyone who meets 4.2.1(1); the superior proposes, or it is recorded why not (4.2.1, 4.2.2)."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin.models import db
from admin.operations.demotions import STAGES_FOR_GROUND
from admin.queries.demotions import Listed, meeting_ground_one
from admin.views import case_parts as parts
from admin.web.acting import actor
from admin.web.clock import today
from admin.web.page import Page, route
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
        open_ = sum(1 for row in rows if not row["settled"])
        return self.show_page("department/demotions.html", title=_("Duty to propose a demotion"), rows=rows, open=open_)

    def _row(self, each: Listed) -> dict[str, Any]:
        review, me = each.review, actor()
        years = ", ".join(str(year) for year in sorted(each.ground.conditions[0].facts["years"]))
        may = review.stage in STAGES_FOR_GROUND and (me.has("hr") or me.employee_id == review.superior_id)
        return {
            "id": review.id, "name": f"{review.employee.number} {review.employee.name}", "department": review.department.name,
            "superior": review.superior.name if review.superior else "—", "grade": parts.grade_name(review.present_grade), "years": years,
            "settled": each.settled, "proposed": review.demotion_ground is not None,
            "waiver": each.waiver and _("%(reason)s (recorded %(at)s)", reason=each.waiver.reason, at=moment(each.waiver.recorded_at)),
            "may": may and review.demotion_ground is None and me.employee_id != review.employee_id, "url": url_for("CaseView.show", review_id=review.id),
            "act_url": url_for("CaseView.demotion", review_id=review.id), "flag": None if each.settled else "warn",
        }  # fmt: skip
