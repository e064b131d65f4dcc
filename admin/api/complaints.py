"""Complaints for programs: number, stage and deadlines; what a complaint says is read on its page alone (6.3.1)."""

from __future__ import annotations

from admin.api.base import Resource
from admin.models import Complaint
from admin.web.records import Records


class ApiComplaints(Resource):
    """/api/v1/complaints/"""

    datamodel = Records(Complaint)
    resource_name = "complaints"
    process = "complaint"
    list_columns = ["id", "number", "stage", "received_at", "acknowledge_due", "answer_due"]
    show_columns = [*list_columns, "acknowledged_at", "closed_at", "to_management"]
    search_columns = ["number", "stage"]
    order_columns = ["number", "received_at", "answer_due"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
