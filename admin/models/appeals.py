"""Appeals and objections, the superior's answer and the panel's ballots (3.3.5, 3.3.5-a, b)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import AppealAddressee, AppealGround, AppealKind, AppealStage, PanelResult
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.committee import CommitteeMember, persons_seat
from admin.models.grades import Grade
from admin.models.notices import NoticeRow
from admin.models.people import Employee
from admin.models.reviews import Review


def _ground_once() -> Index:
    """One filing of a person on a ground of a case, whatever the notice; those taken back do not count (3.3.5-e)."""
    counts = text("stage NOT IN ('withdrawn', 'disowned')")
    columns = ("review_id", "filer_id", "ground")
    return Index("uq_appeal_ground", *columns, unique=True, sqlite_where=counts, postgresql_where=counts)


class Appeal(Entity):
    """An employee's appeal against their own result, or a colleague's objection to another's."""

    __tablename__ = "appeals"
    __table_args__ = (
        one_of("kind", AppealKind, name="ck_appeal_kind"),
        one_of("stage", AppealStage, name="ck_appeal_stage"),
        one_of("ground", AppealGround, name="ck_appeal_ground"),
        one_of("addressee", AppealAddressee, name="ck_appeal_addressee"),
        _ground_once(),
        CheckConstraint("stage <> 'decided' OR result IS NOT NULL", name="ck_appeal_result_if_decided"),
        # What somebody filed themselves cannot be disowned, only withdrawn (3.3.5-e).
        CheckConstraint("stage <> 'disowned' OR entered_by_proxy", name="ck_appeal_disowned_was_proxy"),
        # Timed work asks each minute for what is overdue.
        Index("ix_appeal_stage_due", "stage", "answer_due"),
    )

    number: Mapped[str] = mapped_column(String(30), unique=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    notice_row_id: Mapped[int] = mapped_column(ForeignKey("notice_rows.id"))
    filer_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20))
    addressee: Mapped[str] = mapped_column(String(20), default="panel")
    ground: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_due: Mapped[datetime] = mapped_column(UtcDateTime)
    superior_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entered_by_proxy: Mapped[bool] = mapped_column(default=False)
    scan_sha256: Mapped[str | None] = mapped_column(String(64))
    scan_name: Mapped[str | None] = mapped_column(String(255))
    scan_media_type: Mapped[str | None] = mapped_column(String(100))
    superior_supports: Mapped[bool | None]
    superior_answer: Mapped[str | None] = mapped_column(Text)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    in_place_of_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    statement: Mapped[str | None] = mapped_column(Text)
    result: Mapped[str | None] = mapped_column(String(30))
    result_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    result_reason: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    round: Mapped[int] = mapped_column(default=1)

    review: Mapped[Review] = relationship()
    notice_row: Mapped[NoticeRow] = relationship()
    filer: Mapped[Employee] = relationship(foreign_keys=[filer_id])
    answered_by: Mapped[Employee | None] = relationship(foreign_keys=[answered_by_id])
    in_place_of: Mapped[Employee | None] = relationship(foreign_keys=[in_place_of_id])
    result_grade: Mapped[Grade | None] = relationship()
    ballots: Mapped[list[PanelBallot]] = relationship(back_populates="appeal", order_by="PanelBallot.id")

    def __str__(self) -> str:
        return self.number


class PanelBallot(Entity):
    """A panel member's vote: which result, with the reason; a new round follows a split vote or a remitted case's return."""

    __tablename__ = "panel_ballots"
    __table_args__ = (
        # With the round: split on the relief, the panel votes again, and the earlier ballots stay on file.
        UniqueConstraint("appeal_id", "employee_id", "round", name="uq_panel_ballot"),
        persons_seat("fk_panel_ballot_person"),
        one_of("result", PanelResult, name="ck_panel_ballot_result"),
        CheckConstraint("(result = 'grade_fixed') = (grade_id IS NOT NULL)", name="ck_panel_ballot_grade"),
    )

    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("committee_members.id"))
    employee_id: Mapped[int]
    result: Mapped[str] = mapped_column(String(30))
    grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    reason: Mapped[str] = mapped_column(Text)
    cast_at: Mapped[datetime] = mapped_column(UtcDateTime)
    round: Mapped[int] = mapped_column(default=1)

    grade: Mapped[Grade | None] = relationship()
    appeal: Mapped[Appeal] = relationship(back_populates="ballots")
    member: Mapped[CommitteeMember] = relationship(foreign_keys=[member_id])
