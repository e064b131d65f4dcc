"""Honours, and nominations for management posts (5.2.2, 5.2.3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import CandidateStage, HonourStage, ManagementPost
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.grades import Grade
from admin.models.people import Employee


class Honour(Entity):
    """An honour: for whom, of which year, why, who nominated and decided; published while the stage says consent."""

    __tablename__ = "honours"
    __table_args__ = (
        one_of("stage", HonourStage, name="ck_honour_stage"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> recorded_by_id", name="ck_honour_two_people"),
        Index("ix_honour_year", "year", "stage"),
    )

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(100))
    printed_name: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)
    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"))
    stage: Mapped[str] = mapped_column(String(20), default="nominated")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    employee: Mapped[Employee] = relationship()
    grade: Mapped[Grade] = relationship()


class Nomination(Entity):
    """A nomination for a management post: by whom and why, and what was decided."""

    __tablename__ = "candidates"
    __table_args__ = (
        one_of("stage", CandidateStage, name="ck_candidate_stage"),
        one_of("post", ManagementPost, name="ck_candidate_post"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> recorded_by_id", name="ck_candidate_two_people"),
    )

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    post: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"))
    stage: Mapped[str] = mapped_column(String(20), default="nominated", index=True)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    employee: Mapped[Employee] = relationship()
    grade: Mapped[Grade] = relationship()
