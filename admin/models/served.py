"""What becomes of a document when it is issued: its prints, and what those whom it names say to it (3.3.6, 4.3-a)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import PrintKind, ServiceWay
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.documents import IssuedDocument
from admin.models.grades import GradeChange
from admin.models.people import Employee


class DocumentPrint(Entity):
    """A PDF made of a document: the list, or the letters of one department; its bytes never change.

    `changes` are the grade changes whose letters it holds, in their order; `unprintable` names those whose letter could not be
    printed, with the reason. `proof_sequence` and `proof_sha256`: the published head under which its proofs stand.
    """

    __tablename__ = "document_prints"
    __table_args__ = (
        UniqueConstraint("document_id", "kind", "part", name="uq_document_print"),
        one_of("kind", PrintKind, name="ck_document_print_kind"),
    )

    document_id: Mapped[int] = mapped_column(ForeignKey("issued_documents.id"))
    kind: Mapped[str] = mapped_column(String(20))
    part: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200))
    changes: Mapped[list[int]] = mapped_column(JSON, default=list)
    unprintable: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proof_sequence: Mapped[int | None]
    proof_sha256: Mapped[str | None] = mapped_column(String(64))

    document: Mapped[IssuedDocument] = relationship()


class Acknowledgement(Entity):
    """Somebody has read what was served on them: said so in the portal, or signed on paper, whose scan is kept."""

    __tablename__ = "acknowledgements"
    __table_args__ = (
        one_of("way", ServiceWay, name="ck_acknowledgement_way"),
        CheckConstraint("(way = 'paper') = (scan_sha256 IS NOT NULL)", name="ck_acknowledgement_scan"),
    )

    grade_change_id: Mapped[int] = mapped_column(ForeignKey("grade_changes.id"), unique=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("issued_documents.id"), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    way: Mapped[str] = mapped_column(String(20))
    read_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int]
    scan_sha256: Mapped[str | None] = mapped_column(String(64))
    scan_name: Mapped[str | None] = mapped_column(String(255))
    scan_media_type: Mapped[str | None] = mapped_column(String(100))

    change: Mapped[GradeChange] = relationship()
    employee: Mapped[Employee] = relationship()


class ServiceQuestion(Entity):
    """What somebody asks HR about a document that was served on them, and the answer."""

    __tablename__ = "service_questions"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="ck_service_question_answer"),
        Index("ix_service_question_open", "answered_at"),
    )

    grade_change_id: Mapped[int] = mapped_column(ForeignKey("grade_changes.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("issued_documents.id"), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None]

    change: Mapped[GradeChange] = relationship()
    employee: Mapped[Employee] = relationship()
