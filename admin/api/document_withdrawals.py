"""Documents taken back by documents, for programs: proposed by HR, decided by management through the actions (1.2-f)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource, payload_of_request
from admin.api.grade_changes import STAGES
from admin.domain.codes import TakesBack
from admin.domain.refusals import N_, Invalid
from admin.models import DocumentWithdrawal
from admin.operations.outcome.withdrawals import WithdrawalInput, propose_withdrawal
from admin.web.records import Records


class ApiDocumentWithdrawals(Resource):
    """/api/v1/document_withdrawals/; POST proposes one: `document_id`, `kind`, `effective_on`, `reason`, and, where it does not
    concern everybody, `numbers`; `grade` is the code of the grade that holds instead, of a correction."""

    datamodel = Records(DocumentWithdrawal)
    resource_name = "document_withdrawals"
    process = "document_withdrawal"
    list_columns = ["id", "document_id", "kind", "stage", "effective_on", "issued_id"]
    show_columns = [*list_columns, "reason", "changes", "grade_id", "proposed_at", "decided_at"]
    search_columns = ["kind", "stage", "effective_on"]
    order_columns = ["id", "effective_on", "stage"]
    add_columns = ["document", "effective_on"]
    edit_columns: list[str] = []
    label_columns = {
        "document": lazy("Document"),
        "effective_on": lazy("Effective from"),
        "kind": lazy("Kind of document"),
    }
    choices = {"stage": STAGES, "kind": TakesBack.labels()}

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> DocumentWithdrawal:
        """Propose it."""
        if missing := [name for name in ("document_id", "effective_on") if data.get(name) is None]:
            raise Invalid(dict.fromkeys(missing, N_("This is needed.")))
        day: date = data["effective_on"]
        sent = payload_of_request()
        texts = {name: str(sent.get(name) or "") for name in ("kind", "reason", "grade")}
        numbers = sent.get("numbers") or []
        if not isinstance(numbers, list):
            raise Invalid({"numbers": N_("A list of employee numbers.")})
        given = WithdrawalInput(texts["kind"], day, texts["reason"], [str(each) for each in numbers], texts["grade"])
        return propose_withdrawal(data["document_id"], given, **who_and_when)
