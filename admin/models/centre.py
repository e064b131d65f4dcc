"""What the centre does with grades: who may handle what, follow-up after a change, the policy read and asked about (6.2)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import FollowUpOutcome
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.grades import Grade, GradeChange
from admin.models.people import Employee


class WorkTask(Entity):
    """A kind of work, and the grades that may handle it from a day on; without a grade at either end nobody is kept out there."""

    __tablename__ = "work_tasks"
    __table_args__ = (
        UniqueConstraint("code", "valid_from", name="uq_work_task_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ck_work_task_order"),
    )

    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(Text, default="")
    lowest_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    highest_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    lowest_grade: Mapped[Grade | None] = relationship(foreign_keys=[lowest_grade_id])
    highest_grade: Mapped[Grade | None] = relationship(foreign_keys=[highest_grade_id])

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class FollowUp(Entity):
    """A note that became due some days after a change of grade; it waits until the superior has written it."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        UniqueConstraint("grade_change_id", "after_days", name="uq_follow_up"),
        CheckConstraint("after_days > 0", name="ck_follow_up_days"),
    )

    grade_change_id: Mapped[int] = mapped_column(ForeignKey("grade_changes.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    after_days: Mapped[int]
    due_on: Mapped[date] = mapped_column(index=True)

    grade_change: Mapped[GradeChange] = relationship()
    employee: Mapped[Employee] = relationship()
    notes: Mapped[list[FollowUpNote]] = relationship(order_by="FollowUpNote.id", viewonly=True)


class FollowUpNote(Entity):
    """What a superior wrote down about how somebody does after a change; a later one corrects the earlier, which stays."""

    __tablename__ = "follow_up_notes"
    __table_args__ = (one_of("outcome", FollowUpOutcome, name="ck_follow_up_outcome"),)

    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_ups.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PolicyReading(Entity):
    """Somebody has said that they have read a version of the policy."""

    __tablename__ = "policy_readings"
    __table_args__ = (UniqueConstraint("version_id", "employee_id", name="uq_policy_reading"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)

    employee: Mapped[Employee] = relationship()


class ReadingRequest(Entity):
    """HR has asked everybody to read a version and to say so; from then on who has not is reminded."""

    __tablename__ = "reading_requests"

    version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"), unique=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PolicyQuestion(Entity):
    """A question about the policy, HR's answer, and the words in which both are published, without a name."""

    __tablename__ = "policy_questions"
    __table_args__ = (
        CheckConstraint("published_at IS NULL OR answered_at IS NOT NULL", name="ck_policy_question_answered"),
        Index("ix_policy_question_published", "published_at"),
    )

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    clause: Mapped[str] = mapped_column(String(20), default="")
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_question: Mapped[str | None] = mapped_column(Text)
    published_answer: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    employee: Mapped[Employee] = relationship()
