"""Corrections of takeovers for programs: proposed by HR, decided by management through the actions (1.2-f)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_appbuilder.models.sqla.filters import FilterEqual
from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource, payload_of_request
from admin.api.grade_changes import STAGES
from admin.domain.codes import ChangeKind
from admin.domain.refusals import N_, Invalid
from admin.models import GradeChange
from admin.operations.outcome.takeover_corrections import propose_correction
from admin.web.records import Records


class ApiTakeoverCorrections(Resource):
    """/api/v1/takeover_corrections/; POST proposes one, `effective_on` is since when the grade was held, `reason` the evidence."""

    datamodel = Records(GradeChange)
    base_filters = [["kind", FilterEqual, ChangeKind.TAKEOVER_CORRECTION.value]]
    resource_name = "takeover_corrections"
    process = "takeover_correction"
    list_columns = ["id", "employee_id", "stage", "from_grade_id", "to_grade_id", "effective_on"]
    show_columns = [*list_columns, "reason", "document_id", "proposed_at", "decided_at"]
    search_columns = ["employee", "stage", "effective_on"]
    order_columns = ["id", "effective_on", "stage"]
    add_columns = ["employee", "to_grade", "effective_on"]
    edit_columns: list[str] = []
    label_columns = {
        "employee": lazy("Employee"),
        "to_grade": lazy("Grade that was held"),
        "effective_on": lazy("Held from"),
    }
    choices = {"stage": STAGES}

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> GradeChange:
        """Propose a correction."""
        missing = [name for name in ("employee_id", "to_grade_id", "effective_on") if data.get(name) is None]
        if missing:
            raise Invalid(dict.fromkeys(missing, N_("This is needed.")))
        day: date = data["effective_on"]
        evidence = str(payload_of_request().get("reason") or "")
        return propose_correction(data["employee_id"], data["to_grade_id"], day, evidence, **who_and_when)
