"""Who is accused in a complaint and who is kept from it: from the first moment, and anew with each act (6.3.1, 6.3-d)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import VOTERS, ComplaintStage, PartyRole
from admin.domain.recognition import Wording
from admin.models import Complaint, ComplaintCase, ComplaintParty
from admin.operations.transaction import Operation, operation
from admin.queries.committee.committee import chair_of, seats
from admin.queries.complaints.complaints import officer_candidates, words_of
from admin.queries.complaints.recognised import (
    NAMED_ALONE,
    NAMED_IN_TEXT,
    RESEMBLES,
    concerned,
    people,
    resembling,
    told_apart,
)
from admin.queries.complaints.voters import committee_able, officer_id, party_ids, stakes, votes_minimum, with_a_stake
from admin.queries.system.recipients import told_of

WRITTEN_ANEW = (PartyRole.ACCUSED, PartyRole.BARRED)
TAKES_PART = (PartyRole.OFFICER, *VOTERS)


def recognise(op: Operation, complaint: Complaint, accused: str, story: str) -> None:
    """Keep it from those whom it means from the first moment: the accused, and whoever its other words name.

    An officer puts right later what this takes too widely (`name_accused`).
    """
    everybody, listed, told = people(op.session), Wording(accused, listed=True), Wording(story, listed=False)
    named = {who.key for who in everybody if listed.names(who)}
    rest = [who for who in everybody if who.key not in named]
    barred = {who.key: NAMED_IN_TEXT for who in rest if told.names(who) or told.sounds_like(who)}
    barred |= {who.key: RESEMBLES for who in rest if listed.sounds_like(who)}
    complaint.told_apart = told_apart(accused, words_of(complaint).get("meant", "").split("\n"), everybody)
    set_parties(op, complaint, named, barred)


def recognise_more(op: Operation, complaint: Complaint, text: str) -> None:
    """The same for what is written later: an officer whom it names reads it no longer, and another is appointed."""
    told = Wording(text, listed=False)
    bar(
        op,
        complaint,
        {who.key: NAMED_IN_TEXT for who in people(op.session) if told.names(who) or told.sounds_like(who)},
    )


def set_parties(op: Operation, complaint: Complaint, accused: Collection[int], more: Mapping[int, str] = {}) -> None:
    """Write down anew who is accused and who has a stake; an officer among them is one no longer."""
    had_officer = officer_id(complaint) is not None
    drop(op, complaint, [row for row in complaint.parties if row.role in WRITTEN_ANEW or row.employee_id in accused])
    _add_parties(op, complaint, "accused", dict.fromkeys(accused, ""))
    bar(op, complaint, more)
    if had_officer and officer_id(complaint) is None:
        tell(op, complaint, ("chair", "secretary"), "assign")


def name_parties(op: Operation, complaint: Complaint, accused: Collection[int]) -> bool:
    """Write down anew whom an officer names; whether a second person has to confirm it (6.1-a).

    They are out at once, whoever is right: a complaint is read by nobody who may be meant. But where it takes a member of the
    committee from the ballot whom nothing kept from it before, nothing is found on one person's word.
    """
    were = [row for row in complaint.parties if row.role == PartyRole.ACCUSED]
    stand = {row.employee_id for row in were if row.reason != NAMED_ALONE}
    if len(stand) < len(were):
        set_parties(op, complaint, stand)  # nobody's vote is gone by what nobody has confirmed
    before = set(committee_able(op.session, complaint, op.today))
    set_parties(op, complaint, accused)
    if not before - set(committee_able(op.session, complaint, op.today)):
        return False
    for row in complaint.parties:
        if row.role == PartyRole.ACCUSED and row.employee_id not in stand:
            row.reason = NAMED_ALONE
    return True


def drop(op: Operation, complaint: Complaint, rows: Sequence[ComplaintParty | ComplaintCase]) -> None:
    """Take parties or cases off a complaint; one by one, so that each leaves its event in the audit trail."""
    for row in rows:
        # Not set-based: a bare DELETE would leave no event, and who was taken off is what an audit asks.
        op.session.delete(row)
    op.session.flush()
    op.session.refresh(complaint, ["parties", "cases"])


def _add_parties(op: Operation, complaint: Complaint, role: str, found: Mapping[int, str]) -> None:
    complaint.parties += [
        ComplaintParty(employee_id=person, role=role, reason=reason) for person, reason in sorted(found.items())
    ]
    op.session.flush()


def bar(op: Operation, complaint: Complaint, more: Mapping[int, str] = {}, also: Sequence[int] = ()) -> None:
    """Keep out everybody with a stake, whom it concerns by office, and who may be meant; `also` are to come to it.

    Where no committee or no officer is left, management steps in (6.3.2).
    """
    words, today = words_of(complaint), op.today
    found = {
        **more, **resembling(op.session, complaint, words, today, also),
        **concerned(op.session, set(words.get("concerns", "").split("\n")), today),
        **with_a_stake(stakes(op.session, complaint)),
    }  # fmt: skip
    drop(op, complaint, [row for row in complaint.parties if row.role in TAKES_PART and row.employee_id in found])
    known = set(party_ids(complaint, *PartyRole))
    _add_parties(op, complaint, "barred", {person: ground for person, ground in found.items() if person not in known})
    # Said anew each time: it follows from who is left, and a seat may have changed hands.
    complaint.to_management = _committee_is_out(op, complaint)


def _committee_is_out(op: Operation, complaint: Complaint) -> bool:
    today = op.today
    able = committee_able(op.session, complaint, today)
    chair = chair_of(seats(op.session, today))
    chair_out = chair and chair not in able
    nobody = officer_id(complaint) is None and not officer_candidates(op.session, complaint, today)
    return bool(chair_out or nobody or len(able) < votes_minimum(op.session, today))


def keep_out(*, actor: Actor, now: datetime) -> int:
    """Timed: whoever has come into an office and may be meant, or whom a complaint concerns by it, is kept out (6.3-d)."""
    with operation("keep_out", actor=actor, now=now, clause="6.3-d") as op:
        rows = op.session.scalars(
            select(Complaint).where(Complaint.stage != ComplaintStage.CLOSED, Complaint.erased_at.is_(None))
        ).all()
        before = {complaint.id: len(complaint.parties) for complaint in rows}
        for complaint in rows:
            bar(op, complaint)
        return sum(len(complaint.parties) != before[complaint.id] for complaint in rows)


def tell(op: Operation, complaint: Complaint, relations: Sequence[str], action: str) -> None:
    """Tell of an act that is none of the workflow table: by the number alone, nobody who is accused or has a stake."""
    told = told_of(op.session, "complaint", [complaint], relations, today=op.today)
    op.tell(told, "complaint", action, complaint.id, number=complaint.number)
