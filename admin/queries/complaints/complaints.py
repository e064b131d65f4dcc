"""Complaints as each reader may see them, who has a stake in them, what the workflow may know (6.3.1, 6.3.2).

`reading` is the only place where what a complainant wrote is read for the portal.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, object_session

from admin.access.actor import Actor
from admin.access.scope import visible
from admin.domain.codes import VOTERS, ComplaintStage, EmployeeStatus, JudgingAct, PartyRole
from admin.domain.refusals import N_, Refusal
from admin.domain.separation import CaseTies, may_judge
from admin.domain.workflow import Facts
from admin.models import Complaint, ComplaintBallot, ComplaintFile, ComplaintParty, Employee, HistoryStep, Review
from admin.models.sealing import unseal, unseal_identity
from admin.queries.accounts.actors import acting_in
from admin.queries.complaints.recognised import NAMED_ALONE, resembling
from admin.queries.complaints.voters import finding_voters, officer_id, party_ids, stake_refusal, stakes
from admin.queries.system.file_verdicts import of_complaint, refuse_withheld
from admin.queries.system.kept import kept

NOT_TOLD_APART = Refusal(
    "6.3-d",
    N_(
        "It is not known yet who is meant. The officer records it first; a finding from before goes back to the officer."
    ),
)
NAMED_BY_ONE = Refusal(
    "6.1-a",
    N_(
        "The people an officer named exclude members from the ballot on the finding: a second person confirms it first."
    ),
)
SAME_PERSON = Refusal("6.1-a", N_("The officer who named the person complained about may not confirm it."))
ADOPTION = JudgingAct.FINDING_ADOPTION
OPEN = ("received", "acknowledged", "assigned", "found")
WRITTEN = ("content", "accused", "period", "happened", "evidence")


@dataclass(frozen=True)
class SentMessage:
    """One message between the complainant and the officers."""

    from_complainant: bool
    text: str
    sent_at: datetime


@dataclass(frozen=True)
class SentFile:
    """A file that came with it; `size` in bytes."""

    id: int
    name: str
    size: int
    received_at: datetime


@dataclass(frozen=True)
class ComplaintContent:
    """What one reader may read of a complaint; what they may not is None or empty."""

    subject: str | None = None
    written: tuple[tuple[str, str], ...] = ()
    identity: str | None = None
    messages: tuple[SentMessage, ...] = ()
    files: tuple[SentFile, ...] = ()
    concerns: tuple[str, ...] = ()
    accused: tuple[str, ...] = ()
    officer: str | None = None
    officer_number: str | None = None
    finding: str | None = None
    breach: bool | None = None
    cases: tuple[str, ...] = ()
    votes_cast: int | None = None


def by_receipt(session: Session, receipt_hash: str) -> Complaint | None:
    """The complaint to which a receipt belongs: the receipt is the right to read it."""
    # Past the scope: whoever holds the receipt may be nobody to the portal, and is never asked to sign in.
    query = select(Complaint).where(Complaint.receipt_hash == receipt_hash)
    return session.scalars(query.execution_options(unscoped=True)).first()


def messages_of(complaint: Complaint) -> tuple[SentMessage, ...]:
    """The messages in both directions, oldest first."""
    return tuple(
        SentMessage(row.from_complainant, _open(complaint, row.sealed_text, "message"), row.sent_at)
        for row in complaint.messages
    )


def _open(complaint: Complaint, sealed: bytes | None, place: str) -> str:
    """A sealed text of a complaint; empty where there is none, or none any more."""
    if sealed is None or complaint.sealed_key is None:
        return ""
    return unseal(sealed, complaint.sealed_key, complaint.bound_to, place).decode()


def files_of(complaint: Complaint) -> tuple[SentFile, ...]:
    """The files that came with it, oldest first."""
    return tuple(
        SentFile(row.id, _open(complaint, row.sealed_name, "name"), row.size, row.received_at)
        for row in complaint.files
    )


def file_bytes(session: Session, complaint: Complaint, file_id: int, reader: Actor) -> tuple[str, bytes] | None:
    """Name and bytes of a file that this reader may read; None where there is none. Raises `Refused` for one that is withheld."""
    query = select(ComplaintFile).where(ComplaintFile.id == file_id, ComplaintFile.complaint_id == complaint.id)
    row = session.scalars(query.execution_options(unscoped=True)).first()
    if row is None or complaint.sealed_key is None or not reads_content(complaint, reader):
        return None
    refuse_withheld(session, of_complaint(row.id))
    # Bound to its place: bytes moved to another complaint's row in the database do not open.
    data = unseal(row.sealed_bytes, complaint.sealed_key, complaint.bound_to, "bytes")
    return _open(complaint, row.sealed_name, "name"), data


def reads_content(complaint: Complaint, reader: Actor) -> bool:
    """Complaint officers until an officer is appointed, from then on that officer alone."""
    appointed = officer_id(complaint)
    # From the appointment on one person reads: the office would otherwise read along (6.3.1).
    reads = reader.has("complaint_officer") if appointed is None else appointed == reader.employee_id
    return reads and not _may_be_meant(complaint, reader)


def _may_be_meant(complaint: Complaint, reader: Actor) -> bool:
    """Asked at the reading too: an office may have been given since anybody was kept out (6.3-d)."""
    session = object_session(complaint)
    if reader.employee_id is None or complaint.told_apart or session is None:
        return False
    return reader.employee_id in resembling(session, complaint, words_of(complaint), date.max, [reader.employee_id])


def reads_finding(complaint: Complaint, reader: Actor) -> bool:
    """Whoever has to decide on it: those who vote on it, and who closes it: the chair, or management (6.3-c)."""
    if complaint.stage not in (ComplaintStage.FOUND, ComplaintStage.CLOSED):
        return False
    # The chair too is out where management has it: the committee is what it is about (6.3.2).
    closes = reader.has("management") if complaint.to_management else reader.has("chair")
    return closes or reader.employee_id in party_ids(complaint, *VOTERS)


def content_for(complaint: Complaint, reader: Actor) -> ComplaintContent:
    """What this reader may read of a complaint that is theirs to see (scope has decided that)."""
    content = reads_content(complaint, reader)
    finding = content or reads_finding(complaint, reader)
    appointed = next((row.employee for row in complaint.parties if row.role == PartyRole.OFFICER), None)
    # A finding that went back is voted on anew; the earlier round says nothing of this one.
    cast = sum(ballot.round == complaint.round for ballot in complaint.ballots)
    return ComplaintContent(
        subject=complaint.subject if content else None,
        written=_written(complaint) if content else (),
        identity=_identity(complaint) if content else None,
        messages=messages_of(complaint) if content else (),
        files=files_of(complaint) if content else (),
        concerns=tuple(filter(None, words_of(complaint).get("concerns", "").split("\n"))) if content else (),
        accused=tuple(str(row.employee) for row in complaint.parties if row.role == PartyRole.ACCUSED)
        if content
        else (),
        officer=str(appointed) if appointed is not None else None,
        officer_number=appointed.number if appointed is not None else None,
        finding=_open(complaint, complaint.sealed_finding, "finding") or None if finding else None,
        breach=complaint.breach if finding else None,
        cases=tuple(str(row.review.employee) for row in complaint.cases) if finding else (),
        votes_cast=cast if complaint.stage in (ComplaintStage.FOUND, ComplaintStage.CLOSED) else None,
    )


def words_of(complaint: Complaint) -> dict[str, str]:
    """What was written, for those who find out whom it means; who may read it is `content_for`'s."""
    found: dict[str, str] = json.loads(_open(complaint, complaint.sealed_words, "words") or "{}")
    return found


def _written(complaint: Complaint) -> tuple[tuple[str, str], ...]:
    words = words_of(complaint)
    return tuple((name, words[name]) for name in WRITTEN if words.get(name))


def _identity(complaint: Complaint) -> str | None:
    sealed = complaint.sealed_identity
    return unseal_identity(sealed, complaint.bound_to).decode() if sealed else None


def officer_candidates(session: Session, complaint: Complaint, today: date) -> list[Employee]:
    """Complaint officers who act in the office on a day and could be appointed, by number."""
    # The present officer too: who is appointed anew is somebody else.
    out = set(party_ids(complaint, "accused", "barred", "officer"))
    acting = acting_in(session, "complaint_officer", today)
    query = select(Employee).where(Employee.user_id.in_(acting)).order_by(Employee.number)
    return [row for row in session.scalars(query.execution_options(unscoped=True)) if row.id not in out]


def waiting(session: Session, reader: Actor) -> int:
    """How many open complaints wait for an act of this reader."""
    stages = set()
    if reader.has("complaint_officer"):
        stages.add("received")
    if reader.has("officer"):
        stages.add("assigned")
    if reader.has("chair", "secretary", "management"):
        stages |= {"received", "acknowledged", "found"}
    if reader.has("finding_voter"):
        stages.add("found")
    if not stages:
        return 0
    query = select(func.count(Complaint.id)).where(Complaint.stage.in_(stages), visible(reader, Complaint))
    counted = query.execution_options(unscoped=True)
    return kept(session, ("complaints", reader), lambda: session.scalar(counted) or 0)


def officers_gone(session: Session, reader: Actor) -> int:
    """How many complaints under investigation wait for another officer, because theirs has left or is leaving (1.2-g)."""
    if not reader.has("chair", "secretary", "management"):
        return 0
    query = select(func.count(Complaint.id)).where(
        Complaint.stage == ComplaintStage.ASSIGNED, _officer_gone(), visible(reader, Complaint)
    )
    return session.scalar(query.execution_options(unscoped=True)) or 0


def officer_gone(session: Session, complaint: Complaint) -> bool:
    """Whether the officer who investigates a complaint has left or is leaving."""
    query = select(Complaint.id).where(Complaint.id == complaint.id, _officer_gone())
    return (
        complaint.stage == ComplaintStage.ASSIGNED
        and session.scalar(query.execution_options(unscoped=True)) is not None
    )


def without_lead(session: Session, reader: Actor, today: date) -> int:
    """How many open complaints nobody of management may lead, for all of it has a part or a stake in them (6.3.2).

    Told to those who see that a complaint is there and have no stake: another person has to be given the office.
    """
    if not reader.has("auditor", "complaint_officer"):
        return 0
    query = select(func.count(Complaint.id)).where(
        Complaint.stage != ComplaintStage.CLOSED,
        Complaint.erased_at.is_(None),
        Complaint.to_management,
        ~_led(acting_in(session, "management", today)),
        visible(reader, Complaint),
    )
    return session.scalar(query.execution_options(unscoped=True)) or 0


def _led(management: Collection[int]) -> ColumnElement[bool]:
    """Somebody of those who act for management has neither part nor stake in the complaint."""
    person, party = Employee.__table__.alias("leading"), ComplaintParty.__table__.alias("out")
    out = select(party.c.employee_id).where(
        party.c.complaint_id == Complaint.__table__.c.id, party.c.role.in_((PartyRole.ACCUSED, PartyRole.BARRED))
    )
    query = (
        select(1)
        .select_from(person)
        .where(person.c.user_id.in_(management))
        .where(person.c.id.not_in(out.correlate(Complaint.__table__)))
    )
    return exists(query.correlate(Complaint.__table__))


def _officer_gone() -> ColumnElement[bool]:
    party = ComplaintParty.__table__.alias("investigating")
    person = Employee.__table__.alias("investigator")
    leaves = or_(person.c.status == EmployeeStatus.LEFT, person.c.left_on.is_not(None))
    of_it = (party.c.complaint_id == Complaint.__table__.c.id, party.c.role == PartyRole.OFFICER)
    return exists(select(1).where(*of_it, person.c.id == party.c.employee_id, leaves).correlate(Complaint.__table__))


def complaint_facts(
    session: Session, complaint: Complaint, actor: Actor, today: date, *, attempt: bool = False, reason: str = "",
    officer: int | None = None, cases: Sequence[Review] = (),
) -> Facts:  # fmt: skip
    """A complaint as one actor may act on it; `officer` is who is to be appointed, `cases` those being named."""
    ties, own = stakes(session, complaint, cases), officer_id(complaint)
    # A stake of whoever investigates bars their finding, and never that another is appointed in their place.
    investigator = officer if officer is not None or own != actor.employee_id else own
    return Facts(
        "complaint", complaint.stage, _relations(complaint, actor),
        {
            "attempt": attempt, "reason": reason, "officer_refusal": _officer_refusal(complaint, investigator, ties),
            "conflict_refusal": _voter_refusal(complaint, actor, ties), "separation": _separation(actor, ties),
            "accused_refusal": None if complaint.told_apart else NOT_TOLD_APART,
            "seconded_refusal": NAMED_BY_ONE if _named_alone(complaint) else None,
            "second_refusal": _second_refusal(session, complaint, actor),
            "has_voted": _has_voted(complaint, actor), **_ballot_facts(session, complaint, today, ties),
        },
    )  # fmt: skip


def _relations(complaint: Complaint, actor: Actor) -> frozenset[str]:
    appointed = officer_id(complaint)
    held = {
        # The office acts until a person is appointed: two investigators would be one too many.
        "complaint_officer": actor.has("complaint_officer") and appointed is None,
        "officer": appointed is not None and appointed == actor.employee_id,
        # Once management has stepped in, the committee's offices have nothing to do in it.
        "chair": actor.has("chair") and not complaint.to_management,
        "secretary": actor.has("secretary") and not complaint.to_management,
        "management": actor.has("management") and complaint.to_management,
        "voter": actor.employee_id in party_ids(complaint, *VOTERS),
        "system": actor.is_system,
    }
    return frozenset(name for name, holds in held.items() if holds)


def _officer_refusal(complaint: Complaint, person: int | None, ties: Sequence[CaseTies]) -> Refusal | None:
    if person is None:
        return None
    if person in party_ids(complaint, "accused", "barred") or stake_refusal(person, ties):
        return Refusal("6.3.2", N_("This person has a stake in the matter and cannot investigate it."))
    return None


def _named_alone(complaint: Complaint) -> bool:
    return any(row.reason == NAMED_ALONE for row in complaint.parties)


def _second_refusal(session: Session, complaint: Complaint, actor: Actor) -> Refusal | None:
    if not _named_alone(complaint):
        return Refusal("6.1-a", N_("No one has been named who needs a second person's confirmation."))
    query = select(HistoryStep.actor_id).where(
        HistoryStep.process == "complaint", HistoryStep.record_id == complaint.id, HistoryStep.action == "name_accused"
    )
    named_by = session.scalars(query.order_by(HistoryStep.id.desc()).limit(1)).first()
    return SAME_PERSON if named_by is not None and named_by == actor.user_id else None


def _voter_refusal(complaint: Complaint, actor: Actor, ties: Sequence[CaseTies]) -> Refusal | None:
    # None is nobody: an account without an employee must not be taken for the officer who is not appointed yet.
    if actor.employee_id is not None and actor.employee_id == officer_id(complaint):
        return Refusal("6.3.2", N_("The investigator may not vote on the finding."))
    return stake_refusal(actor.employee_id, ties)


def _separation(actor: Actor, ties: Sequence[CaseTies]) -> Refusal | None:
    return next((found for case in ties if (found := may_judge(ADOPTION, actor.employee_id, case))), None)


def _has_voted(complaint: Complaint, actor: Actor) -> bool:
    return any(ballot.employee_id == actor.employee_id for ballot in ballots_of(complaint))


def ballots_of(complaint: Complaint) -> list[ComplaintBallot]:
    """The ballots of the present round."""
    return [ballot for ballot in complaint.ballots if ballot.round == complaint.round]


def _ballot_facts(
    session: Session, complaint: Complaint, today: date, ties: Sequence[CaseTies]
) -> dict[str, Refusal | None]:
    """Whether the finding is adopted, whether it may go back, whether management names who votes: by ballot alone."""
    if complaint.stage != ComplaintStage.FOUND:
        return {}
    voters = finding_voters(session, complaint, today)
    # A stake found after voting takes the ballot out of the count, not off the record.
    cast = [ballot for ballot in ballots_of(complaint) if stake_refusal(ballot.employee_id, ties) is None]
    # More than half of those cast; a tie adopts nothing, as in the committee.
    ahead = sum(ballot.in_favour for ballot in cast) * 2 > len(cast)
    enough = Refusal(
        "6.3-c", N_("Enough people who are not involved can vote on this finding; no one else is appointed.")
    )
    open_ = {"voters_refusal": None if voters.short else enough}
    if not complaint.told_apart:
        # However the ballot went: those who voted may be those who are meant.
        return {**open_, "finding_refusal": NOT_TOLD_APART, "return_refusal": None}
    if (few := voters.refusal(len(cast))) is not None:
        return {**open_, "finding_refusal": few, "return_refusal": few}
    lost = Refusal("6.3.2", N_("The ballot did not adopt the finding; it goes back to the officer."))
    won = Refusal("6.3.2", N_("The ballot adopted the finding; close the complaint."))
    return {**open_, "finding_refusal": None if ahead else lost, "return_refusal": won if ahead else None}
