"""Public notices, their rows, and the proof of their publication (3.3.5, 3.3.5-c, d)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import NoticeKind, NoticeStage
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.cycles import Cycle
from admin.models.reviews import Review


class Notice(Entity):
    """A list of results on notice; the period starts when the site has it and ends at midnight after full working days.

    A `personal` one is never published: its people are served their result, and the period runs from service (4.2-a).
    `document_id`: the document that served it, where it is what somebody appeals (4.3-a).
    """

    __tablename__ = "notices"
    __table_args__ = (
        one_of("kind", NoticeKind, name="ck_notice_kind"),
        one_of("stage", NoticeStage, name="ck_notice_stage"),
    )

    number: Mapped[str] = mapped_column(String(30), unique=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="regular")
    stage: Mapped[str] = mapped_column(String(20), default="publishing", index=True)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("issued_documents.id"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    days: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_down_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    head_sequence: Mapped[int | None]
    head_sha256: Mapped[str | None] = mapped_column(String(64))

    cycle: Mapped[Cycle] = relationship()
    rows: Mapped[list[NoticeRow]] = relationship(back_populates="notice", order_by="NoticeRow.position")

    def __str__(self) -> str:
        return self.number


class NoticeRow(Entity):
    """One printed line: what stands on the site, as it stands there."""

    __tablename__ = "notice_rows"
    __table_args__ = (
        # A case stands once on a list; printed anew, it stands on another one.
        UniqueConstraint("notice_id", "review_id", name="uq_notice_row"),
        Index("ix_notice_row_review", "review_id"),
    )

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    position: Mapped[int]
    department: Mapped[str] = mapped_column(String(100))
    printed_number: Mapped[str] = mapped_column(String(40))
    printed_name: Mapped[str] = mapped_column(String(100))
    from_grade: Mapped[str | None] = mapped_column(String(10))
    to_grade: Mapped[str] = mapped_column(String(10))
    superseded: Mapped[bool] = mapped_column(default=False)

    notice: Mapped[Notice] = relationship(back_populates="rows")
    review: Mapped[Review] = relationship()


class Publication(Entity):
    """What the site had, from when to when, by which bytes: hashes, never copies (3.3.5-d)."""

    __tablename__ = "publications"

    release: Mapped[str] = mapped_column(String(80))
    snapshot_sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    files: Mapped[dict[str, Any]] = mapped_column(JSON)
    notice_numbers: Mapped[list[str]] = mapped_column(JSON, default=list)
