"""Policy versions for programs: what there is, and the two acts that move one (6.1)."""

from __future__ import annotations

from typing import Any

from admin.api.base import Resource
from admin.models import PolicyVersion, db
from admin.queries.policy.policy_versions import standings
from admin.web.clock import today
from admin.web.records import Records


class ApiPolicyVersions(Resource):
    """/api/v1/policy_versions/"""

    datamodel = Records(PolicyVersion)
    resource_name = "policy_versions"
    process = "policy_version"
    list_columns = ["id", "number", "stage", "effective_from", "sha256", "note"]
    show_columns = [*list_columns, "content", "promulgated_at"]
    search_columns = ["number", "stage"]
    order_columns = ["number", "stage", "effective_from"]
    add_columns: list[str] = []
    edit_columns: list[str] = []

    def pre_get_list(self, data: dict[str, Any]) -> None:
        """Say of each promulgated version what it is today: coming, in force or superseded (6.1-c)."""
        stands = standings(db.session(), today())
        for row in data["result"]:
            row["standing"] = stands.get(row.get("number"))

    def pre_get(self, data: dict[str, Any]) -> None:
        """The same of one version."""
        row = data["result"]
        row["standing"] = standings(db.session(), today()).get(row.get("number"))
