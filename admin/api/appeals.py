"""Appeals and objections for programs; the filer of an objection is in no column (3.3.5-b)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource, payload_of_request
from admin.domain.codes import AppealAddressee, AppealGround
from admin.models import Appeal
from admin.operations.appeals.appeals import AppealInput, file_appeal
from admin.operations.fields import cleaned, scan_field, with_files_checked
from admin.web.records import Records

ADDRESSEES = AppealAddressee.labels()
COLUMNS = [
    "id",
    "number",
    "review_id",
    "kind",
    "stage",
    "addressee",
    "ground",
    "text",
    "received_at",
    "answer_due",
    "superior_due",
    "superior_supports",
    "superior_answer",
    "statement",
    "result",
    "result_reason",
    "decided_at",
]


class ApiAppeals(Resource):
    """/api/v1/appeals/; POST files, with oneself as the filer; HR names whose paper form it enters and sends its `scan`."""

    datamodel = Records(Appeal)
    resource_name = "appeals"
    process = "appeal"
    list_columns = ["id", "number", "review_id", "kind", "stage", "ground", "received_at", "answer_due", "result"]
    show_columns = COLUMNS
    search_columns = ["number", "kind", "stage", "ground", "result"]
    order_columns = ["number", "received_at", "answer_due"]
    label_columns = {
        "notice_row": lazy("Row of the notice"),
        "filer": lazy("Filed by"),
        "ground": lazy("Ground"),
        "addressee": lazy("Addressed to"),
        "text": lazy("What is wrong with the result"),
    }
    choices = {"ground": AppealGround.labels(), "addressee": ADDRESSEES}
    add_columns = ["notice_row", "filer", "ground", "addressee", "text"]
    edit_columns: list[str] = []

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Appeal:
        """File one's own appeal or an objection; HR names the filer of a paper form."""
        given = AppealInput(
            data["ground"], data["text"], data["addressee"], filer_id=data["filer_id"], scan=data.get("scan")
        )
        return file_appeal(data["notice_row_id"], given, **who_and_when)

    def _read(self, columns: list[str], item: Any = None) -> dict[str, Any]:
        fields = (scan_field(),)
        # Here, before anything is begun: no transaction waits for the check of a file.
        scan = cleaned(fields, with_files_checked(fields, payload_of_request()))
        return super()._read(columns, item) | scan
