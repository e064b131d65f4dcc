"""One page for each person: everything on file drawn along the years, listed, and taken away by its owner (3.3.6, 6.1)."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.models import AuditEvent, EmployeeRecord, Honour, Leave
from tests import factories as make
from tests.factories import NOW
from tests.views.clients import client_of

pytestmark = pytest.mark.usefixtures("no_tokens")
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def person(session):
    ann, hr = make.employee("Ann"), make.employee("HR", roles=("employee", "hr"))
    with make.fixture() as op:
        make.holds(ann, "J2", date(2023, 1, 1))
        make.moved(ann, "J3", date(2027, 1, 1))
        for kind, title in (("certificate", "CCSP"), ("training", "Calm calls"), ("breach", "Shared a password")):
            op.add(
                EmployeeRecord(
                    employee_id=ann.id, kind=kind, title=title, happened_on=date(2026, 3, 2), recorded_by_id=hr.user_id,
                    recorded_at=NOW,
                )
            )  # fmt: skip
        op.add(Leave(employee_id=ann.id, kind="leave", starts_on=date(2025, 5, 1), ends_on=date(2025, 8, 31)))
        op.add(
            Honour(
                employee_id=ann.id, year=2026, title="Voice of the year", printed_name="Ann", reason="…",
                grade_id=make.grade("J2").id, recorded_by_id=hr.user_id, recorded_at=NOW - timedelta(days=3),
            )
        )  # fmt: skip
    return ann


def test_everything_on_file_is_drawn_in_lanes_with_the_same_in_words_and_what_is_to_come_apart(app, session, person):
    page = client_of(app, person.user_id).get("/files/", headers=ENGLISH).text
    drawn = re.search(r'<figure class="picture lanes">(.*?)</figure>', page, re.S)[1]
    said = re.search(r'aria-label="(.*?)">', drawn, re.S)[1]
    for word in ("Grades", "CCSP", "Calm calls", "Shared a password", "Voice of the year", "2025-05-01 – 2025-08-31"):
        assert word in said, word
    assert drawn.count("coming") == 1 and 'class="now"' in drawn
    assert page.index("Voice of the year", page.index("Everything in order of time")) > 0


def test_the_owner_takes_the_file_as_workbook_json_and_pdf_and_each_is_an_event(app, session, person):
    own = client_of(app, person.user_id)
    base = f"/files/{person.number}/export"
    book = CalamineWorkbook.from_filelike(io.BytesIO(own.get(base, headers=ENGLISH).data))
    assert "Everything in order of time" in book.sheet_names
    data = json.loads(own.get(f"{base}/json", headers=ENGLISH).data)
    assert data["grade"] == "J2" and {"CCSP", "Shared a password"} <= {each["title"] for each in data["on_file"]}
    assert own.get(f"{base}/pdf").data.startswith(b"%PDF-")
    assert own.get(f"{base}/doc").status_code == 404
    session.rollback()
    with acting_as(system_actor()):
        taken = session.scalars(select(AuditEvent).where(AuditEvent.operation == "export_grade_file")).all()
    assert len(taken) == 3
