"""Cases for programs: the caller's own sight, and the workflow's actions."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource, payload_of_request
from admin.domain.refusals import N_, Invalid
from admin.models import Review
from admin.operations.cases.reassessments import reassess
from admin.operations.cases.reviews import change_case
from admin.operations.cases.single_cases import open_demotion, open_initial
from admin.web.records import Records, number_of, visible_row


class ApiReviews(Resource):
    """/api/v1/reviews/; a colleague who rates finds the case too, so grades, scores and decisions are no columns here.

    POST opens a case outside the yearly cycle: kind `demotion` (the superior or HR, with the ground), `initial` (HR), or
    `reassessment` of the case in `reassesses` (HR, once it is ordered); a `head` is whom HR appoints in the head's place,
    a `superior` likewise. PUT is HR's: another superior, another head, a wrong snapshot. Both
    take a `reason`.
    """

    datamodel = Records(Review)
    resource_name = "reviews"
    process = "review"
    list_columns = ["id", "cycle_id", "employee_id", "department_id", "kind", "stage", "stage_since"]
    show_columns = [*list_columns, "superior_id", "head_id", "post", "queue", "version"]
    search_columns = ["cycle", "employee", "department", "kind", "stage"]
    order_columns = ["id", "kind", "stage", "stage_since"]
    add_columns = ["employee", "kind", "demotion_ground", "head", "superior", "reassesses"]
    edit_columns = ["superior", "head", "department", "post", "queue", "present_grade"]
    method_permission_name = {"post": "open_case"}
    choices = {
        "kind": {"demotion": N_("Demotion"), "initial": N_("First grading"), "reassessment": N_("Re-assessment")}
    }
    label_columns = {
        "employee": lazy("Employee"),
        "kind": lazy("Kind of case"),
        "demotion_ground": lazy("Ground of 4.2.1"),
        "reassesses": lazy("Case that is assessed again"),
        "superior": lazy("Superior"),
        "head": lazy("Department head or appointed reviewer"),
        "department": lazy("Department"),
        "post": lazy("Post"),
        "queue": lazy("Service queue"),
        "present_grade": lazy("Present grade"),
    }

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Review:
        """A demotion or a first grading outside the cycle, with a reason; or a re-assessment that is ordered."""
        employee, kind = data.get("employee_id"), data.get("kind")
        if kind == "reassessment":
            return self._again(data, **who_and_when)
        if employee is None or kind not in ("demotion", "initial"):
            raise Invalid({"employee": N_("Name the employee and the kind of case.")})
        reviewer = data.get("head_id")
        if kind == "initial":
            return open_initial(employee, _reason(), reviewer_id=reviewer, **who_and_when)
        ground = number_of(data.get("demotion_ground")) or 0
        return open_demotion(employee, ground, _reason(), reviewer_id=reviewer, **who_and_when)

    def _again(self, data: dict[str, Any], **who_and_when: Any) -> Review:
        """Begin the re-assessment of one of the employee's cases."""
        earlier = visible_row(Review, data["reassesses_id"]) if data.get("reassesses_id") is not None else None
        if earlier is None or earlier.employee_id != data.get("employee_id"):
            raise Invalid({"reassesses": N_("Name the case that is assessed again, and its employee.")})
        return reassess(earlier.id, superior_id=data.get("superior_id"), head_id=data.get("head_id"), **who_and_when)

    def edit_operation(self, key: int, data: dict[str, Any], **who_and_when: Any) -> Review:
        """HR reassigns or corrects, with a reason."""
        return change_case(key, data, _reason(), seen="", **who_and_when)


def _reason() -> str:
    reason = payload_of_request().get("reason")
    return reason if isinstance(reason, str) else ""
