"""Grades taken over are approved one by one, many at once, or all (1.2-c)."""

from __future__ import annotations

import io
from typing import Any

from python_calamine import CalamineWorkbook

from admin.models import GradeChange
from admin.operations.imports.imports_grades import batch_of
from tests import factories as make
from tests.operations.importing import bring, rows
from tests.views.clients import client_of

ENGLISH = {"Accept-Language": "en"}


def test_what_is_ticked_is_approved_and_the_rest_waits_or_is_rejected(session: Any, app: Any, no_tokens: None) -> None:
    people = [make.employee(name) for name in ("Anna", "Ben", "Cleo")]
    lines = [f"{each.number},中級一級,2026-01-01,H-1" for each in people]
    _plan, row = bring("grades", "\n".join(["工號,職級,生效日期,文號", *lines]))
    chief = make.employee("Chief", roles=("employee", "management"))
    client, batch = client_of(app, chief.user_id), batch_of(row.id)
    keys = [key for (key,) in rows(GradeChange, "id")]
    page = client.get("/takeovers/", headers=ENGLISH).text
    assert page.count('name="change"') == 3 and "Approve what is ticked" in page

    def send(action: str, **data: Any) -> Any:
        return client.post(f"/takeovers/{batch}/{action}", data={"ticked": "1", **data}, headers=ENGLISH)

    assert "Tick at least one grade" in send("approve").text
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(send("ticked", change=keys[1:]).data)).get_sheet_by_index(0)
    assert [line[1] for line in sheet.to_python()] == ["Employee's name", "Ben", "Cleo"]
    assert (send("ticked").status_code, send("ticked", change=[999_999]).status_code) == (422, 404)
    assert send("approve", change=[keys[0]]).status_code == 303
    assert send("reject", change=[keys[1]]).status_code == 422  # without a reason
    assert send("reject", change=[keys[1]], reason="No document").status_code == 303
    assert [stage for (stage,) in rows(GradeChange, "stage")] == ["approved", "rejected", "proposed"]
    assert "decided already" in send("approve", change=[keys[0], keys[2]]).text
    assert client.post(f"/takeovers/{batch}/approve", headers=ENGLISH).status_code == 303  # what is left, all of it
    assert [stage for (stage,) in rows(GradeChange, "stage")] == ["approved", "rejected", "approved"]
