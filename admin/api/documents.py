"""Formal documents for programs."""

from __future__ import annotations

from admin.api.base import Resource
from admin.models import IssuedDocument
from admin.web.records import Records


class ApiDocuments(Resource):
    """/api/v1/documents/; issued by an act on the cycle, never edited."""

    datamodel = Records(IssuedDocument)
    resource_name = "documents"
    list_columns = ["id", "number", "year", "serial", "kind", "title", "cycle_id", "issued_at", "effective_on"]
    show_columns = [*list_columns, "sha256", "supersedes_id", "appeal_days", "left_out"]
    search_columns = ["number", "year", "kind", "cycle"]
    order_columns = ["id", "number", "issued_at", "effective_on"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
