"""Pay-change lists for programs: payroll's own door (5.1)."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource
from admin.domain.pay import PayLine, PayTotals
from admin.domain.refusals import N_, Invalid
from admin.models import PayList, db
from admin.models.audit import plain
from admin.operations.outcome.pay_lists import make_pay_list
from admin.queries.outcome.pay_lists import pay_list_page
from admin.web.records import Records


class ApiPayLists(Resource):
    """/api/v1/pay_lists/; POST makes the list of a document, or names the one that there is; nothing is ever edited."""

    datamodel = Records(PayList)
    resource_name = "pay_lists"
    process = "pay_list"
    list_columns = [
        "id",
        "number",
        "year",
        "serial",
        "document_id",
        "corrects_id",
        "people",
        "made_at",
        "made_by_id",
        "sha256",
    ]
    show_columns = list_columns
    search_columns = ["number", "year", "document", "corrects"]
    order_columns = ["id", "number", "made_at"]
    add_columns = ["document"]
    edit_columns: list[str] = []
    label_columns = {"document": lazy("Document")}

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> PayList:
        """Make the list of a document."""
        if data.get("document_id") is None:
            raise Invalid({"document_id": N_("This is needed.")})
        return make_pay_list(data["document_id"], **who_and_when)

    @expose("/<int:pk>/rows", methods=["GET"])
    @protect()
    @permission_name("read")
    def rows(self, pk: int) -> Response:
        """The lines of a list with their totals
        ---
        get:
          description: Every line of a pay-change list, by employee number, and the sums of the bands before and after
          parameters:
          - in: path
            name: pk
            required: true
            schema: {type: integer}
          responses:
            200:
              description: The lines and their totals
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      result: {type: array, items: {type: object}}
                      totals: {type: object}
            401:
              $ref: '#/components/responses/401'
            404:
              $ref: '#/components/responses/404'
        """
        page = pay_list_page(db.session(), self.row(pk).id)
        return self.response(200, result=[_line(each) for each in page.lines], totals=_sums(page.sums))


def _line(line: PayLine) -> dict[str, Any]:
    old, new = line.old, line.new
    return {
        "grade_change_id": line.change,
        "state": line.state.value,
        "employee_number": line.number,
        "name": line.name,
        "kind": line.kind,
        "grade_before": line.from_grade,
        "grade_after": line.to_grade,
        "effective_on": line.effective_on.isoformat(),
        "currency": new.currency,
        "low_before": plain(old.low) if old else None,
        "high_before": plain(old.high) if old else None,
        "low_after": plain(new.low),
        "high_after": plain(new.high),
    }


def _sums(sums: PayTotals) -> dict[str, Any]:
    amounts = ("low_before", "high_before", "low_after", "high_after")
    return {"people": sums.count, "currency": sums.currency, **{name: plain(getattr(sums, name)) for name in amounts}}
