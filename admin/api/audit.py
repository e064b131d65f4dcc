"""The audit trail for programs, for auditors (6.3-b)."""

from __future__ import annotations

from typing import Any

from admin.api.base import Resource
from admin.models import AuditEvent, db
from admin.queries.system.audit import seen_changes
from admin.web.acting import actor
from admin.web.records import EventRecords


class ApiAuditEvents(Resource):
    """/api/v1/audit_events/"""

    datamodel = EventRecords(AuditEvent)
    resource_name = "audit_events"
    list_columns = ["id", "recorded_at", "actor_name", "via", "operation", "act", "record_type", "record_id", "clause"]
    show_columns = [*list_columns, "business_at", "changes", "content_hash"]
    search_columns = ["actor_name", "operation", "record_type", "record_id", "act"]
    order_columns = ["id", "recorded_at"]
    add_columns: list[str] = []
    edit_columns: list[str] = []

    def pre_get(self, data: dict[str, Any]) -> None:
        """The changes as their reader may see them."""
        data["result"]["changes"] = seen_changes(db.session(), self.row(data["id"]), actor())
