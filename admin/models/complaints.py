"""Complaints of unfair conduct, by receipt code and without an address (6.3.1, 6.3.2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import ComplaintStage, ComplaintSubject, PartyRole
from admin.models.base import Entity, UtcDateTime, by_chance, one_of
from admin.models.committee import CommitteeMember, persons_seat
from admin.models.people import Employee
from admin.models.reviews import Review


class OfComplaint(Entity):
    """A table of complaints, whose keys are drawn."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True, default=by_chance)


class Complaint(OfComplaint):
    """A complaint: the receipt only as a keyed hash, no address, no account; its times are days (6.3-d).

    `to_management`: the committee itself is accused, so management appoints and closes. `told_apart`: it is known who is
    meant; until then whoever may be meant is kept out (6.3-d). What the complainant wrote,
    who they are and what was found is sealed (`models.sealing`); `operations.complaints` writes it and `queries.complaints` reads
    it. Once its time is over it is erased, and the number, the days and the outcome alone are left.
    """

    __tablename__ = "complaints"
    __table_args__ = (
        one_of("stage", ComplaintStage, name="ck_complaint_stage"),
        one_of("subject", ComplaintSubject, name="ck_complaint_subject"),
        CheckConstraint("stage <> 'closed' OR breach IS NOT NULL", name="ck_complaint_closed_has_finding"),
        # An anonymous complaint holds no identity, not even a sealed one.
        CheckConstraint("named OR sealed_identity IS NULL", name="ck_complaint_anonymous"),
        # Erased means that the key is gone: without it what is left in a backup of the table cannot be opened.
        CheckConstraint("(erased_at IS NULL) = (sealed_key IS NOT NULL)", name="ck_complaint_sealed_until_erased"),
    )

    number: Mapped[str] = mapped_column(String(30), unique=True)
    receipt_hash: Mapped[str] = mapped_column(String(64), unique=True)
    bound_to: Mapped[str] = mapped_column(String(64), default="", server_default="")
    stage: Mapped[str] = mapped_column(String(20), default="received", index=True)
    subject: Mapped[str] = mapped_column(String(40))
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_words: Mapped[bytes | None] = mapped_column(LargeBinary)
    named: Mapped[bool] = mapped_column(default=False)
    told_apart: Mapped[bool] = mapped_column(default=False, server_default=false())
    sealed_identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    acknowledge_due: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_due: Mapped[datetime] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    to_management: Mapped[bool] = mapped_column(default=False)
    sealed_finding: Mapped[bytes | None] = mapped_column(LargeBinary)
    breach: Mapped[bool | None]
    round: Mapped[int] = mapped_column(default=1)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    messages: Mapped[list[ComplaintMessage]] = relationship(
        back_populates="complaint", order_by="ComplaintMessage.position"
    )
    files: Mapped[list[ComplaintFile]] = relationship(back_populates="complaint", order_by="ComplaintFile.position")
    parties: Mapped[list[ComplaintParty]] = relationship(back_populates="complaint", order_by="ComplaintParty.id")
    cases: Mapped[list[ComplaintCase]] = relationship(back_populates="complaint", order_by="ComplaintCase.id")
    ballots: Mapped[list[ComplaintBallot]] = relationship(back_populates="complaint", order_by="ComplaintBallot.id")

    def __str__(self) -> str:
        return self.number


class ComplaintMessage(OfComplaint):
    """A message in either direction."""

    __tablename__ = "complaint_messages"

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    from_complainant: Mapped[bool]
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)

    complaint: Mapped[Complaint] = relationship(back_populates="messages")


class ComplaintFile(OfComplaint):
    """A file that came with a complaint or a message: its name and its bytes, both sealed with the complaint's key."""

    __tablename__ = "complaint_files"

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    sealed_name: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_bytes: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)

    complaint: Mapped[Complaint] = relationship(back_populates="files")


class ComplaintParty(OfComplaint):
    """An accused person, one with a stake (barred from it), the officer, or who votes by management's appointment.

    Nobody is two of them (6.3.2, 6.3-c).
    """

    __tablename__ = "complaint_parties"
    __table_args__ = (
        # One role a person: an accused officer cannot stay the officer by an older row.
        UniqueConstraint("complaint_id", "employee_id", name="uq_complaint_party"),
        one_of("role", PartyRole, name="ck_complaint_party_role"),
    )

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")

    complaint: Mapped[Complaint] = relationship(back_populates="parties")
    employee: Mapped[Employee] = relationship()


class ComplaintCase(OfComplaint):
    """A review that the complaint is about; a breach has it assessed again (6.3.2)."""

    __tablename__ = "complaint_cases"
    __table_args__ = (UniqueConstraint("complaint_id", "review_id", name="uq_complaint_case"),)

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)

    complaint: Mapped[Complaint] = relationship(back_populates="cases")
    review: Mapped[Review] = relationship()


class ComplaintBallot(OfComplaint):
    """A person's vote on adopting the finding, once in a round; without a seat where management appointed them (6.3-c)."""

    __tablename__ = "complaint_ballots"
    __table_args__ = (
        UniqueConstraint("complaint_id", "round", "employee_id", name="uq_complaint_ballot"),
        persons_seat("fk_complaint_ballot_person"),
    )

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    round: Mapped[int]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("committee_members.id"), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    in_favour: Mapped[bool]
    cast_at: Mapped[datetime] = mapped_column(UtcDateTime)

    complaint: Mapped[Complaint] = relationship(back_populates="ballots")
    member: Mapped[CommitteeMember | None] = relationship(foreign_keys=[member_id])
