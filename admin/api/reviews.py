"""Cases for programs: the caller's own sight, and the workflow's actions (interfaces.md)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource, payload_of_request
from admin.models import Review
from admin.operations import review_actions  # noqa: F401  the actions register themselves
from admin.operations.reviews import change_case
from admin.web.records import Records


class ApiReviews(Resource):
    """/api/v1/reviews/; a colleague who rates finds the case too, so grades, scores and decisions are no columns here.

    PUT is HR's: another superior, another head, a wrong snapshot; it takes a `reason`.
    """

    datamodel = Records(Review)
    resource_name = "reviews"
    process = "review"
    list_columns = ["id", "cycle_id", "employee_id", "department_id", "kind", "stage", "stage_since"]
    show_columns = [*list_columns, "superior_id", "head_id", "post", "queue", "version"]
    search_columns = ["cycle", "employee", "department", "kind", "stage"]
    order_columns = ["id", "kind", "stage", "stage_since"]
    add_columns: list[str] = []
    edit_columns = ["superior", "head", "department", "post", "queue", "present_grade"]
    label_columns = {
        "superior": lazy("Superior"),
        "head": lazy("Department head or appointed reviewer"),
        "department": lazy("Department"),
        "post": lazy("Post"),
        "queue": lazy("Service queue"),
        "present_grade": lazy("Present grade"),
    }

    def edit_operation(self, key: int, data: dict[str, Any], **who_and_when: Any) -> Review:
        """HR reassigns or corrects, with a reason."""
        reason = payload_of_request().get("reason")
        return change_case(key, data, reason if isinstance(reason, str) else "", seen="", **who_and_when)
