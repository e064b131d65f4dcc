"""Formal documents: a number per year without gaps, the bytes' hash, the effective date (3.3.6)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import ChangeStage, DocumentKind, TakesBack
from admin.models.accounts import User
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.cycles import Cycle
from admin.models.grades import Grade

OPEN = text("stage = 'proposed'")

IN_USE = text("in_use")


class DocumentTemplate(Entity):
    """A version of HR's own layout of documents: the file by its hash, who brought it, and the second person who put it into use.

    In use is the one that was put into use and is not retired; none: documents take the layout that ships.
    """

    __tablename__ = "document_templates"
    __table_args__ = (
        # Two persons: held here too, because rows can be written past the operations.
        CheckConstraint("used_by_id IS NULL OR used_by_id <> brought_by_id", name="ck_document_template_two_people"),
        CheckConstraint("(used_at IS NULL) = (used_by_id IS NULL)", name="ck_document_template_used"),
        Index("uq_document_template_in_use", "in_use", unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE),
    )

    version: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(100))
    brought_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    brought_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    in_use: Mapped[bool] = mapped_column(default=False)

    brought_by: Mapped[User] = relationship(foreign_keys=[brought_by_id])
    used_by: Mapped[User | None] = relationship(foreign_keys=[used_by_id])

    def __str__(self) -> str:
        return str(self.version)


class IssuedDocument(Entity):
    """An issued document; never edited, only superseded by another.

    `appeal_days`: how many working days from service the person has to appeal, where the document itself is served (4.3-a).
    `head_sequence` and `head_sha256`: the audit trail's head when it was issued, which the document prints (6.3.3).
    `proof_sequence` and `proof_sha256`: the published head under which the proof stands that a document about one person prints.
    `template_id`: the version of HR's own layout that was in use when it was issued; None for the one that ships.
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
    template_id: Mapped[int | None] = mapped_column(ForeignKey("document_templates.id"))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("issued_documents.id"))

    cycle: Mapped[Cycle | None] = relationship()
    supersedes: Mapped[IssuedDocument | None] = relationship(remote_side="IssuedDocument.id")

    def __str__(self) -> str:
        return self.number


class DocumentWithdrawal(Entity):
    """The proposal to take a document back, or to correct it, by another: HR's with its reason, decided by management (1.2-f).

    `changes` are the document's grade changes that it concerns; `grade` the one that holds instead, where it is corrected to
    another. `issued` is the document that did it.
    """

    __tablename__ = "document_withdrawals"
    __table_args__ = (
        one_of("kind", TakesBack, name="ck_document_withdrawal_kind"),
        one_of("stage", ChangeStage, name="ck_document_withdrawal_stage"),
        # Two persons: held here too, because rows can be written past the operations.
        CheckConstraint("stage <> 'issued' OR decided_by_id <> proposed_by_id", name="ck_document_withdrawal_two_people"),
        CheckConstraint("issued_id IS NULL OR stage = 'issued'", name="ck_document_withdrawal_issued"),
        Index(
            "uq_document_withdrawal_open", "document_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        ),
    )  # fmt: skip

    document_id: Mapped[int] = mapped_column(ForeignKey("issued_documents.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20), default="proposed")
    reason: Mapped[str] = mapped_column(Text)
    effective_on: Mapped[date]
    grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    changes: Mapped[list[int]] = mapped_column(JSON, default=list)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    issued_id: Mapped[int | None] = mapped_column(ForeignKey("issued_documents.id"))

    document: Mapped[IssuedDocument] = relationship(foreign_keys=[document_id])
    issued: Mapped[IssuedDocument | None] = relationship(foreign_keys=[issued_id])
    grade: Mapped[Grade | None] = relationship()

    def __str__(self) -> str:
        return self.document.number
