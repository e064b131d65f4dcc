"""Letters of a document and what people say to them: printed, acknowledged, asked about, answered (3.3.6, 4.2, 4.3-a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import PrintKind, ServiceWay
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.domain.witness import Published
from admin.files.uploads import Upload
from admin.models import Acknowledgement, DocumentPrint, Employee, GradeChange, IssuedDocument, ServiceQuestion
from admin.operations.cases.evidence import keep_file, note_verdict
from admin.operations.people.people import require_hr
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.actors import acting_in
from admin.queries.cases.own_case import why_not_ones_own
from admin.queries.outcome.letters import LetterPart, change_for, count_parts, prints_of
from admin.queries.system.calendar import company_day

LETTERS_JOB = "print_letters"
CLAUSE = "3.3.6"
LONGEST_TEXT = 4000


def prepare_letters(document_id: int, *, actor: Actor, now: datetime) -> int:
    """HR has the letters of a document printed by the worker; returns how many files are still to make.

    Asked again it goes on where it stood: what is printed is never printed twice.
    """
    with operation("prepare_letters", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        document = op.find(IssuedDocument, document_id)
        missing = count_parts(op.session, document) - len(prints_of(op.session, document.id, PrintKind.LETTERS))
        if missing > 0:
            op.job(LETTERS_JOB, {"document_id": document.id})
            op.note("letters", "issued_documents", document.id, {"files": [None, missing]})
    return missing


def record_print(
    document_id: int,
    kind: PrintKind,
    part: LetterPart,
    sha256: str,
    under: Published | None = None,
    unprintable: Sequence[Mapping[str, str]] = (),
    *,
    actor: Actor,
    now: datetime,
) -> DocumentPrint:
    """A print has these bytes. Raises `Refused` where it had others before: the first are what was handed out."""
    with operation("record_print", actor=actor, now=now, clause=CLAUSE) as op:
        document = op.get(IssuedDocument, document_id)
        known = next((row for row in prints_of(op.session, document_id, kind) if row.part == part.part), None)
        if known is None:
            return op.add(
                DocumentPrint(
                    document_id=document_id, kind=kind, part=part.part, title=part.title, changes=list(part.changes),
                    unprintable=[dict(each) for each in unprintable], sha256=sha256, made_at=now,
                    proof_sequence=under.sequence if under else None, proof_sha256=under.sha256 if under else None,
                )
            )  # fmt: skip
        if known.sha256 != sha256:
            reason = N_("The document %(number)s was rendered with other bytes before.")
            raise Refused(Refusal(CLAUSE, reason, {"number": document.number}))
    return known


def acknowledge(document_id: int, *, actor: Actor, now: datetime) -> Acknowledgement:
    """The person says that they have read what a document says of them; saying it again changes nothing.

    Raises `NotFound` for a document that does not name the actor: nobody acknowledges for another.
    """
    with operation("acknowledge_document", actor=actor, now=now, clause=CLAUSE) as op:
        change = change_for(op.session, document_id, actor.employee_id)
        if (known := _known(op, change)) is not None:
            return known
        return op.add(_acknowledgement(op, change, ServiceWay.PORTAL, op.today))


@dataclass(frozen=True)
class PaperInput:
    """A signed copy that came back on paper: whose letter, the day that stands on it, its scan."""

    change_id: int
    read_on: date
    scan: Upload


def acknowledge_on_paper(given: PaperInput, *, actor: Actor, now: datetime) -> Acknowledgement:
    """HR records that somebody signed for their letter on paper.

    Raises `Refused` (3.3-d) for HR's own letter and (3.3.6) where it is acknowledged already, `Invalid` for a day before the
    document or after today.
    """
    with operation("acknowledge_on_paper", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        change = op.find(GradeChange, given.change_id)
        if change.document is None:
            raise NotFound(f"letter {given.change_id}")
        if own := why_not_ones_own(change.employee_id, actor):
            raise Refused(own)
        if _known(op, change) is not None:
            raise Refused(Refusal(CLAUSE, N_("This letter is acknowledged already.")))
        issued = company_day(change.document.issued_at)
        if not issued <= given.read_on <= op.today:
            facts = {"first": issued.isoformat(), "last": op.today.isoformat()}
            raise Invalid({"read_on": N_("Choose a day from %(first)s to %(last)s.")}, facts)
        keep_file(given.scan)
        note_verdict(op, given.scan.sha256, True)
        row = _acknowledgement(op, change, ServiceWay.PAPER, given.read_on)
        row.scan_sha256, row.scan_name = given.scan.sha256, given.scan.original_name
        row.scan_media_type = given.scan.mime
        return op.add(row)


def _known(op: Operation, change: GradeChange) -> Acknowledgement | None:
    # Locked, so that of two at once the second finds the first one's.
    op.locked(select(GradeChange).where(GradeChange.id == change.id)).one()
    query = select(Acknowledgement).where(Acknowledgement.grade_change_id == change.id)
    return op.session.scalars(query.execution_options(unscoped=True)).first()


def _acknowledgement(op: Operation, change: GradeChange, way: ServiceWay, read_on: date) -> Acknowledgement:
    return Acknowledgement(
        grade_change_id=change.id, document_id=change.document_id, employee_id=change.employee_id, way=way, read_on=read_on,
        recorded_at=op.now, recorded_by_id=op.actor.user_id or 0,
    )  # fmt: skip


def ask_about(document_id: int, text: str, *, actor: Actor, now: datetime) -> ServiceQuestion:
    """The person asks HR about their letter. Raises `NotFound`, `Invalid` without a text or with one that is too long."""
    with operation("ask_about_document", actor=actor, now=now, clause=CLAUSE) as op:
        change = change_for(op.session, document_id, actor.employee_id)
        words = _text(text)
        row = op.add(
            ServiceQuestion(
                grade_change_id=change.id,
                document_id=document_id,
                employee_id=change.employee_id,
                text=words,
                asked_at=now,
            )
        )
        op.tell(acting_in(op.session, "hr", op.today), "letter", "ask", document_id)
    return row


def answer_question(question_id: int, text: str, *, actor: Actor, now: datetime) -> ServiceQuestion:
    """HR answers; the person is told. Raises `Refused` (3.3-d) for one's own question, (3.3.6) for an answered one, `Invalid`."""
    with operation("answer_question", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        row = op.find(ServiceQuestion, question_id)
        if own := why_not_ones_own(row.employee_id, actor):
            raise Refused(own)
        if row.answered_at is not None:
            raise Refused(Refusal(CLAUSE, N_("This question is answered already.")))
        row.answer, row.answered_at, row.answered_by_id = _text(text), now, actor.user_id
        op.tell([op.get(Employee, row.employee_id).user_id], "letter", "answer", row.document_id)
    return row


def _text(given: str) -> str:
    words = given.strip()
    if not words:
        raise Invalid({"text": N_("This is needed.")})
    if len(words) > LONGEST_TEXT:
        facts: dict[str, Any] = {"most": LONGEST_TEXT}
        raise Invalid({"text": N_("At most %(most)s characters.")}, facts)
    return words
