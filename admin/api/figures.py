"""Metrics, scorecards and jobs for programs: read only, figures come by import."""

from __future__ import annotations

from admin.api.base import Resource
from admin.models import Job, Metric, Scorecard
from admin.web.records import Records


class ApiMetrics(Resource):
    """/api/v1/metrics/: monthly figures, of the people whom one sees (3.2.1)."""

    datamodel = Records(Metric)
    resource_name = "metrics"
    list_columns = show_columns = ["id", "employee_id", "month", "queue", "code", "value"]
    search_columns = ["employee", "month", "queue", "code"]
    order_columns = ["month", "code"]
    add_columns: list[str] = []
    edit_columns: list[str] = []


class ApiScorecards(Resource):
    """/api/v1/scorecards/: the measured standards in their versions (3.2.5)."""

    datamodel = Records(Scorecard)
    resource_name = "scorecards"
    list_columns = show_columns = [
        "id",
        "code",
        "name_zh_hant",
        "name_zh_hans",
        "name_en",
        "policy_version_id",
    ]
    search_columns = ["code"]
    order_columns = ["code"]
    add_columns: list[str] = []
    edit_columns: list[str] = []


class ApiJobs(Resource):
    """/api/v1/jobs/: work that operations asked for, and how it stands."""

    datamodel = Records(Job)
    resource_name = "jobs"
    list_columns = show_columns = ["id", "kind", "state", "due_at", "tries", "created_at", "done_at"]
    search_columns = ["kind", "state"]
    order_columns = ["due_at", "created_at"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
