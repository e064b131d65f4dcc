"""Complaints by receipt: filing, messages both ways, acknowledging, recording who is accused (6.3.1).

What a complainant writes goes into the database here and nowhere else. No address, account or browser is known here.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, select

from admin.access.actor import Actor
from admin.domain.calendar import WorkingCalendar, deadline
from admin.domain.codes import CaseStage, ComplaintSubject, CycleKind, Receivers
from admin.domain.receipts import (
    ALPHABET,
    grouped,
    new_receipt,
    receipt_hash,
    receipts_in,
    same_receipt,
    without_receipts,
)
from admin.domain.recognition import pieces
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.domain.texts import printable
from admin.domain.workflow import Facts
from admin.files.uploads import Upload
from admin.models import (
    Complaint,
    ComplaintFile,
    ComplaintMessage,
    Cycle,
    Employee,
    Review,
)
from admin.models.keys import RECEIPTS, key
from admin.models.sealing import new_case_key, seal, seal_identity
from admin.operations.acts import Field, act, declare_process
from admin.operations.complaints.complaint_parties import bar, name_parties, recognise, recognise_more, tell
from admin.operations.transaction import Operation, operation
from admin.queries.complaints.complaints import (
    by_receipt,
    complaint_facts,
    messages_of,
)
from admin.queries.complaints.recognised import NAMED_ALONE
from admin.queries.complaints.voters import officer_id
from admin.queries.policy.rules import ByDay, rules_on
from admin.queries.system.calendar import working_calendar
from config import current

ANYONE = Actor(name="anyone", via="report")
LONGEST_TEXT, LONGEST_LINE, MOST_MESSAGES = 20_000, 500, 200
LONGEST_CASE = 200_000  # characters of all messages of a complaint
DRAWN = 8  # characters of a complaint's number
MOST_FILES, LARGEST_FILES = 5, 20 * 1024 * 1024  # at once
MOST_OF_CASE, LARGEST_OF_CASE = 50, 100 * 1024 * 1024  # of a whole complaint
LARGEST_DAY = 2 * 1024**3  # bytes in a day, from everybody together: nobody's address is known to count by
STORY = ("content", "period", "happened", "evidence")
FILES_LOCK = 20260109
LOCK_DIGITS = 15  # of a hash: a number that the databases hold
FILE_LIMITS = {"most": MOST_FILES, "limit": LARGEST_FILES // 1024 // 1024}
CASE_LIMITS = {"most": MOST_OF_CASE, "limit": LARGEST_OF_CASE // 1024 // 1024}
ACCUSED = Field(
    "accused",
    N_("Employee numbers of the people complained about, separated by commas"),
    required=False,
    into="employee_ids",
    look=lambda op, _complaint, text: [person.id for person in employees_numbered(op, text, "accused")],
)


def _facts(op: Operation, complaint: Complaint, reason: str | None) -> Facts:
    return complaint_facts(op.session, complaint, op.actor, op.today, attempt=reason is not None, reason=reason or "")


declare_process(
    "complaint",
    Complaint,
    _facts,
    state=lambda row: {"id": row.id, "number": row.number, "stage": row.stage},  # nothing of what it is about
)


@dataclass(frozen=True)
class ComplaintInput:
    """What the complaint form holds; `name` and `contact` only where somebody wants to be known.

    `meant` are the names and numbers among the accused that the writer confirmed, `concerns` the offices (`Receivers`)
    that it is about.
    """

    subject: str
    content: str
    accused: str = ""
    period: str = ""
    happened: str = ""
    evidence: str = ""
    meant: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    named: bool = False
    name: str = ""
    contact: str = ""


LIMITS = {
    "content": LONGEST_TEXT, "evidence": LONGEST_TEXT, "accused": LONGEST_LINE, "period": LONGEST_LINE,
    "happened": LONGEST_LINE, "name": LONGEST_LINE, "contact": LONGEST_LINE,
}  # fmt: skip


def receipt_key() -> bytes:
    """The key of the receipts' hashes; beside the database's, so that a copy of the database alone opens nothing."""
    return key(RECEIPTS).encode()


def file_complaint(
    given: ComplaintInput, files: Sequence[Upload] = (), *, once: str = "", now: datetime,
    pay: Callable[[], None] | None = None,
) -> tuple[Complaint, str]:  # fmt: skip
    """File a complaint, named or anonymous; returns it with the receipt code, which is nowhere kept.

    `once` names one opening of the form: sent twice with the same words it is the same complaint and the same code.
    `pay` is what a new one is paid for with, within the transaction; sent twice it is paid for once.
    Raises `Invalid`. An unconfirmed calendar never stands in the way: its working days go by the weekday.
    """
    given = _cleaned(given)
    # The words belong to the key: going back and writing something else is another complaint.
    sent = (once, given, *(each.sha256 for each in files))
    receipt = same_receipt(repr(sent), receipt_key()) if once else new_receipt()
    hashed = receipt_hash(receipt, receipt_key())
    with operation("file_complaint", actor=ANYONE, now=now, clause="6.3.1") as op:
        op.alone(int(hashed[:LOCK_DIGITS], 16))  # a double click waits for the first one, and finds it
        complaint = by_receipt(op.session, hashed)
        if complaint is None:
            if pay is not None:
                pay()
            _check_files(op, files)
            given = replace(given, **{name: without_pasted(op, getattr(given, name))[0] for name in LIMITS})  # type: ignore[arg-type]
            complaint = op.add(_row(op, given, hashed))
            _attach(op, complaint, files)
            recognise(op, complaint, given.accused, "\n".join(getattr(given, name) for name in STORY))
            # Whoever is mentioned is out before anybody is told: an accused officer never hears of it.
            first = "management" if complaint.to_management else "complaint_officer"
            tell(op, complaint, (first,), "file_complaint")
    return complaint, grouped(receipt)


def _cleaned(given: ComplaintInput) -> ComplaintInput:
    texts = {name: printable(getattr(given, name), "").replace("\r\n", "\n").strip() for name in LIMITS}
    faults = {name: N_("At most %(limit)s characters.") for name, most in LIMITS.items() if len(texts[name]) > most}
    if given.subject not in ComplaintSubject.labels():
        faults["subject"] = N_("Choose what it is about.")
    if not texts["content"]:
        faults["content"] = N_("Describe what happened.")
    if set(given.concerns) - set(Receivers.labels()):
        faults["concerns"] = N_("Choose from the list.")
    if given.named and not texts["name"]:
        faults["name"] = N_("Give your name, or choose to stay anonymous.")
    if faults:
        raise Invalid(faults, own={name: {"limit": most} for name, most in LIMITS.items()})
    # What a browser filled in all the same is not kept: anonymous is anonymous.
    if not given.named:
        texts |= {"name": "", "contact": ""}
    meant = tuple(each for each in pieces(texts["accused"]) if each in given.meant)
    return replace(given, meant=meant, **texts)  # type: ignore[arg-type]  # LIMITS names the texts alone


def _row(op: Operation, given: ComplaintInput, hashed: str) -> Complaint:
    days = rules_on(op.session, op.today, ByDay.COMPLAINT).parameters
    bound_to, year = secrets.token_hex(32), op.today.year
    key, identity = new_case_key(bound_to), "\n".join(filter(None, (given.name, given.contact)))
    return Complaint(
        # By chance: a number that counts tells of those that one does not see, and a gap of one about oneself (6.3-d).
        number=f"K{year}-{''.join(secrets.choice(ALPHABET) for _ in range(DRAWN))}",
        receipt_hash=hashed, bound_to=bound_to, received_at=day_of(op), subject=given.subject, named=given.named,
        sealed_key=key, sealed_words=seal(json.dumps(written(given)).encode(), key, bound_to, "words"),
        sealed_identity=seal_identity(identity.encode(), bound_to) if identity else None,
        acknowledge_due=working_days(op, int(days["complaint_acknowledge_days"])),
        answer_due=_days(op, int(days["complaint_answer_days"])),
    )  # fmt: skip


def day_of(op: Operation) -> datetime:
    """The day of an act as a moment, its first: a time to the minute could tell who wrote (6.3-d)."""
    return datetime.combine(op.today, time.min, current().portal_tz).astimezone(UTC)


def written(given: ComplaintInput) -> dict[str, str]:
    """What a complaint says, without who says it."""
    texts = {name: getattr(given, name) for name in LIMITS if name not in ("name", "contact")}
    return texts | {"meant": "\n".join(given.meant), "concerns": "\n".join(given.concerns)}


def sealed_in(complaint: Complaint, words: bytes, place: str) -> bytes:
    """Words sealed for their place in a complaint. Raises `Refused` (6.3.1) for one whose time is over."""
    if complaint.sealed_key is None:
        raise Refused(Refusal("6.3.1", N_("The time for which this complaint is kept is over; its content is erased.")))
    return seal(words, complaint.sealed_key, complaint.bound_to, place)


def too_many_files() -> Invalid:
    """What is answered to more files, or larger ones, than a message may have."""
    return Invalid({"files": N_("Send at most %(most)s files of %(limit)s MB together.")}, FILE_LIMITS)


def _check_files(op: Operation, files: Sequence[Upload], kept: Sequence[ComplaintFile] = ()) -> None:
    """Raise `Invalid` for too many or too large files; also where a flood of them would fill the disk: words always pass."""
    size = sum(each.size for each in files)
    if len(files) > MOST_FILES or size > LARGEST_FILES:
        raise too_many_files()
    if len(kept) + len(files) > MOST_OF_CASE or sum(row.size for row in kept) + size > LARGEST_OF_CASE:
        raise Invalid({"files": N_("A complaint can have at most %(most)s files, %(limit)s MB in all.")}, CASE_LIMITS)
    # The form needs no sign-in: a flood of files must end somewhere, but not by the sender, whom nobody knows.
    today = select(func.sum(ComplaintFile.size)).where(ComplaintFile.received_at >= day_of(op))
    if files:
        op.alone(FILES_LOCK)  # summed and added to by one at a time
    if files and (op.session.scalar(today) or 0) + size > LARGEST_DAY:
        text = N_(
            "So many files came today that no more are taken now. Send your words; add the files tomorrow by your receipt."
        )
        raise Invalid({"files": text})


def _attach(op: Operation, complaint: Complaint, files: Sequence[Upload]) -> None:
    """Keep files, cleaned as evidence is; neither their names nor their bytes are to be read in the database."""
    complaint.files += [
        ComplaintFile(
            sealed_name=sealed_in(complaint, each.original_name.encode(), "name"),
            sealed_bytes=sealed_in(complaint, each.data, "bytes"), size=each.size, received_at=day_of(op), position=place,
        )
        for place, each in enumerate(files, next_position(complaint.files))
    ]  # fmt: skip
    op.session.flush()


def next_position(rows: Sequence[ComplaintFile] | Sequence[ComplaintMessage]) -> int:
    """The place of the next one of a complaint: keys are by chance and times are days, so that neither orders them."""
    return max((row.position for row in rows), default=0) + 1


def working_days(op: Operation, count: int) -> datetime:
    """The moment after so many working days; a year that nobody confirmed goes by the weekday."""
    calendar, year = working_calendar(op.session), op.today.year
    # Guessed on purpose, and only here: a calendar that HR has not confirmed must not keep a complaint out.
    return deadline(op.now, count, current().portal_tz, WorkingCalendar(calendar.days, frozenset({year, year + 1})))


def _days(op: Operation, count: int) -> datetime:
    """The first moment after so many calendar days: the midnight that ends the last."""
    end = op.today + timedelta(days=count + 1)
    return datetime.combine(end, time.min, current().portal_tz).astimezone(UTC)


def reply_as_complainant(
    complaint_id: int, text: str, files: Sequence[Upload] = (), *, now: datetime
) -> tuple[ComplaintMessage, str | None]:
    """A message, with files or without, from whoever holds the receipt; the caller has found the complaint by it.

    A receipt that was pasted into it is taken out; this complaint's own is replaced, and the new one is returned beside
    the message. Raises `Invalid`.
    """
    with operation("reply_as_complainant", actor=ANYONE, now=now, clause="6.3.1") as op:
        # Locked before its messages and files are counted; what has ended meanwhile takes no words that nobody would erase.
        mine = select(Complaint).where(Complaint.id == complaint_id, Complaint.erased_at.is_(None))
        complaint = op.locked(mine).first()
        if complaint is None:
            raise NotFound(f"Complaint {complaint_id}")
        op.session.expire(complaint, ["messages", "files", "parties"])  # what was read before is read again
        _check_files(op, files, complaint.files)
        text, pasted = without_pasted(op, cleaned_message(text))
        row = _message(op, complaint, text, from_complainant=True)
        _attach(op, complaint, files)
        recognise_more(op, complaint, text)
        tell(op, complaint, ("complaint_officer",) if officer_id(complaint) is None else ("officer",), "reply")
        own = pasted.get(complaint.receipt_hash)
        receipt = next_receipt(own, text) if own else None
        if receipt is not None:
            complaint.receipt_hash = receipt_hash(receipt, receipt_key())
        return row, grouped(receipt) if receipt else None


def cleaned_message(text: str) -> str:
    """A message as it is kept."""
    return printable(text, "").replace("\r\n", "\n").strip()


def next_receipt(code: str, message: str) -> str:
    """The code that replaces one which was pasted into a message, the same for the same sending (a double click)."""
    return same_receipt(repr(("in its place", code, message)), receipt_key())


def without_pasted(op: Operation, text: str) -> tuple[str, dict[str, str]]:
    """A text with each receipt in it masked, and these by their hashes: whoever reads one can write as its holder."""
    codes = {receipt_hash(code, receipt_key()): code for _start, _end, code in receipts_in(text)}
    query = select(Complaint.receipt_hash).where(Complaint.receipt_hash.in_(codes))
    known = set(op.session.scalars(query.execution_options(unscoped=True))) if codes else set()
    pasted = {hashed: codes[hashed] for hashed in known}
    return without_receipts(text, set(pasted.values())), pasted


def _message(op: Operation, complaint: Complaint, text: str, *, from_complainant: bool) -> ComplaintMessage:
    if not text or len(text) > LONGEST_TEXT:
        raise Invalid({"text": N_("Write a message of at most 20,000 characters.")})
    sent = messages_of(complaint)
    # Only against the last one: the same words may be said again later, a double click may not.
    repeated = [row for row in sent[-1:] if (row.text, row.from_complainant) == (text, from_complainant)]
    if repeated or len(sent) >= MOST_MESSAGES or sum(len(row.text) for row in sent) + len(text) > LONGEST_CASE:
        raise Invalid({"text": N_("This message was received already, or there are too many.")})
    row = op.add(
        ComplaintMessage(
            complaint_id=complaint.id, from_complainant=from_complainant, sent_at=day_of(op),
            sealed_text=sealed_in(complaint, text.encode(), "message"), position=next_position(complaint.messages),
        )
    )  # fmt: skip
    op.session.refresh(complaint, ["messages"])
    return row


@act("complaint", "acknowledge")
def acknowledge(complaint_id: int, *, actor: Actor, now: datetime) -> Complaint:
    """A person has read it: the complainant sees so by the receipt, and the committee is told to appoint an officer."""
    with operation("acknowledge", actor=actor, now=now, clause="6.3.1") as op:
        complaint = op.find(Complaint, complaint_id)
        # First: whoever has come into an office since, and may be meant, is not told.
        bar(op, complaint)
        op.step(complaint, complaint_facts(op.session, complaint, actor, op.today), "acknowledge")
        complaint.acknowledged_at = day_of(op)
        return complaint


@act("complaint", "reply", Field("text", N_("Message to the complainant")))
def reply(complaint_id: int, text: str, *, actor: Actor, now: datetime) -> ComplaintMessage:
    """A message to the complainant, who reads it by the receipt. Raises `Invalid`, `Refused`."""
    with operation("reply", actor=actor, now=now, clause="6.3.1") as op:
        complaint = op.find(Complaint, complaint_id)
        op.step(complaint, complaint_facts(op.session, complaint, actor, op.today), "reply")
        return _message(op, complaint, cleaned_message(text), from_complainant=False)


@act("complaint", "name_accused", ACCUSED)
def name_accused(complaint_id: int, employee_ids: Sequence[int], *, actor: Actor, now: datetime) -> Complaint:
    """Record who is accused, all of them anew: they and everybody with a stake find no trace of it from now on (6.3.1).

    An officer among them loses it too, and the committee is told that it needs another. Where it keeps members from the
    ballot, a second person confirms it before anything is found.
    """
    with operation("name_accused", actor=actor, now=now, clause="6.3.1") as op:
        complaint = op.find(Complaint, complaint_id)
        for person in employee_ids:
            op.get(Employee, person)
        op.step(complaint, complaint_facts(op.session, complaint, actor, op.today), "name_accused")
        complaint.told_apart = True
        if name_parties(op, complaint, set(employee_ids)):
            tell(op, complaint, ("management",) if complaint.to_management else ("chair", "secretary"), "name_accused")
        return complaint


@act("complaint", "confirm_accused")
def confirm_accused(complaint_id: int, *, actor: Actor, now: datetime) -> Complaint:
    """A second person confirms whom an officer has named, where that keeps members of the committee from the ballot (6.1-a)."""
    with operation("confirm_accused", actor=actor, now=now, clause="6.1-a") as op:
        complaint = op.find(Complaint, complaint_id)
        op.step(complaint, complaint_facts(op.session, complaint, actor, op.today), "confirm_accused")
        for row in complaint.parties:
            row.reason = "" if row.reason == NAMED_ALONE else row.reason
        return complaint


def employees_numbered(op: Operation, text: str, field: str) -> list[Employee]:
    """The employees whose numbers stand in a text, between commas or spaces; raises `Invalid` for an unknown one."""
    numbers = list(dict.fromkeys(filter(None, re.split(r"[\s,;，、；]+", text))))
    found = {row.number: row for row in op.session.scalars(select(Employee).where(Employee.number.in_(numbers)))}
    if missing := [number for number in numbers if number not in found]:
        raise Invalid({field: N_("There is no employee with the number %(number)s.")}, {"number": missing[0]})
    return [found[number] for number in numbers]


def latest_cases(op: Operation, people: Sequence[Employee], field: str) -> list[Review]:
    """Each person's latest review that counts; raises `Invalid` for somebody without one."""
    found = []
    for person in people:
        query = select(Review).where(Review.employee_id == person.id, Review.stage != CaseStage.CANCELLED)
        query = query.join(Cycle).where(Cycle.kind != CycleKind.REHEARSAL).order_by(Review.id.desc())
        case = op.session.scalars(query).first()
        if case is None:
            raise Invalid({field: N_("The employee %(number)s has no review.")}, {"number": person.number})
        found.append(case)
    return found
