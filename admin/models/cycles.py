"""Review cycles: one regular cycle a year, pinned to a policy version and a scorecard (3.1, 1.3.1)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import CycleKind, CycleStage
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.people import Department, Employee
from admin.models.policy import PolicyVersion, Scorecard


class Cycle(Entity):
    """One year's assessment; a rehearsal does not count as the year's (1.2-d).

    A `single` one holds one case outside the yearly cycle, with rules, deadlines, notice and document of its own (1.2-a).
    `frozen_queues` holds each queue's sums by figure as they stood when the figures were locked: one set for all (3.2-a2).
    """

    __tablename__ = "cycles"
    __table_args__ = (
        one_of("kind", CycleKind, name="ck_cycle_kind"),
        one_of("stage", CycleStage, name="ck_cycle_stage"),
        # Both ways: proceedings of one person without a person, or a whole cycle that hides behind one, would slip
        # through the scope.
        CheckConstraint("(kind = 'single') = (subject_id IS NOT NULL)", name="ck_cycle_single_has_subject"),
        Index(
            # Partial: rehearsals and cancelled cycles of a year may be as many as people need (3.1).
            "uq_cycle_regular_year",
            "year",
            unique=True,
            sqlite_where=text("kind = 'regular' AND stage <> 'cancelled'"),
            postgresql_where=text("kind = 'regular' AND stage <> 'cancelled'"),
        ),
    )

    year: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20), default="regular")
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    stage: Mapped[str] = mapped_column(String(20), default="planned", index=True)
    month_reason: Mapped[str | None] = mapped_column(Text)
    policy_version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"))
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    period_from: Mapped[date]
    period_to: Mapped[date]
    self_assessment_due: Mapped[datetime] = mapped_column(UtcDateTime)
    rating_due: Mapped[datetime] = mapped_column(UtcDateTime)
    department_due: Mapped[datetime] = mapped_column(UtcDateTime)
    committee_on: Mapped[date]
    metrics_frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_queues: Mapped[dict[str, dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # From it colleagues are drawn; deferred, and in no page, file or event: it tells who rated whom (3.2-b).
    draw_secret: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    policy_version: Mapped[PolicyVersion] = relationship()
    scorecard: Mapped[Scorecard] = relationship()
    subject: Mapped[Employee | None] = relationship()

    @property
    def name_zh_hant(self) -> str:
        """What the cycle is called wherever it is named; a rehearsal says that it is one (1.2-e)."""
        return self._named(f"{self.year} 年度", "演練")

    @property
    def name_zh_hans(self) -> str:
        """The name in simplified Chinese."""
        return self._named(f"{self.year} 年度", "演练")

    @property
    def name_en(self) -> str:
        """The name in English."""
        return self._named(str(self.year), " rehearsal")

    def _named(self, year: str, rehearsal: str) -> str:
        if self.kind == CycleKind.REHEARSAL:
            return year + rehearsal
        return year if self.subject is None else f"{year} · {self.subject.number}"

    def __str__(self) -> str:
        return self.name_zh_hant


class CycleDepartment(Entity):
    """A department that a rehearsal is of, with all below it; a cycle without any takes in the whole centre (1.2-e)."""

    __tablename__ = "cycle_departments"
    __table_args__ = (UniqueConstraint("cycle_id", "department_id", name="uq_cycle_department"),)

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))


class ReviewerAppointment(Entity):
    """Another reviewer in the head's place for one employee's case in a cycle, with the reason (3.3-f)."""

    __tablename__ = "reviewer_appointments"
    __table_args__ = (
        # One appointed reviewer a person and cycle: a second word takes the place of the first.
        UniqueConstraint("cycle_id", "employee_id", name="uq_reviewer_appointment"),
        CheckConstraint("reviewer_id <> employee_id", name="ck_reviewer_not_subject"),
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    reason: Mapped[str] = mapped_column(Text)

    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])
    reviewer: Mapped[Employee] = relationship(foreign_keys=[reviewer_id])


class StaffingLimit(Entity):
    """How many a department may have on a level; optional, and a proposal over it needs a reason (3.3.3-b)."""

    __tablename__ = "staffing_limits"
    __table_args__ = (
        # Two limits of one level would leave it to chance which is enforced.
        UniqueConstraint("department_id", "level", name="uq_staffing_limit"),
        CheckConstraint("people >= 0", name="ck_staffing_limit"),
    )

    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    level: Mapped[str] = mapped_column(String(20))
    people: Mapped[int]

    department: Mapped[Department] = relationship()
