"""What a result says in one line, and the proof of it that its owner can show to anybody (6.3.3)."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from admin.domain.witness import Published, standing
from admin.models import AuditEvent, AuditSalt, AuditSeal, Employee, Grade, GradeChange, IssuedDocument, ResultStatement
from admin.models.event_form import changes_text, header_hash
from admin.queries.system.audit_chain import inclusion_proof
from admin.queries.system.witness import remembered

EVENTS, SEALS, SALTS = AuditEvent.__table__, AuditSeal.__table__, AuditSalt.__table__
STATEMENTS = ResultStatement.__table__


def statements_of(session: Session, changes: Sequence[int]) -> list[tuple[int, str]]:
    """Each change's line: document, employee's number, grades, and the day from which it holds."""
    before, after = aliased(Grade), aliased(Grade)
    query = (
        select(
            GradeChange.id, IssuedDocument.number, Employee.number, before.code, after.code, GradeChange.effective_on
        )
        .join(IssuedDocument, IssuedDocument.id == GradeChange.document_id)
        .join(Employee, Employee.id == GradeChange.employee_id)
        .outerjoin(before, before.id == GradeChange.from_grade_id)
        .join(after, after.id == GradeChange.to_grade_id)
        .where(GradeChange.id.in_(changes))
        .order_by(GradeChange.id)
    )
    return [
        (key, f"{document} · {number} · {was or '–'} → {now} · {day}")
        for key, document, number, was, now, day in session.execute(query.execution_options(unscoped=True))
    ]


def result_proof(session: Session, change_id: int, under: Published | None = None) -> str | None:
    """The proof of a change's line under a published head, the last one unless another is given.

    None until a head is published that covers it. At most two kilobytes.
    It holds the line and its salt, and of everybody else's nothing but hashes over salted ones.
    """
    row = (
        session.connection()
        .execute(
            select(STATEMENTS.c.text, SALTS.c.salt, SEALS.c.id.label("place"), *EVENTS.c)
            .join(EVENTS, (EVENTS.c.record_type == STATEMENTS.name) & (EVENTS.c.record_id == STATEMENTS.c.id))
            .join(SEALS, SEALS.c.event_id == EVENTS.c.id)
            .join(SALTS, (SALTS.c.record_type == STATEMENTS.name) & (SALTS.c.record_id == STATEMENTS.c.id))
            .where(STATEMENTS.c.grade_change_id == change_id, EVENTS.c.act == "insert")
        )
        .mappings()
        .first()
    )
    head = (under or last_published(session)) if row is not None else None
    if row is None or head is None or head.sequence < row["place"]:
        return None
    path = [_short(each) for each in inclusion_proof(session, row["place"], head.sequence)]
    proof = {
        "text": row["text"], "salt": row["salt"], "changes": changes_text(row["changes"]), "header": header_hash(row),
        "event": row["id"], "place": row["place"], "path": path, "size": head.sequence, "root": head.sha256,
    }  # fmt: skip
    return json.dumps(proof, ensure_ascii=False, separators=(",", ":"))


def sole_change(session: Session, document_id: int) -> int | None:
    """The change that a document about one person is about; None of one that lists several."""
    query = select(GradeChange.id).where(GradeChange.document_id == document_id).limit(2)
    found = session.scalars(query.execution_options(unscoped=True)).all()
    return found[0] if len(found) == 1 else None


def last_published(session: Session) -> Published | None:
    """The head that was published last."""
    return standing(remembered(session)).base


def _short(node: bytes) -> str:
    return base64.urlsafe_b64encode(node).decode().rstrip("=")
