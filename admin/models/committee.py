"""The review committee: members, meetings, agenda, motions, ballots, conflicts (3.3.4, 3.3.4-a..c)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import Constituency, ItemState, MeetingStage, MotionState, Office
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.cycles import Cycle
from admin.models.grades import Grade
from admin.models.people import Employee
from admin.models.reviews import Review

OPEN_END = "term_to IS NULL"


def _one_at_a_time(name: str, column: str, also: str = "") -> Index:
    """Of seats without an end there is one for each value: what both databases can say of "one at a time" (6.1-b)."""
    where = text(f"{OPEN_END} AND {also}" if also else OPEN_END)
    return Index(name, column, unique=True, sqlite_where=where, postgresql_where=where)


def persons_seat(name: str) -> ForeignKeyConstraint:
    """The person of an act is the person of the seat: a seat that has acted cannot change hands (6.1-b)."""
    return ForeignKeyConstraint(
        ["member_id", "employee_id"], ["committee_members.id", "committee_members.employee_id"], name=name
    )


class CommitteeMember(Entity):
    """A seat on the committee for a term; `on_panel` members sit on the appeal panel and not in the first instance (3.3.5-a)."""

    __tablename__ = "committee_members"
    __table_args__ = (
        # Unique anyway by its id: it is there so that acts can refer to seat and person together.
        UniqueConstraint("id", "employee_id", name="uq_member_person"),
        _one_at_a_time("uq_member_seat", "employee_id"),
        _one_at_a_time("uq_member_chair", "office", "office = 'chair'"),
        _one_at_a_time("uq_member_panel_chair", "panel_chair", "panel_chair"),
        CheckConstraint("on_panel OR NOT panel_chair", name="ck_member_panel_chair"),
        # The panel has no offices but its chair, which has a column of its own.
        CheckConstraint("NOT on_panel OR office = 'member'", name="ck_member_panel_office"),
        one_of("constituency", Constituency, name="ck_member_constituency"),
        one_of("office", Office, name="ck_member_office"),
        CheckConstraint("term_to IS NULL OR term_to >= term_from", name="ck_member_term"),
    )

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    constituency: Mapped[str] = mapped_column(String(30))
    office: Mapped[str] = mapped_column(String(20), default="member")
    on_panel: Mapped[bool] = mapped_column(default=False)
    panel_chair: Mapped[bool] = mapped_column(default=False)
    term_from: Mapped[date]
    term_to: Mapped[date | None]

    employee: Mapped[Employee] = relationship()

    def __str__(self) -> str:
        return str(self.employee)


class Meeting(Entity):
    """A meeting of the committee on cases of a cycle."""

    __tablename__ = "meetings"
    __table_args__ = (one_of("stage", MeetingStage, name="ck_meeting_stage"),)

    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycles.id"), index=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    stage: Mapped[str] = mapped_column(String(20), default="planned", index=True)
    scheduled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    appointed: Mapped[int | None]
    quorum: Mapped[int | None]
    chair_signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    secretary_signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes_sha256: Mapped[str | None] = mapped_column(String(64))

    cycle: Mapped[Cycle | None] = relationship()
    items: Mapped[list[AgendaItem]] = relationship(back_populates="meeting", order_by="AgendaItem.position")

    def __str__(self) -> str:
        return self.number


class Attendance(Entity):
    """Who was present when the meeting opened, for the quorum and the minutes."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("meeting_id", "employee_id", name="uq_attendance"),
        persons_seat("fk_attendance_person"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("committee_members.id"))
    employee_id: Mapped[int]
    present: Mapped[bool] = mapped_column(default=True)

    member: Mapped[CommitteeMember] = relationship(foreign_keys=[member_id])


class AgendaItem(Entity):
    """A case on a meeting's agenda, on the consent agenda or individual (3.3.4-c).

    `deferral` is the refusal (clause, reason, facts) for which the case was put off.
    """

    __tablename__ = "agenda_items"
    __table_args__ = (
        # A case taken off comes back on the same row, so that its marks and reasons stay together.
        UniqueConstraint("meeting_id", "review_id", name="uq_agenda_review"),
        one_of("state", ItemState, name="ck_agenda_state"),
        Index("ix_agenda_review", "review_id"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    position: Mapped[int]
    consent: Mapped[bool] = mapped_column(default=False)
    pulled_by_id: Mapped[int | None] = mapped_column(ForeignKey("committee_members.id"))
    state: Mapped[str] = mapped_column(String(20), default="pending")
    deferral: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    meeting: Mapped[Meeting] = relationship(back_populates="items")
    review: Mapped[Review] = relationship()
    motions: Mapped[list[Motion]] = relationship(back_populates="item", order_by="Motion.seq")


class Motion(Entity):
    """A grade put to the vote; the first is the proposal, others are moved by members (3.3.4-b)."""

    __tablename__ = "motions"
    __table_args__ = (
        UniqueConstraint("item_id", "seq", name="uq_motion_seq"),
        one_of("state", MotionState, name="ck_motion_state"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"))
    seq: Mapped[int]
    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"))
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("committee_members.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default="open")
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    item: Mapped[AgendaItem] = relationship(back_populates="motions")
    grade: Mapped[Grade] = relationship()
    ballots: Mapped[list[Ballot]] = relationship(back_populates="motion", order_by="Ballot.id")


class Ballot(Entity):
    """One person's vote on one motion, from the seat that they held: for or against, once (3.3.4-b, 6.1-b)."""

    __tablename__ = "ballots"
    __table_args__ = (
        # By the person, not the seat: whoever changes seats has voted.
        UniqueConstraint("motion_id", "employee_id", name="uq_ballot_person"),
        persons_seat("fk_ballot_person"),
    )

    motion_id: Mapped[int] = mapped_column(ForeignKey("motions.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("committee_members.id"), index=True)
    employee_id: Mapped[int] = mapped_column(index=True)
    in_favour: Mapped[bool]
    cast_at: Mapped[datetime] = mapped_column(UtcDateTime)

    motion: Mapped[Motion] = relationship(back_populates="ballots")
    member: Mapped[CommitteeMember] = relationship(foreign_keys=[member_id])


class Recusal(Entity):
    """A person out of a case, whatever seat they hold: found from data or declared (3.3-e, 6.1-b).

    Overriding one takes a reason and a second person.
    """

    __tablename__ = "recusals"
    __table_args__ = (
        # One row of a person and case, whatever the ground: being out twice is being out.
        UniqueConstraint("review_id", "employee_id", name="uq_recusal"),
        persons_seat("fk_recusal_person"),
        CheckConstraint(
            "overridden_at IS NULL OR override_confirmed_by_id <> override_proposed_by_id", name="ck_recusal_two_people"
        ),
    )

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("committee_members.id"), index=True)
    employee_id: Mapped[int] = mapped_column(index=True)
    ground: Mapped[str] = mapped_column(String(40))
    declared: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    override_reason: Mapped[str] = mapped_column(Text, default="")
    override_proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    override_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    overridden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    member: Mapped[CommitteeMember] = relationship(foreign_keys=[member_id])
    review: Mapped[Review] = relationship()


class Premark(Entity):
    """A member's blind mark before the meeting: agree or question (3.3.4-c)."""

    __tablename__ = "premarks"
    __table_args__ = (UniqueConstraint("item_id", "employee_id", name="uq_premark"), persons_seat("fk_premark_person"))

    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("committee_members.id"))
    employee_id: Mapped[int]
    agrees: Mapped[bool]
    note: Mapped[str] = mapped_column(Text, default="")
