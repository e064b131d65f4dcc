"""Proposals for programs: what waits for a second person, and the acts that decide on it (6.1-a)."""

from __future__ import annotations

from admin.api.base import Resource
from admin.domain.codes import ConfirmationKind, ConfirmationStage
from admin.models import Confirmation
from admin.web.records import Records

COLUMNS = [
    "id",
    "kind",
    "stage",
    "user_id",
    "employee_id",
    "role",
    "act",
    "process",
    "record_id",
    "recorded_at",
    "decided_at",
]


class ApiConfirmations(Resource):
    """/api/v1/confirmations/"""

    datamodel = Records(Confirmation)
    resource_name = "confirmations"
    process = "confirmation"
    list_columns = COLUMNS
    show_columns = [*COLUMNS, "reason", "difference"]
    search_columns = ["employee", "kind", "stage", "role", "act"]
    order_columns = ["id", "kind", "stage"]
    choices = {
        "kind": {code: code for code in ConfirmationKind.labels()},
        "stage": {code: code for code in ConfirmationStage.labels()},
    }
    add_columns: list[str] = []
    edit_columns: list[str] = []
