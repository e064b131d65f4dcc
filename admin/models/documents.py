"""Formal documents: a number per year without gaps, the bytes' hash, the effective date (3.3.6)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import DocumentKind
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.cycles import Cycle


class IssuedDocument(Entity):
    """An issued document; never edited, only superseded by another.

    `appeal_days`: how many working days from service the person has to appeal, where the document itself is served (4.3-a).
    `head_sequence` and `head_sha256`: the audit trail's head when it was issued, which the document prints (6.3.3).
    `proof_sequence` and `proof_sha256`: the published head under which the proof stands that a document about one person prints.
    `left_out` names whoever could not be in it, with clause, reason and facts of the refusal, and the employee's number.
    """

    __tablename__ = "issued_documents"
    __table_args__ = (
        # The lock gives numbers without gaps; this keeps two from having one, should the lock ever be gone round.
        UniqueConstraint("year", "serial", name="uq_document_serial"),
        one_of("kind", DocumentKind, name="ck_document_kind"),
    )

    number: Mapped[str] = mapped_column(String(40), unique=True)
    year: Mapped[int]
    serial: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycles.id"), index=True)
    issued_by_id: Mapped[int]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    effective_on: Mapped[date]
    sha256: Mapped[str | None] = mapped_column(String(64))
    appeal_days: Mapped[int | None]
    left_out: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    head_sequence: Mapped[int | None]
    head_sha256: Mapped[str | None] = mapped_column(String(64))
    proof_sequence: Mapped[int | None]
    proof_sha256: Mapped[str | None] = mapped_column(String(64))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("issued_documents.id"))

    cycle: Mapped[Cycle | None] = relationship()
    supersedes: Mapped[IssuedDocument | None] = relationship(remote_side="IssuedDocument.id")

    def __str__(self) -> str:
        return self.number
