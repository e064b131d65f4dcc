"""The acts on a complaint by name, for buttons, API and command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import FindingVote
from admin.domain.refusals import N_, Invalid
from admin.domain.workflow import Facts
from admin.models import Complaint, Employee
from admin.operations import actions
from admin.operations.committee.committee import company_day
from admin.operations.complaints import complaint_findings, complaints
from admin.operations.transaction import Operation, operation
from admin.queries.complaints.complaints import complaint_facts, party_ids

VOTES = tuple(FindingVote.labels().items())
Data = Mapping[str, Any]


def facts_of(op: Operation, complaint: Complaint, *, attempt: bool, data: Data) -> Facts:
    """The facts as the registry asks for them."""
    reason = str(data.get("reason") or "")
    return complaint_facts(op.session, complaint, op.actor, company_day(op.now), attempt=attempt, reason=reason)


def acknowledge(key: int, data: Data, *, actor: Actor, now: datetime) -> Complaint:
    """Acknowledge."""
    return complaints.acknowledge(key, actor=actor, now=now)


def reply(key: int, data: Data, *, actor: Actor, now: datetime) -> Any:
    """Reply with a message."""
    return complaints.reply(key, data["text"], actor=actor, now=now)


def name_accused(key: int, data: Data, *, actor: Actor, now: datetime) -> Complaint:
    """Record who is accused, by employee numbers."""
    with operation("name_accused", actor=actor, now=now, clause="6.3.1") as op:
        op.find(Complaint, key)
        people = complaints.employees_numbered(op, data["accused"], "accused")
        return complaints.name_accused(key, [person.id for person in people], actor=actor, now=now)


def assign(key: int, data: Data, *, actor: Actor, now: datetime) -> Complaint:
    """Appoint an officer, by employee number."""
    with operation("assign", actor=actor, now=now, clause="6.3.2") as op:
        op.find(Complaint, key)
        officer = op.session.scalars(select(Employee).where(Employee.number == data["officer"])).first()
        if officer is None:
            number = N_("There is no employee with the number %(number)s.")
            raise Invalid({"officer": number}, {"number": data["officer"]})
        return complaint_findings.assign(key, officer.id, data["reason"], actor=actor, now=now)


def find(key: int, data: Data, *, actor: Actor, now: datetime) -> Complaint:
    """Record the finding; the reviews concerned by employee numbers."""
    with operation("find", actor=actor, now=now, clause="6.3.2") as op:
        op.find(Complaint, key)
        people = complaints.employees_numbered(op, data.get("cases") or "", "cases")
        cases = complaints.latest_cases(op, people, "cases")
        return complaint_findings.find(key, data["finding"], data["breach"], cases, actor=actor, now=now)


def cast_ballot(key: int, data: Data, *, actor: Actor, now: datetime) -> Any:
    """Vote on the finding."""
    return complaint_findings.cast_ballot(key, data["vote"] == "for", actor=actor, now=now)


def return_finding(key: int, data: Data, *, actor: Actor, now: datetime) -> Complaint:
    """Send a finding back that was not adopted."""
    return complaint_findings.return_finding(key, data["reason"], actor=actor, now=now)


def close(key: int, data: Data, *, actor: Actor, now: datetime) -> Complaint:
    """Close."""
    return complaint_findings.close(key, actor=actor, now=now)


def state(complaint: Complaint) -> dict[str, Any]:
    """What the API says of a complaint: nothing of what it is about."""
    return {"id": complaint.id, "number": complaint.number, "stage": complaint.stage}


def _register() -> None:
    field = actions.Field
    numbers = N_("Employee numbers of the accused, separated by commas")
    cases = N_("Whose review is concerned (employee numbers, separated by commas)")
    actions.register_process(
        "complaint", Complaint, facts_of, state=state, people=lambda row: {"officer": party_ids(row, "officer")}
    )
    actions.register("complaint", "acknowledge", call=acknowledge)
    actions.register("complaint", "reply", call=reply, fields=[field("text", N_("Message to the complainant"), "text")])
    actions.register("complaint", "name_accused", call=name_accused, fields=[field("accused", numbers)])
    actions.register(
        "complaint",
        "assign",
        call=assign,
        fields=[field("officer", N_("Employee number of the officer")), actions.REASON],
    )
    finding = [
        field("finding", N_("What the investigation found"), "reason"),
        field("breach", N_("There was a breach of the rules"), "boolean"), field("cases", cases, required=False),
    ]  # fmt: skip
    actions.register("complaint", "find", call=find, fields=finding)
    vote = field("vote", N_("Your ballot on the finding"), "choice", choices=VOTES)
    actions.register("complaint", "cast_ballot", call=cast_ballot, fields=[vote])
    actions.register("complaint", "return_finding", call=return_finding, fields=[actions.REASON])
    actions.register("complaint", "close", call=close)


_register()
