"""Records on employees' files for programs: what is on file, and the two acts that decide on it (4.1-a)."""

from __future__ import annotations

from admin.api.base import Resource
from admin.domain.codes import RecordKind, RecordStage
from admin.models import EmployeeRecord
from admin.web.records import Records

COLUMNS = ["id", "employee_id", "kind", "stage", "title", "points", "happened_on", "recorded_at", "approved_at"]


class ApiEmployeeRecords(Resource):
    """/api/v1/employee_records/"""

    datamodel = Records(EmployeeRecord)
    resource_name = "employee_records"
    process = "employee_record"
    list_columns = COLUMNS
    show_columns = [*COLUMNS, "detail"]
    search_columns = ["employee", "kind", "stage", "title", "happened_on"]
    order_columns = ["id", "kind", "stage", "happened_on"]
    choices = {
        "kind": {code: code for code in RecordKind.labels()},
        "stage": {code: code for code in RecordStage.labels()},
    }
    add_columns: list[str] = []
    edit_columns: list[str] = []
