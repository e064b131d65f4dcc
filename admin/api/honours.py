"""Honours and nominations for management posts, for programs (5.2.2, 5.2.3)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource
from admin.domain.codes import CandidateStage, HonourStage, ManagementPost
from admin.domain.refusals import N_, Invalid
from admin.models import Honour, Nomination
from admin.operations.development.candidates import nominate_candidate
from admin.operations.development.honours import nominate_honour
from admin.web.records import Records

BOTH = ["id", "employee_id", "grade_id", "stage", "recorded_at", "decided_at"]


class ApiHonours(Resource):
    """/api/v1/honours/: POST nominates."""

    datamodel = Records(Honour)
    resource_name = "honours"
    process = "honour"
    list_columns = [*BOTH, "year", "title"]
    show_columns = [*list_columns, "reason"]
    search_columns = ["employee", "year", "title", "stage"]
    order_columns = ["id", "year", "stage"]
    add_columns = ["employee", "title", "reason"]
    edit_columns: list[str] = []
    label_columns = {"employee": lazy("Employee")}
    choices = {"stage": {code: code for code in HonourStage.labels()}}

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Honour:
        """Nominate."""
        _need(data)
        return nominate_honour(data["employee_id"], data.get("title") or "", data.get("reason") or "", **who_and_when)


class ApiCandidates(Resource):
    """/api/v1/candidates/: POST nominates for a post."""

    datamodel = Records(Nomination)
    resource_name = "candidates"
    process = "candidate"
    list_columns = [*BOTH, "post"]
    show_columns = [*list_columns, "reason"]
    search_columns = ["employee", "post", "stage"]
    order_columns = ["id", "post", "stage"]
    add_columns = ["employee", "post", "reason"]
    edit_columns: list[str] = []
    label_columns = {"employee": lazy("Employee")}
    choices = {
        "stage": {code: code for code in CandidateStage.labels()},
        "post": {code: code for code in ManagementPost.labels()},
    }

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Nomination:
        """Nominate."""
        _need(data)
        return nominate_candidate(data["employee_id"], data.get("post") or "", data.get("reason") or "", **who_and_when)


def _need(data: dict[str, Any]) -> None:
    if data.get("employee_id") is None:
        raise Invalid({"employee_id": N_("This is needed.")})
