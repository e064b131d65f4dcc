"""What one person proposes and a second carries out by confirming it (6.1-a)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import ConfirmationKind, ConfirmationStage
from admin.models.accounts import User
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.people import Employee

OPEN = text("stage = 'proposed'")


class Confirmation(Entity):
    """A proposal about an account: which role it is given or loses, or that it gets a new code on a sealed slip.

    `employee_id` is whom it concerns; an account of nobody can only lose something.
    """

    __tablename__ = "confirmations"
    __table_args__ = (
        one_of("kind", ConfirmationKind, name="ck_confirmation_kind"),
        one_of("stage", ConfirmationStage, name="ck_confirmation_stage"),
        # Two persons: held here too, because rows can be written past the operations.
        CheckConstraint("stage <> 'confirmed' OR decided_by_id <> recorded_by_id", name="ck_confirmation_two_people"),
        CheckConstraint("(kind = 'new_code') = (role = '')", name="ck_confirmation_role"),
        Index("uq_confirmation_open", "user_id", "kind", "role", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    kind: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20), default="proposed")
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    role: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(Text)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    employee: Mapped[Employee | None] = relationship()
