"""What the letters of a document say to each whom it names, and how they are parted for printing (3.3.6, 4.1.2, 4.2, 4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.domain.codes import ChangeKind, PrintKind
from admin.domain.refusals import NotFound
from admin.domain.witness import Published
from admin.models import Department, Determination, DocumentPrint, Employee, GradeChange, IssuedDocument, Review
from admin.queries.outcome import document_words as words
from admin.queries.outcome import letter_words
from admin.queries.outcome.document_words import document_wording, language_of, said
from admin.queries.outcome.documents import grounds_of, proof_of, rows_by_change
from admin.queries.outcome.statements import last_published
from admin.queries.system.calendar import company_day
from admin.queries.system.chunks import chunks
from config import current

MOST_IN_A_PRINT = 500
# Without a case: the reason is the one that HR gave and management approved.
OF_MANAGEMENT = (ChangeKind.ADJUSTMENT, ChangeKind.TAKEOVER_CORRECTION, ChangeKind.WITHDRAWAL, ChangeKind.CORRECTION)


@dataclass(frozen=True)
class LetterPart:
    """The letters that go into one file: a department's, or as many of them as one file holds."""

    part: int
    title: str
    changes: Sequence[int]


def parts_of(session: Session, document: IssuedDocument) -> list[LetterPart]:
    """The letters of a document by department, in the order of its list, at most `MOST_IN_A_PRINT` a file."""
    rows, found = rows_by_change(session, document), list[LetterPart]()
    for department, some in groupby(rows, key=lambda row: row[1]["department"]):
        keys = [key for key, _ in some]
        pieces = [keys[at : at + MOST_IN_A_PRINT] for at in range(0, len(keys), MOST_IN_A_PRINT)]
        for number, piece in enumerate(pieces, 1):
            title = department if len(pieces) == 1 else f"{department} {number}"
            found.append(LetterPart(len(found), title, piece))
    return found


def count_parts(session: Session, document: IssuedDocument) -> int:
    """How many files that makes."""
    named = (
        select(func.count().label("letters"))
        .select_from(GradeChange)
        .join(Employee, Employee.id == GradeChange.employee_id)
        .outerjoin(Review, Review.id == GradeChange.review_id)
        .join(Department, Department.id == func.coalesce(Review.department_id, Employee.department_id))
        .where(GradeChange.document_id == document.id)
        .group_by(Department.name)
        .subquery()
    )
    files = select(func.sum((named.c.letters + MOST_IN_A_PRINT - 1) // MOST_IN_A_PRINT))
    return int(session.scalar(files.execution_options(unscoped=True)) or 0)


def prints_of(session: Session, document_id: int, kind: PrintKind) -> list[DocumentPrint]:
    """What has been printed of a document, in its order, past the reader's scope."""
    query = select(DocumentPrint).where(DocumentPrint.document_id == document_id, DocumentPrint.kind == kind)
    return list(session.scalars(query.order_by(DocumentPrint.part).execution_options(unscoped=True)))


def letters_of(
    session: Session, document: IssuedDocument, changes: Sequence[int], under: Published | None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each change's letter in the order given, as the template reads it; `proof_code` is the proof or ""."""
    language, only = language_of(document.title), changes[0] if len(changes) == 1 else None
    by_change = dict(rows_by_change(session, document, only))
    grounds, reasons = grounds_of(session, document), _reasons(session, changes)
    kinds = {row.id: row for row in _changes(session, changes)}
    for key in changes:
        row, change = by_change[key], kinds[key]
        yield (
            key,
            letter_of(document, row, change, reasons.get(key) or "", language)
            | {
                "grounds": [grounds[row["number"]]] if row["number"] in grounds else [],
                **proof_of(session, key, under, language),
            },
        )


def letter_of(
    document: IssuedDocument, row: Mapping[str, str], change: GradeChange, reason: str, language: str
) -> dict[str, Any]:
    """What a letter says beside grounds and proof: of a row as the document prints it, and its change."""
    wording, letter = document_wording(document.kind), letter_words.WORDING[change.kind]
    by = said(letter_words.by_whom(document.kind), language)
    given = {"by": by, "before": row["from_grade"], "after": row["to_grade"], "day": row["effective_on"]}
    if document.supersedes is not None:
        given["document"] = document.supersedes.number
    return {
        "company": said(current().portal_company, language),
        "title": said(letter.title, language),
        "document_number": document.number,
        "addressee": said(letter_words.ADDRESSEE, language).format(**row),
        "statement": said(letter.statement, language).format(**given),
        "legal_basis": wording.legal_basis(language, change.clause),
        "appeal": said(wording.appeal, language).format(days=document.appeal_days),
        "closing": said(words.CLOSING, language),
        "signatory": said(words.SIGNATORY, language),
        "issued_on": company_day(document.issued_at).isoformat(),
        "facts": _facts(row, change, reason, language),
    }


def _facts(row: Mapping[str, str], change: GradeChange, reason: str, language: str) -> list[tuple[str, str]]:
    moved = change.from_grade_id != change.to_grade_id
    pay = letter_words.PAY if moved else letter_words.PAY_UNCHANGED
    found = [(said(words.HEADINGS[name], language), row[name]) for name in ("from_grade", "to_grade", "effective_on")]
    found += [(said(letter_words.PAY_HEADING, language), said(pay, language))]
    return [*found, (said(letter_words.REASON, language), reason)] if reason else found


def _changes(session: Session, keys: Sequence[int]) -> Iterator[GradeChange]:
    for some in chunks(keys):
        query = select(GradeChange).where(GradeChange.id.in_(some))
        yield from session.scalars(query.execution_options(unscoped=True))


def _reasons(session: Session, keys: Sequence[int]) -> dict[int, str]:
    """Why: of an adjustment what HR gave for it, of a case what was given for its last determination."""
    found: dict[int, str] = {}
    for some in chunks(keys):
        last = (
            select(func.max(Determination.seq))
            .where(Determination.review_id == GradeChange.review_id)
            .correlate(GradeChange)
            .scalar_subquery()
        )
        query = (
            select(GradeChange.id, GradeChange.kind, GradeChange.reason, Determination.reason.label("determined"))
            .outerjoin(Determination, (Determination.review_id == GradeChange.review_id) & (Determination.seq == last))
            .where(GradeChange.id.in_(some))
        )
        for row in session.execute(query.execution_options(unscoped=True)):
            own = row.kind in OF_MANAGEMENT
            found[row.id] = (row.reason if own else row.determined) or ""
    return found


def reasons_of_cases(session: Session, cases: Sequence[int]) -> dict[int, str]:
    """By case the reason of its last determination, as the letter would give it."""
    rows = (
        select(Determination.review_id, Determination.reason)
        .where(Determination.review_id.in_(cases))
        .order_by(Determination.seq)
    )
    return {key: reason or "" for key, reason in session.execute(rows.execution_options(unscoped=True))}


def change_for(session: Session, document_id: int, employee_id: int | None) -> GradeChange:
    """What a document changed for one person. Raises `NotFound` where it does not name them."""
    query = select(GradeChange).where(
        GradeChange.document_id == document_id, GradeChange.employee_id == (employee_id or 0)
    )
    row = session.scalars(query.execution_options(unscoped=True)).first()
    if row is None:
        raise NotFound(f"letter of document {document_id}")
    return row


def head_of_prints(session: Session, document_id: int) -> Published | None:
    """The head under which the letters of a document stand: that of the first print, else the one published last."""
    for row in prints_of(session, document_id, PrintKind.LETTERS):
        if row.proof_sequence is not None and row.proof_sha256 is not None:
            return Published(row.proof_sequence, row.proof_sha256, "")
        return None  # printed without proofs
    return last_published(session)
