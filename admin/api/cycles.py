"""Review cycles for programs, with the control room's acts."""

from __future__ import annotations

from typing import Any

from admin.api.base import Resource, payload_of_request
from admin.domain.refusals import N_, Invalid
from admin.models import Cycle
from admin.operations.cycles.cycles import CyclePlan, plan_cycle
from admin.web.records import Records, number_of, numbers_of


class ApiCycles(Resource):
    """/api/v1/cycles/; POST plans a cycle, whose deadlines are counted in working days; a rehearsal may name departments."""

    datamodel = Records(Cycle)
    resource_name = "cycles"
    process = "cycle"
    list_columns = [
        "id",
        "year",
        "kind",
        "name_zh_hant",
        "name_zh_hans",
        "name_en",
        "stage",
        "opened_at",
        "committee_on",
        "closed_at",
    ]
    show_columns = [
        "id", "year", "kind", "name_zh_hant", "name_zh_hans", "name_en", "stage", "month_reason",
        "policy_version_id", "scorecard_id", "opened_at", "period_from", "period_to",
        "self_assessment_due", "rating_due", "department_due", "committee_on", "metrics_frozen_at", "closed_at",
    ]  # fmt: skip
    search_columns = ["year", "kind", "stage"]
    order_columns = ["id", "year", "stage"]
    add_columns = ["year", "kind", "month_reason"]
    edit_columns: list[str] = []
    label_columns = {
        "year": "Year that is assessed",
        "kind": "Kind of cycle",
        "month_reason": "Reason for another month",
    }
    choices = {"kind": {"regular": N_("Regular cycle"), "rehearsal": N_("Rehearsal cycle")}}

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Any:
        """Plan a cycle."""
        if data.get("year") is None:
            raise Invalid({"year": N_("A year has four figures.")})
        chosen = payload_of_request().get("departments") or []
        if not isinstance(chosen, list) or any(number_of(each) is None for each in chosen):
            raise Invalid({"departments": N_("This is a list of departments by their number.")})
        kind, reason = data.get("kind") or "regular", data.get("month_reason") or ""
        plan = CyclePlan(int(data["year"]), kind, reason, departments=tuple(numbers_of(chosen)))
        return plan_cycle(plan, **who_and_when)
