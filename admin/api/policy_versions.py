"""Policy versions for programs: what there is, and the two acts that move one (6.1)."""

from __future__ import annotations

from admin.api.base import Resource
from admin.models import PolicyVersion
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
