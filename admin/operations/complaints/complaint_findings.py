"""Investigating a complaint: an officer without a stake, the finding, its adoption by ballot (6.3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from admin.access.actor import Actor
from admin.domain.codes import FindingVote
from admin.domain.refusals import N_, Invalid, NotFound
from admin.models import Complaint, ComplaintBallot, ComplaintCase, ComplaintParty, Employee, Review
from admin.operations.acts import REASON, Field, act
from admin.operations.cases.reassessments import order_reassessments
from admin.operations.complaints.complaints import bar, drop, employees_numbered, latest_cases, sealed_in
from admin.operations.transaction import Operation, operation
from admin.queries.committee.committee import own_seat
from admin.queries.complaints.complaints import complaint_facts, members_without_stake, votes_minimum

VOTE = N_("Your ballot on the finding")
VOTES = tuple(FindingVote.labels().items())
CONCERNED = N_("Whose review is concerned (employee numbers, separated by commas)")


def _officer(op: Operation, _complaint: Complaint, number: str) -> int:
    found = employees_numbered(op, number, "officer")
    if len(found) != 1:
        raise Invalid({"officer": N_("Name one employee by number.")})
    return found[0].id


def _cases(op: Operation, _complaint: Complaint, numbers: str) -> list[Review]:
    return latest_cases(op, employees_numbered(op, numbers, "cases"), "cases")


def _in_favour(_op: Operation, _complaint: Complaint, vote: str) -> bool:
    return vote == FindingVote.FOR


@act(
    "complaint",
    "assign",
    Field("officer", N_("Employee number of the officer"), look=_officer, into="officer_id"),
    REASON,
)
def assign(complaint_id: int, officer_id: int, reason: str, *, actor: Actor, now: datetime) -> Complaint:
    """Appoint the investigating officer, or another; chair or secretary do, or management for an accused committee.

    Raises `Refused` (6.3.2) for somebody with a stake, `NotFound`.
    """
    with operation("assign", actor=actor, now=now, clause="6.3.2") as op:
        complaint = op.find(Complaint, complaint_id)
        officer = op.get(Employee, officer_id)
        facts = complaint_facts(op.session, complaint, actor, op.today, attempt=True, reason=reason, officer=officer.id)
        op.step(complaint, facts, "assign", reason=reason)
        drop(op, complaint, [row for row in complaint.parties if row.role == "officer"])
        complaint.parties.append(ComplaintParty(employee_id=officer.id, role="officer", reason=reason.strip()))
        complaint.acknowledged_at = complaint.acknowledged_at or now
        op.session.flush()
        return complaint


@act(
    "complaint",
    "find",
    Field("finding", N_("What the investigation found"), "reason"),
    Field("breach", N_("There was a breach of the rules"), "boolean"),
    Field("cases", CONCERNED, required=False, look=_cases),
)
def find(
    complaint_id: int, finding: str, breach: bool, cases: Sequence[Review] = (), *, actor: Actor, now: datetime
) -> Complaint:
    """The officer's finding: what was found, whether it is a breach, which reviews it concerns.

    Who has judged one of these has a stake from now on. Raises `Refused`: 6.3.2 where that is the officer, 1.3.1
    without a finding in words.
    """
    with operation("find", actor=actor, now=now, clause="6.3.2") as op:
        complaint = op.find(Complaint, complaint_id)
        facts = complaint_facts(op.session, complaint, actor, op.today, attempt=True, reason=finding, cases=list(cases))
        op.step(complaint, facts, "find")
        complaint.sealed_finding = sealed_in(complaint, finding.strip().encode(), "finding")
        complaint.breach = breach
        drop(op, complaint, complaint.cases)
        complaint.cases += [ComplaintCase(review_id=review_id) for review_id in sorted({case.id for case in cases})]
        op.session.flush()
        bar(op, complaint)
        return complaint


@act("complaint", "cast_ballot", Field("vote", VOTE, "choice", choices=VOTES, into="in_favour", look=_in_favour))
def cast_ballot(complaint_id: int, in_favour: bool, *, actor: Actor, now: datetime) -> ComplaintBallot:
    """A member's own ballot on adopting the finding; a judging act (3.3-d). Raises `Refused`."""
    with operation("cast_ballot", actor=actor, now=now, clause="6.3.2") as op:
        complaint = op.find(Complaint, complaint_id)
        op.step(complaint, complaint_facts(op.session, complaint, actor, op.today), "cast_ballot")
        seat = own_seat(op.session, actor)
        if seat is None:
            raise NotFound("CommitteeMember")
        ballot = ComplaintBallot(
            complaint_id=complaint.id, round=complaint.round, member_id=seat.id, employee_id=seat.employee_id,
            in_favour=in_favour, cast_at=now,
        )  # fmt: skip
        complaint.ballots.append(ballot)
        op.session.flush()
        return ballot


@act("complaint", "return_finding", REASON)
def return_finding(complaint_id: int, reason: str, *, actor: Actor, now: datetime) -> Complaint:
    """A finding that the ballot did not adopt goes back to the officer; the next one is voted on anew."""
    with operation("return_finding", actor=actor, now=now, clause="6.3.2") as op:
        complaint = op.find(Complaint, complaint_id)
        facts = complaint_facts(op.session, complaint, actor, op.today, attempt=True, reason=reason)
        op.step(complaint, facts, "return_finding", reason=reason)
        complaint.round += 1
        return complaint


@act("complaint", "close")
def close(complaint_id: int, *, actor: Actor, now: datetime) -> Complaint:
    """Close the complaint: the ballot adopted the finding, or management did where the committee is accused.

    A breach orders that the cases named are assessed again; HR begins it and learns no more than the case.
    Raises `Refused` (6.3.2) while it is not adopted.
    """
    with operation("close", actor=actor, now=now, clause="6.3.2") as op:
        complaint = op.find(Complaint, complaint_id)
        by_management = _without_ballot(op, complaint)
        facts = complaint_facts(op.session, complaint, actor, op.today)
        op.step(complaint, facts, "close")
        complaint.closed_at = now
        if by_management:
            complaint.adopted_by_id = actor.employee_id
        op.session.flush()
        order_reassessments(op, complaint)
        return complaint


def _without_ballot(op: Operation, complaint: Complaint) -> bool:
    today = op.today
    able = len(members_without_stake(op.session, complaint, today))
    return complaint.to_management and able < votes_minimum(op.session, today)
