"""The ladder, what it pays, and the grade file: intervals, changes (2, 3.3.6, 5.1)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import ChangeKind, ChangeStage
from admin.models.amounts import AMOUNT
from admin.models.base import Entity, UtcDateTime, one_of

if TYPE_CHECKING:
    from admin.models.documents import IssuedDocument
    from admin.models.people import Employee

# Of the changes that stand outside a case, one of a person at a time is under way (4.3-b).
LIVE_CHANGE = text("kind IN ('adjustment', 'takeover_correction') AND stage IN ('draft', 'proposed', 'approved')")


class Grade(Entity):
    """A grade by its code, which is for ever; level, step, `order` and names are shown as in the version in force (2.1).

    Which grade stands above which is a question to a version's own ladder (`queries.policy.rules`), never to `order`.
    """

    __tablename__ = "grades"

    code: Mapped[str] = mapped_column(String(10), unique=True)
    level: Mapped[str] = mapped_column(String(20))
    step: Mapped[int]
    order: Mapped[int] = mapped_column("rank", unique=True)
    name_zh_hant: Mapped[str] = mapped_column(String(50))
    name_zh_hans: Mapped[str] = mapped_column(String(50))
    name_en: Mapped[str] = mapped_column(String(50))

    def __str__(self) -> str:
        return self.name_zh_hant


class PayBand(Entity):
    """What a grade pays from a date on, in the company's currency a month (5.1)."""

    __tablename__ = "pay_bands"
    __table_args__ = (
        UniqueConstraint("grade_id", "valid_from", name="uq_pay_band_grade_from"),
        CheckConstraint("amount_min >= 0 AND amount_max >= amount_min", name="ck_pay_band_range"),
    )

    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"), index=True)
    valid_from: Mapped[date]
    amount_min: Mapped[Decimal] = mapped_column(Numeric(12, 2), info=AMOUNT)
    amount_max: Mapped[Decimal] = mapped_column(Numeric(12, 2), info=AMOUNT)
    currency: Mapped[str] = mapped_column(String(3), default="TWD")

    grade: Mapped[Grade] = relationship()

    def __str__(self) -> str:
        return self.name_zh_hant

    @property
    def name_zh_hant(self) -> str:
        """What the band is called, by its grade and first day."""
        return f"{self.grade.name_zh_hant} {self.valid_from}"

    @property
    def name_zh_hans(self) -> str:
        """The same in Simplified Chinese."""
        return f"{self.grade.name_zh_hans} {self.valid_from}"

    @property
    def name_en(self) -> str:
        """The same in English."""
        return f"{self.grade.name_en} {self.valid_from}"


class GradeChange(Entity):
    """One record for every way a grade moves, or is taken over or stays by determination (4, 5.1).

    `reverses_id`: the change of an earlier document that this one takes back or corrects (1.2-f, 3.3.6).
    """

    __tablename__ = "grade_changes"
    __table_args__ = (
        one_of("kind", ChangeKind, name="ck_grade_change_kind"),
        one_of("stage", ChangeStage, name="ck_grade_change_stage"),
        Index("ix_grade_change_employee_effective", "employee_id", "effective_on"),
        Index("ix_grade_change_effective", "effective_on"),
        Index(
            "uq_grade_change_live", "employee_id", unique=True, sqlite_where=LIVE_CHANGE, postgresql_where=LIVE_CHANGE
        ),
        # What is taken back once cannot be taken back again.
        Index("uq_grade_change_reverses", "reverses_id", unique=True),
    )

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    kind: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20), index=True)
    from_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    to_grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"))
    clause: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None]
    effective_on: Mapped[date | None]
    review_id: Mapped[int | None] = mapped_column(ForeignKey("reviews.id"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("issued_documents.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("grade_changes.id"))
    batch: Mapped[str | None] = mapped_column(String(40), index=True)
    proposed_by_id: Mapped[int | None]
    proposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    employee: Mapped[Employee] = relationship()
    from_grade: Mapped[Grade | None] = relationship(foreign_keys=[from_grade_id])
    to_grade: Mapped[Grade] = relationship(foreign_keys=[to_grade_id])
    document: Mapped[IssuedDocument | None] = relationship()


class GradeInterval(Entity):
    """Which grade somebody holds from a day to a day, with the documents that began and ended it (3.3.6)."""

    __tablename__ = "grade_intervals"
    __table_args__ = (
        # Two documents of one day on one person: the second is refused, not ordered by chance.
        UniqueConstraint("employee_id", "valid_from", name="uq_grade_interval_start"),
        # Strictly: an entry of no length would be held on no day and still stand between its neighbours.
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ck_grade_interval_order"),
        Index(
            "uq_grade_interval_open",
            "employee_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    started_by_id: Mapped[int] = mapped_column(ForeignKey("grade_changes.id"))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("grade_changes.id"))

    employee: Mapped[Employee] = relationship()
    grade: Mapped[Grade] = relationship()
    started_by: Mapped[GradeChange] = relationship(foreign_keys=[started_by_id])
    ended_by: Mapped[GradeChange | None] = relationship(foreign_keys=[ended_by_id])
