"""Courses, the dates on which they are given, and who takes them (5.2.1)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import CourseBrings, Dimension, EnrolledBy, EnrolmentStage, SessionStage
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.grades import Grade
from admin.models.people import Employee

IN_IT = text("stage <> 'withdrawn'")


class Course(Entity):
    """A course of the catalogue: for which grades, about which criterion or dimension, and what completing it brings."""

    __tablename__ = "courses"
    __table_args__ = (
        one_of("brings", CourseBrings, name="ck_course_brings"),
        one_of("dimension", Dimension, name="ck_course_dimension"),
        CheckConstraint("hours > 0", name="ck_course_hours"),
    )

    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200), index=True)
    about: Mapped[str] = mapped_column(Text, default="")
    dimension: Mapped[str | None] = mapped_column(String(20))
    criterion: Mapped[str | None] = mapped_column(String(40))
    lowest_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    highest_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    brings: Mapped[str] = mapped_column(String(20), default="training")
    hours: Mapped[int] = mapped_column(default=1)
    cost_centre: Mapped[str | None] = mapped_column(String(40))
    offered: Mapped[bool] = mapped_column(default=True)

    lowest_grade: Mapped[Grade | None] = relationship(foreign_keys=[lowest_grade_id])
    highest_grade: Mapped[Grade | None] = relationship(foreign_keys=[highest_grade_id])

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class CourseSession(Entity):
    """A date on which a course is given: from day to day, from hour to hour, where, and for how many."""

    __tablename__ = "course_sessions"
    __table_args__ = (
        one_of("stage", SessionStage, name="ck_course_session_stage"),
        CheckConstraint("places > 0", name="ck_course_session_places"),
        CheckConstraint("ends_on >= begins_on", name="ck_course_session_order"),
        Index("ix_course_session_stage_day", "stage", "begins_on"),
    )

    code: Mapped[str] = mapped_column(String(40), unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    from_hour: Mapped[str] = mapped_column(String(5), default="09:00")
    to_hour: Mapped[str] = mapped_column(String(5), default="17:00")
    place: Mapped[str] = mapped_column(String(200))
    places: Mapped[int]
    enrol_until: Mapped[date | None]
    stage: Mapped[str] = mapped_column(String(20), default="open")

    course: Mapped[Course] = relationship()

    def __str__(self) -> str:
        return self.code


class Enrolment(Entity):
    """Somebody on a course date; who withdrew may come again, by a row of its own.

    Those who wait are in the order of their numbers. `training_id` and `certificate_id`: what its completion put on file.
    """

    __tablename__ = "enrolments"
    __table_args__ = (
        one_of("stage", EnrolmentStage, name="ck_enrolment_stage"),
        one_of("enrolled_by", EnrolledBy, name="ck_enrolment_by"),
        Index("uq_enrolment", "session_id", "employee_id", unique=True, sqlite_where=IN_IT, postgresql_where=IN_IT),
        Index("ix_enrolment_employee", "employee_id", "stage"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("course_sessions.id"), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    stage: Mapped[str] = mapped_column(String(20), default="enrolled")
    enrolled_by: Mapped[str] = mapped_column(String(20))
    asked_by_id: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    training_id: Mapped[int | None] = mapped_column(ForeignKey("employee_records.id"))
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("employee_records.id"))

    course_session: Mapped[CourseSession] = relationship()
    employee: Mapped[Employee] = relationship()
