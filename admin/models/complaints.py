"""Complaints of unfair conduct, by receipt code and without an address (policy.md 6.3.1, 6.3.2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.people import Employee

STAGES = ("received", "acknowledged", "assigned", "found", "closed")


class Complaint(Entity):
    """A complaint: the receipt only as a keyed hash, no address, no account; content is sealed by `files.sealing`."""

    __tablename__ = "complaints"
    __table_args__ = (one_of("stage", STAGES, name="ck_complaint_stage"),)

    number: Mapped[str] = mapped_column(String(30), unique=True)
    receipt_hash: Mapped[str] = mapped_column(String(64), unique=True)
    stage: Mapped[str] = mapped_column(String(20), default="received", index=True)
    subject: Mapped[str] = mapped_column(String(40))
    content: Mapped[str] = mapped_column(Text)
    named: Mapped[bool] = mapped_column(default=False)
    identity: Mapped[str | None] = mapped_column(Text)
    accused: Mapped[str] = mapped_column(Text, default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    acknowledge_due: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_due: Mapped[datetime] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finding: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    messages: Mapped[list[ComplaintMessage]] = relationship(back_populates="complaint", order_by="ComplaintMessage.id")
    parties: Mapped[list[ComplaintParty]] = relationship(back_populates="complaint")


class ComplaintMessage(Entity):
    """A message in either direction."""

    __tablename__ = "complaint_messages"

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    from_complainant: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)

    complaint: Mapped[Complaint] = relationship(back_populates="messages")


class ComplaintParty(Entity):
    """An accused person, or an officer appointed to investigate; nobody is both (6.3.2)."""

    __tablename__ = "complaint_parties"
    __table_args__ = (
        UniqueConstraint("complaint_id", "employee_id", name="uq_complaint_party"),
        one_of("role", ("accused", "officer"), name="ck_complaint_party_role"),
    )

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")

    complaint: Mapped[Complaint] = relationship(back_populates="parties")
    employee: Mapped[Employee] = relationship()
