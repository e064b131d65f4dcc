"""Departments, employees, their dated changes, leave, contact-system logins and records (1.2, 3.2, 4)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import DeputyRole, EmployeeStatus, RecordKind, RecordStage
from admin.models.base import Entity, UtcDateTime, one_of


class Department(Entity):
    """A node of the department tree; those marked `in_centre` belong to the customer service centre (1.2)."""

    __tablename__ = "departments"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    in_centre: Mapped[bool] = mapped_column(default=False)
    head_id: Mapped[int | None] = mapped_column(
        # Departments and employees refer to each other; one of the two keys has to come after both tables.
        ForeignKey("employees.id", use_alter=True, name="fk_department_head"),
        index=True,
    )

    parent: Mapped[Department | None] = relationship(remote_side="Department.id", back_populates="children")
    children: Mapped[list[Department]] = relationship(back_populates="parent", order_by="Department.id")
    head: Mapped[Employee | None] = relationship(foreign_keys=[head_id], post_update=True)

    def __str__(self) -> str:
        return self.name


class Employee(Entity):
    """A person of the company; the key for people is the number, as text."""

    __tablename__ = "employees"
    __table_args__ = (
        one_of("status", EmployeeStatus, name="ck_employee_status"),
        CheckConstraint("left_on IS NULL OR left_on >= hired_on", name="ck_employee_left_after_hired"),
        CheckConstraint("superior_id IS NULL OR superior_id <> id", name="ck_employee_not_own_superior"),
        Index("ix_employee_department_status", "department_id", "status"),
    )

    number: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    post: Mapped[str] = mapped_column(String(100), default="")
    queue: Mapped[str | None] = mapped_column(String(60))
    is_management: Mapped[bool] = mapped_column(default=False)
    hired_on: Mapped[date]
    joined_centre_on: Mapped[date | None]
    left_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20), default="in_service", index=True)
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(320))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), unique=True)

    department: Mapped[Department] = relationship(foreign_keys=[department_id])
    superior: Mapped[Employee | None] = relationship(remote_side="Employee.id")

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class EmployeeChange(Entity):
    """A dated change of department, superior, post, queue or status, kept beside the present value."""

    __tablename__ = "employee_changes"
    __table_args__ = (Index("ix_employee_change", "employee_id", "effective_on"),)

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    field: Mapped[str] = mapped_column(String(40))
    old: Mapped[str | None] = mapped_column(String(200))
    new: Mapped[str | None] = mapped_column(String(200))
    effective_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(Text)

    employee: Mapped[Employee] = relationship()


class ComingMove(Entity):
    """A move to a coming day: what is None stays. Carried out on its day it becomes dated changes (1.2-g)."""

    __tablename__ = "coming_moves"
    __table_args__ = (UniqueConstraint("employee_id", "moves_on", name="uq_coming_move"),)

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    moves_on: Mapped[date] = mapped_column(index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    post: Mapped[str | None] = mapped_column(String(100))
    queue: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(Text)

    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])
    department: Mapped[Department | None] = relationship()
    superior: Mapped[Employee | None] = relationship(foreign_keys=[superior_id])


class Leave(Entity):
    """A time away; most of a year away leaves the grade unchanged (1.2-b, 3.2-d)."""

    __tablename__ = "leaves"
    __table_args__ = (CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ck_leave_order"),)

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="leave")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    employee: Mapped[Employee] = relationship()


class Deputy(Entity):
    """Somebody who stands in for a superior or a head from a day to a day (3.3-c).

    `ended_on`: on which day HR ended it, before its last day; from then on nothing is done by it.
    """

    __tablename__ = "deputies"
    __table_args__ = (
        one_of("role", DeputyRole, name="ck_deputy_role"),
        CheckConstraint("deputy_id <> person_id", name="ck_deputy_another"),
        CheckConstraint("last_day >= first_day", name="ck_deputy_order"),
        Index("ix_deputy_days", "first_day", "last_day"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    appointed_by_id: Mapped[int]
    appointed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(Text, default="", server_default="")

    person: Mapped[Employee] = relationship(foreign_keys=[person_id])
    deputy: Mapped[Employee] = relationship(foreign_keys=[deputy_id])


class ContactLogin(Entity):
    """Which employee a name in the contact logs is, from a day to a day; never guessed."""

    __tablename__ = "contact_logins"
    # A login is one person's from a day on; the log's own figures would else go to two.
    __table_args__ = (UniqueConstraint("login", "valid_from", name="uq_contact_login_from"),)

    login: Mapped[str] = mapped_column(String(100), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    employee: Mapped[Employee] = relationship()


class EmployeeRecord(Entity):
    """A contribution, certificate, breach, training, change of post, assessment, project or exam (3.2.2, 4.1.1, 4.2.1).

    It counts only once approved, and by somebody other than its recorder (4.1-a).
    """

    __tablename__ = "employee_records"
    __table_args__ = (
        one_of("kind", RecordKind, name="ck_employee_record_kind"),
        one_of("stage", RecordStage, name="ck_employee_record_stage"),
        # Whoever records does not approve (4.1-a): held here too, because imports write records past the forms.
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> recorded_by_id", name="ck_record_two_people"),
        Index("ix_employee_record", "employee_id", "kind", "happened_on"),
    )

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    kind: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20), default="recorded")
    title: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str] = mapped_column(Text, default="")
    points: Mapped[float | None]
    happened_on: Mapped[date]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    employee: Mapped[Employee] = relationship()
