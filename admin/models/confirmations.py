"""What one person proposes and a second carries out by confirming it (6.1-a)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import BasisAct, ConfirmationKind, ConfirmationStage
from admin.models.accounts import User
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.people import Employee

OPEN = text("stage = 'proposed'")
OPEN_BASIS = text("stage = 'proposed' AND act IS NOT NULL")


class Confirmation(Entity):
    """A proposal: about an account (a role that it is given or loses, a new code), or an act that changes a result's basis.

    Of an account `employee_id` is whom it concerns; an account of nobody can only lose something. Of an act it is whose case
    or seat it is, where it is one person's: `act` is the verb, `asked` its input, `process` and `record_id` the record that it
    is done to (0: none yet), `difference` what it changes from what to what (`admin.domain.basis`), `cases` and `concerned`
    the numbers of the cases and of the people that it touches.
    """

    __tablename__ = "confirmations"
    __table_args__ = (
        one_of("kind", ConfirmationKind, name="ck_confirmation_kind"),
        one_of("stage", ConfirmationStage, name="ck_confirmation_stage"),
        one_of("act", BasisAct, name="ck_confirmation_act"),
        # Two persons: held here too, because rows can be written past the operations.
        CheckConstraint("stage <> 'confirmed' OR decided_by_id <> recorded_by_id", name="ck_confirmation_two_people"),
        CheckConstraint("(kind IN ('new_code', 'basis')) = (role = '')", name="ck_confirmation_role"),
        CheckConstraint("(kind = 'basis') = (act IS NOT NULL)", name="ck_confirmation_basis"),
        CheckConstraint("(kind = 'basis') = (user_id IS NULL)", name="ck_confirmation_account"),
        Index("uq_confirmation_open", "user_id", "kind", "role", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index(
            "uq_confirmation_asked", "act", "asked_hash", unique=True, sqlite_where=OPEN_BASIS, postgresql_where=OPEN_BASIS
        ),
    )  # fmt: skip

    kind: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20), default="proposed")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    role: Mapped[str] = mapped_column(String(40), default="")
    act: Mapped[str | None] = mapped_column(String(40))
    process: Mapped[str] = mapped_column(String(40), default="")
    record_id: Mapped[int] = mapped_column(default=0)
    asked: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    asked_hash: Mapped[str] = mapped_column(String(64), default="")
    difference: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    cases: Mapped[list[int]] = mapped_column(JSON, default=list)
    concerned: Mapped[list[int]] = mapped_column(JSON, default=list)
    reason: Mapped[str] = mapped_column(Text)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    employee: Mapped[Employee | None] = relationship()
