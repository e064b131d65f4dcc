"""What an established breach orders: a case that is to be assessed again (6.3.2, 6.3-a)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.models.base import Entity, UtcDateTime
from admin.models.reviews import Review


class Reassessment(Entity):
    """The order to assess a case again, until HR has begun it: `case` is the new case, or the same one sent back.

    It says nothing of what led to it. `to_management`: nobody of HR is without a stake, so management begins it.
    """

    __tablename__ = "reassessments"
    __table_args__ = (
        # Begun means that it is known in which case; one without the other would wait for ever.
        CheckConstraint("(case_id IS NULL) = (begun_at IS NULL)", name="ck_reassessment_begun_has_case"),
        Index(
            "uq_reassessment_waiting",
            "review_id",
            unique=True,
            sqlite_where=text("case_id IS NULL"),
            postgresql_where=text("case_id IS NULL"),
        ),
    )

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due: Mapped[datetime] = mapped_column(UtcDateTime)
    to_management: Mapped[bool] = mapped_column(default=False)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("reviews.id"))
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    review: Mapped[Review] = relationship(foreign_keys=[review_id])
    case: Mapped[Review | None] = relationship(foreign_keys=[case_id])
