"""Investigating a complaint: an officer without a stake, the finding, its adoption by ballot (6.3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import VOTERS, ComplaintStage, EmployeeStatus, FindingVote, PartyRole
from admin.domain.refusals import N_, Invalid, refuse
from admin.domain.separation import CaseTies
from admin.models import Complaint, ComplaintBallot, ComplaintCase, ComplaintParty, Employee, Review
from admin.operations.acts import REASON, Field, act
from admin.operations.cases.reassessments import order_reassessments
from admin.operations.complaints.complaint_parties import bar, drop, tell
from admin.operations.complaints.complaints import day_of, employees_numbered, latest_cases, sealed_in
from admin.operations.newer import NewerVersion
from admin.operations.transaction import Operation, operation
from admin.queries.committee.committee import own_seat
from admin.queries.complaints.complaints import complaint_facts
from admin.queries.complaints.voters import OUT, Voters, finding_voters, party_ids, stake_refusal, stakes

VOTE = N_("Your ballot on the finding")
VOTES = tuple(FindingVote.labels().items())
NOBODY = "-"
CONCERNED = N_("Whose review is concerned (employee numbers, separated by commas)")


def _officer(op: Operation, _complaint: Complaint, number: str) -> int:
    found = employees_numbered(op, number, "officer")
    if len(found) != 1:
        raise Invalid({"officer": N_("Name one employee by number.")})
    return found[0].id


def _cases(op: Operation, _complaint: Complaint, numbers: str) -> list[Review]:
    return latest_cases(op, employees_numbered(op, numbers, "cases"), "cases")


def _people(op: Operation, _complaint: Complaint, numbers: str) -> list[Employee]:
    return employees_numbered(op, numbers, "people")


def _in_favour(_op: Operation, _complaint: Complaint, vote: str) -> bool:
    return vote == FindingVote.FOR


@act(
    "complaint",
    "assign",
    Field("officer", N_("Employee number of the officer"), look=_officer, into="officer_id"),
    REASON,
    Field("instead_of", N_("Officer to be replaced (employee number, or - for none)"), required=False),
)
def assign(
    complaint_id: int, officer_id: int, reason: str, instead_of: str = "", *, actor: Actor, now: datetime
) -> Complaint:
    """Appoint the investigating officer, or another; chair or secretary do, or management for an accused committee.

    `instead_of` is the number of the officer that the page named, "-" where it named none; without it whoever was appointed
    is replaced. Raises `Refused` (6.3.2) for somebody with a stake, `Invalid` for whoever could not take it up, `NotFound`,
    `NewerVersion` (1.3.1) where somebody else has appointed another officer meanwhile.
    """
    with operation("assign", actor=actor, now=now, clause="6.3.2") as op:
        complaint = op.find(Complaint, complaint_id)
        _refuse_old(op, complaint, instead_of)
        officer = op.get(Employee, officer_id)
        _check_here(officer, "officer")
        # Whoever may be meant is found out before they get it, also where they hold no office (6.3-d).
        bar(op, complaint, also=[officer.id])
        facts = complaint_facts(op.session, complaint, actor, op.today, attempt=True, reason=reason, officer=officer.id)
        op.step(complaint, facts, "assign", reason=reason)
        drop(op, complaint, [row for row in complaint.parties if row.role == PartyRole.OFFICER])
        complaint.parties.append(ComplaintParty(employee_id=officer.id, role="officer", reason=reason.strip()))
        # Who appoints an officer has read it, and the complainant's time must not run on.
        complaint.acknowledged_at = complaint.acknowledged_at or day_of(op)
        op.session.flush()
        return complaint


def _refuse_old(op: Operation, complaint: Complaint, instead_of: str) -> None:
    """Two who appoint at once: the second sees whom the first has named."""
    present = next((row for row in complaint.parties if row.role == PartyRole.OFFICER), None)
    number = present.employee.number if present is not None else NOBODY
    if instead_of and instead_of != number:
        fields = (("officer", number), ("reason", present.reason if present is not None else ""))
        raise NewerVersion(number, complaint.acknowledged_at or op.now, fields)


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
        # With the cases named, whoever judged them has a stake from now on: barred before the voters are looked for.
        bar(op, complaint)
        name_voters(op, complaint)
        return complaint


def name_voters(op: Operation, complaint: Complaint) -> bool:
    """Record who votes on a finding; with too few of both bodies management steps in (6.3-c). Returns whether it did."""
    voters = finding_voters(op.session, complaint, op.today)
    named = voters.people if voters.body is not None else ()
    drop(op, complaint, [row for row in complaint.parties if row.role in VOTERS and not _stays(row, voters)])
    # Those who stay keep their row, and with it the moment from which they could read the finding.
    known = set(party_ids(complaint, *VOTERS))
    complaint.parties += [
        ComplaintParty(employee_id=person, role=PartyRole.VOTER, reason=str(voters.body))
        for person in named if person not in known
    ]  # fmt: skip
    stepped_in = voters.short and not complaint.to_management
    # Never taken back here: management has begun, and a late seat does not send it home.
    complaint.to_management = complaint.to_management or voters.short
    op.session.flush()
    return stepped_in


def _stays(row: ComplaintParty, voters: Voters) -> bool:
    return row.employee_id in voters.people and (row.role == PartyRole.VOTER) == (voters.body is not None)


def renew_voters(*, actor: Actor, now: datetime) -> int:
    """Timed: who votes follows seats and conflicts; where they have become too few management learns of it (6.3-c)."""
    with operation("renew_voters", actor=actor, now=now, clause="6.3-c") as op:
        rows = op.session.scalars(
            select(Complaint).where(Complaint.stage == ComplaintStage.FOUND, Complaint.erased_at.is_(None))
        ).all()
        stepped_in = [complaint for complaint in rows if name_voters(op, complaint)]
        for complaint in stepped_in:
            tell(op, complaint, ("management",), "find")
        return len(stepped_in)


@act(
    "complaint",
    "appoint_voters",
    Field("people", N_("Employee numbers of those who vote on the finding, separated by commas"), look=_people),
    REASON,
)
def appoint_voters(
    complaint_id: int, people: Sequence[Employee], reason: str, *, actor: Actor, now: datetime
) -> Complaint:
    """Management names at least three people without a part in it, who vote on this finding alone (6.3-c).

    Raises `Refused` while enough members can vote, or for somebody with a part in it; `Invalid` for too few.
    """
    with operation("appoint_voters", actor=actor, now=now, clause="6.3-c") as op:
        complaint = op.find(Complaint, complaint_id)
        facts = complaint_facts(op.session, complaint, actor, op.today, attempt=True, reason=reason)
        op.step(complaint, facts, "appoint_voters", reason=reason)
        known, chosen = set(party_ids(complaint, *VOTERS)), {person.id for person in people}
        least = finding_voters(op.session, complaint, op.today).minimum
        if len(known | chosen) < least:
            raise Invalid({"people": N_("Name at least %(needed)s people.")}, {"needed": least})
        bar(op, complaint, also=[person.id for person in people])
        ties = stakes(op.session, complaint)
        for person in people:
            _check_neutral(complaint, person, actor, ties)
        complaint.parties += [
            ComplaintParty(employee_id=person, role=PartyRole.APPOINTED, reason=reason.strip())
            for person in sorted(chosen - known)
        ]
        op.session.flush()
        return complaint


def _check_here(person: Employee, field: str) -> None:
    if person.status == EmployeeStatus.LEFT or person.user_id is None:
        raise Invalid({field: N_("%(number)s is not in service with an account.")}, {"number": person.number})


def _check_neutral(complaint: Complaint, person: Employee, by: Actor, ties: Sequence[CaseTies]) -> None:
    _check_here(person, "people")
    if person.id == by.employee_id:
        refuse("6.3-c", N_("The person who appoints may not vote on the finding."))
    if person.id in party_ids(complaint, *OUT) or stake_refusal(person.id, ties):
        refuse("6.3-c", N_("%(number)s is involved in the matter and cannot vote on it."), number=person.number)


@act("complaint", "cast_ballot", Field("vote", VOTE, "choice", choices=VOTES, into="in_favour", look=_in_favour))
def cast_ballot(complaint_id: int, in_favour: bool, *, actor: Actor, now: datetime) -> ComplaintBallot:
    """One's own ballot on adopting the finding; a judging act (3.3-d). Raises `Refused`."""
    with operation("cast_ballot", actor=actor, now=now, clause="6.3.2") as op:
        complaint = op.find(Complaint, complaint_id)
        op.step(complaint, complaint_facts(op.session, complaint, actor, op.today), "cast_ballot")
        assert actor.employee_id is not None  # the table lets only those vote who are named
        # The seat is kept where there is one; the ballot names the person, whom management may also have appointed.
        seat = own_seat(op.session, actor) or own_seat(op.session, actor, panel=True)
        ballot = ComplaintBallot(
            complaint_id=complaint.id, round=complaint.round, member_id=seat.id if seat else None,
            employee_id=actor.employee_id, in_favour=in_favour, cast_at=day_of(op),
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
        # Ballots are counted by round: those on the finding that was sent back stay on record and count no more.
        complaint.round += 1
        drop(op, complaint, [row for row in complaint.parties if row.role in VOTERS])
        return complaint


@act("complaint", "close")
def close(complaint_id: int, *, actor: Actor, now: datetime) -> Complaint:
    """Close the complaint once the ballot has adopted the finding: the chair, or management in the committee's place.

    A breach orders that the cases named are assessed again; HR begins it and learns no more than the case.
    Raises `Refused` (6.3.2) while it is not adopted.
    """
    with operation("close", actor=actor, now=now, clause="6.3.2") as op:
        complaint = op.find(Complaint, complaint_id)
        op.step(complaint, complaint_facts(op.session, complaint, actor, op.today), "close")
        complaint.closed_at = day_of(op)
        op.session.flush()
        # In the same transaction: a breach without its order would leave the case to be issued meanwhile (6.3.2).
        order_reassessments(op, complaint)
        return complaint
