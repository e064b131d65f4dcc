"""What the audit trail tells of complaints: to an accused auditor nothing, of a running ballot no vote (6.3.1, 6.3-b)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import Actor, acting_as
from admin.models import AuditEvent, Employee
from admin.operations.complaints.complaint_findings import assign, cast_ballot, close, find
from admin.operations.complaints.complaints import ComplaintInput, acknowledge, file_complaint
from admin.queries.system.audit import seen_changes
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import committee


@pytest.fixture
def officer(session: Any) -> Employee:
    make.confirmed_calendar(2026)
    return make.employee("周承辦", roles=("employee", "complaint_officer"))


def filed(accused: str = "") -> int:
    return file_complaint(ComplaintInput("pressure", "被要求改分。", accused=accused), now=NOW)[0].id


def auditor(name: str) -> Actor:
    return make.actor_of(make.employee(name, roles=("employee", "auditor")))


def events_seen(person: Actor) -> set[str]:
    with acting_as(person):
        return set(make.db.session.scalars(select(AuditEvent.record_type)))


def test_an_auditor_who_is_accused_finds_no_trace_of_complaints_in_the_audit_trail(officer):
    accused, other = auditor("稽核甲"), auditor("稽核乙")
    filed()
    assert "complaints" in events_seen(accused)
    filed(accused="稽核甲")
    assert not {kind for kind in events_seen(accused) if kind.startswith("complaint")}
    assert "employees" in events_seen(accused) and "complaint_parties" in events_seen(other)


def test_nobody_reads_a_vote_on_a_finding_in_the_trail_before_it_is_closed(officer):
    body, investigator, key = committee(), make.employee("吳調查"), filed()
    acknowledge(key, actor=make.actor_of(officer), now=NOW)
    assign(key, investigator.id, "未涉案", actor=body.chair, now=NOW)
    find(key, "查明。", True, actor=make.actor_of(investigator), now=NOW)
    for name in ("Hua", "Centre", "Related"):
        cast_ballot(key, True, actor=body.actor(name), now=NOW)
    reader, query = auditor("稽核"), select(AuditEvent).where(AuditEvent.record_type == "complaint_ballots")

    def votes() -> set[str]:
        rows = make.db.session.scalars(query.execution_options(unscoped=True)).all()
        return {str(seen_changes(make.db.session(), event, reader)["in_favour"]) for event in rows}

    assert votes() == {"[]"}
    close(key, actor=body.chair, now=NOW)
    assert votes() == {"[None, True]"}
