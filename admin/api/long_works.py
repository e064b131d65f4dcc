"""Acts on many rows for programs: how far each is, what was refused, stopping and doing again (6.1)."""

from __future__ import annotations

from typing import Any

from admin.api.base import Resource
from admin.domain.refusals import Refusal
from admin.models import LongWork, LongWorkRefusal, db
from admin.queries.system.long_work import refusals_of
from admin.web.records import Records
from admin.web.texts import refusal_text

COLUMNS = [
    "id", "process", "action", "record_id", "recorded_by_id", "asked_at", "total", "done", "refused", "moved_at", "ended_at",
]  # fmt: skip
MOST_REFUSALS = 100


class ApiLongWorks(Resource):
    """/api/v1/long_works/"""

    datamodel = Records(LongWork)
    resource_name = "long_works"
    process = "long_work"
    list_columns = show_columns = COLUMNS
    search_columns = ["process", "action", "record_id"]
    order_columns = ["id", "asked_at", "ended_at"]
    add_columns: list[str] = []
    edit_columns: list[str] = []

    def pre_get(self, data: dict[str, Any]) -> None:
        """One of them with what was refused, each row with its reason."""
        part, rows = refusals_of(db.session(), int(data["id"]), 1, MOST_REFUSALS)
        told = [{"key": row.key, "name": row.named, "clause": row.clause, "reason": _said(row)} for row in rows]
        data["result"]["refusals"] = {"count": part.count, "rows": told}


def _said(row: LongWorkRefusal) -> str:
    return refusal_text(Refusal(row.clause, row.reason, row.facts))
