"""Cases for programs: the caller's own sight, and the workflow's actions (interfaces.md)."""

from __future__ import annotations

from admin.api.base import Resource
from admin.models import Review
from admin.operations import review_actions  # noqa: F401  the actions register themselves
from admin.web.records import Records


class ApiReviews(Resource):
    """/api/v1/reviews/; a colleague who rates finds the case too, so grades, scores and decisions are no columns here."""

    datamodel = Records(Review)
    resource_name = "reviews"
    process = "review"
    list_columns = ["id", "cycle_id", "employee_id", "department_id", "kind", "stage", "stage_since"]
    show_columns = [*list_columns, "superior_id", "head_id", "post", "queue", "version"]
    search_columns = ["cycle", "employee", "department", "kind", "stage"]
    order_columns = ["id", "kind", "stage", "stage_since"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
