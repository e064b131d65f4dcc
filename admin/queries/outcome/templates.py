"""HR's own templates of documents: their versions, what they may name, and what they are filled with on trial (3.3.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import DocumentKind
from admin.domain.refusals import N_
from admin.models import DocumentTemplate, Employee, GradeChange, IssuedDocument
from admin.queries.outcome.document_words import HEADINGS, NUMBER, WORDING, document_wording, said, title_of
from admin.queries.outcome.documents import document_context
from admin.queries.outcome.grade_on import standing_of
from admin.queries.policy.rules import ByDay, rules_on
from admin.queries.system.calendar import company_day
from admin.queries.system.paging import Paged, paged
from config import current

ROWS_ON_TRIAL = 300
KINDS = {code: label for code, label in DocumentKind.labels().items() if code in WORDING}
FIELD_LABELS: Mapping[str, str] = {
    "company": N_("Name of the company"),
    "document_number": N_("Document number"),
    "title": N_("Document title"),
    "issued_on": N_("Day of issue"),
    "effective_on": N_("Effective from"),
    "legal_basis": N_("What the document is based on"),
    "clauses": N_("The clauses in full (repeated)"),
    "introduction": N_("The opening sentence"),
    "headings": N_("Headings of the list, each by its name"),
    "rows": N_("The people (repeated): each with the names below"),
    "grounds": N_("Grounds of demotions and how the person was heard (repeated)"),
    "appeal": N_("How and until when one may appeal"),
    "closing": N_("The closing sentence"),
    "signatory": N_("Who signs"),
    "head": N_("Head of the audit trail"),
    "proof": N_("Proof of one person's result, in words"),
    "proof_code": N_("The same as a QR code"),
}


@dataclass(frozen=True)
class TemplatePage:
    """The versions, newest first, which is in use, and the fields with an example of each."""

    versions: Paged[DocumentTemplate]
    in_use: DocumentTemplate | None
    kinds: Mapping[str, str]
    reader: Actor
    fields: list[tuple[str, str, str]]
    row_fields: list[tuple[str, str, str]]


def template_in_use(session: Session) -> DocumentTemplate | None:
    """HR's layout for what is issued now; None for the one that ships."""
    query = select(DocumentTemplate).where(DocumentTemplate.in_use)
    return session.scalars(query.execution_options(unscoped=True)).first()


def template_page(session: Session, reader: Actor, now: datetime, wanted: int, language: str) -> TemplatePage:
    """What HR sees of its templates, in the reader's language."""
    beside = joinedload(DocumentTemplate.brought_by), joinedload(DocumentTemplate.used_by)
    query = select(DocumentTemplate).options(*beside).order_by(DocumentTemplate.version.desc())
    example = _sample(session, DocumentKind.ANNUAL, now)
    row = example["rows"][0]
    return TemplatePage(
        paged(session, query, wanted),
        template_in_use(session),
        KINDS,
        reader,
        [(name, label, _shown(example[name])) for name, label in FIELD_LABELS.items()],
        [(name, said(HEADINGS[name], language), value) for name, value in row.items()],
    )


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    return (
        "\n".join(map(str, value)) if not isinstance(value, Mapping) and all(isinstance(x, str) for x in value) else ""
    )


def employee_with(session: Session, number: str) -> Employee | None:
    """The employee with a number; None where nobody has it, or the reader may not see them."""
    return session.scalars(select(Employee).where(Employee.number == number)).first()


def samples(session: Session, now: datetime) -> list[dict[str, Any]]:
    """One context for each kind of document, as it would be issued today; the first names some hundred people."""
    found = [_sample(session, kind, now) for kind in DocumentKind if kind in WORDING]
    return [found[0] | {"rows": found[0]["rows"] * ROWS_ON_TRIAL}, *found[1:]]


def preview_context(session: Session, kind: DocumentKind, person: Employee, now: datetime) -> dict[str, Any]:
    """What a document of a kind says of one person: of the last that names them, or with their present grade where none does."""
    query = (
        select(GradeChange)
        .join(IssuedDocument, IssuedDocument.id == GradeChange.document_id)
        .where(GradeChange.employee_id == person.id, IssuedDocument.kind == kind)
        .order_by(GradeChange.id.desc())
    )
    change = session.scalars(query.limit(1)).first()
    if change is None or change.document is None:
        return _sample(session, kind, now, person)
    return document_context(session, change.document, change=change.id)


def _sample(session: Session, kind: DocumentKind, now: datetime, person: Employee | None = None) -> dict[str, Any]:
    """The context of a document that is not there: dated today, of nobody or of one person as they stand."""
    today, language = company_day(now), current().portal_language
    document = IssuedDocument(
        id=0, kind=kind, title=title_of(kind, today.year, language), issued_at=now, effective_on=today,
        number=said(NUMBER, language).format(year=today.year, serial=0), appeal_days=None,
    )  # fmt: skip
    if document_wording(kind).served:
        document.appeal_days = int(rules_on(session, today, ByDay.SERVED).parameters["notice_days"])
    held = standing_of(session, person.id, today).held if person else None
    grade = getattr(held.grade, f"name_{language}") if held else "—"
    return document_context(session, document) | {
        "rows": [
            {
                "number": person.number if person else "E000",
                "name": person.name if person else "𠮷田　樣",
                "department": person.department.name if person and person.department else "—",
                "from_grade": grade,
                "to_grade": grade,
                "effective_on": document.effective_on.isoformat(),
            }
        ]
    }
