"""Public notices for programs."""

from __future__ import annotations

from admin.api.base import Resource
from admin.models import Notice
from admin.web.records import Records


class ApiNotices(Resource):
    """/api/v1/notices/; made, corrected and ended by acts on the cycle."""

    datamodel = Records(Notice)
    resource_name = "notices"
    list_columns = ["id", "number", "cycle_id", "kind", "stage", "first_day", "last_day", "ends_at"]
    show_columns = [*list_columns, "days", "created_at", "published_at", "taken_down_at", "corrects_id", "reason"]
    search_columns = ["number", "cycle", "kind", "stage"]
    order_columns = ["id", "number", "stage"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
