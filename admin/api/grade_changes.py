"""Changes of grade for programs; adjustments are proposed and decided here, a grade is never written (4.3, 5.1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource
from admin.domain.codes import ChangeKind, ChangeStage
from admin.domain.refusals import N_, Invalid
from admin.models import GradeChange
from admin.operations.outcome.adjustments import draft_adjustment
from admin.web.records import Records

KINDS = {code: code for code in ChangeKind.labels()}
STAGES = {code: code for code in ChangeStage.labels()}


class ApiGradeChanges(Resource):
    """/api/v1/grade_changes/; POST drafts an adjustment, the action `propose` hands it to management."""

    datamodel = Records(GradeChange)
    resource_name = "grade_changes"
    process = "grade_change"
    list_columns = [
        "id",
        "employee_id",
        "kind",
        "stage",
        "from_grade_id",
        "to_grade_id",
        "clause",
        "effective_on",
        "batch",
    ]
    show_columns = [*list_columns, "reason", "review_id", "document_id", "proposed_at", "decided_at"]
    search_columns = ["employee", "kind", "stage", "batch", "effective_on"]
    order_columns = ["id", "effective_on", "stage"]
    add_columns = ["employee", "to_grade", "effective_on"]
    edit_columns: list[str] = []
    label_columns = {"employee": lazy("Employee"), "to_grade": lazy("New grade"), "effective_on": lazy("Holds from")}
    choices = {"kind": KINDS, "stage": STAGES}

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> GradeChange:
        """Draft an adjustment."""
        missing = [name for name in ("employee_id", "to_grade_id", "effective_on") if data.get(name) is None]
        if missing:
            raise Invalid(dict.fromkeys(missing, N_("This is needed.")))
        day: date = data["effective_on"]
        return draft_adjustment(data["employee_id"], data["to_grade_id"], day, **who_and_when)
