"""Appeals and objections for programs; the filer of an objection is in no column (3.3.5-b)."""

from __future__ import annotations

from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource
from admin.models import Appeal
from admin.operations import appeal_actions  # noqa: F401 - registers the actions
from admin.web.records import Records

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
    """/api/v1/appeals/"""

    datamodel = Records(Appeal)
    resource_name = "appeals"
    process = "appeal"
    list_columns = ["id", "number", "review_id", "kind", "stage", "ground", "received_at", "answer_due", "result"]
    show_columns = COLUMNS
    search_columns = ["number", "kind", "stage", "ground", "result"]
    order_columns = ["number", "received_at", "answer_due"]
    label_columns = {"number": lazy("Number of the appeal")}
    add_columns: list[str] = []
    edit_columns: list[str] = []
