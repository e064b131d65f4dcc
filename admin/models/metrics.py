"""Figures from the performance system and contact logs, and annual ratings (3.2.1, 4.1.1)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import PerformanceRating
from admin.models.base import Entity, one_of
from admin.models.people import Employee


class Metric(Entity):
    """A month's count or value for one employee in one queue, e.g. answered=512; rates are derived from counts."""

    __tablename__ = "metrics"
    __table_args__ = (
        # A figure imported twice takes the place of itself and is never added up.
        UniqueConstraint("employee_id", "month", "queue", "code", name="uq_metric"),
        Index("ix_metric_month_code", "month", "code"),
        # The queue's mean is everybody's: without the employee in front of the index.
        Index("ix_metric_queue_code_month", "queue", "code", "month"),
    )

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    month: Mapped[date]
    queue: Mapped[str] = mapped_column(String(60), default="")
    code: Mapped[str] = mapped_column(String(40))
    value: Mapped[float]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id"))

    employee: Mapped[Employee] = relationship()


class QueueTotal(Entity):
    """A month's sum of one figure over everybody in a queue: what `metrics` says, kept so that a form need not sum a year.

    Made anew with each change of a figure, in its transaction (`operations.cases.queue_totals`).
    """

    __tablename__ = "queue_totals"
    __table_args__ = (UniqueConstraint("month", "queue", "code", name="uq_queue_total"),)

    month: Mapped[date]
    queue: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(40))
    value: Mapped[float] = mapped_column(Float(53))


class AnnualRating(Entity):
    """The performance rating of a year; `unrated` is a year of leave, which neither counts nor breaks a run (3.2-d)."""

    __tablename__ = "annual_ratings"
    __table_args__ = (
        UniqueConstraint("employee_id", "year", name="uq_annual_rating"),
        one_of("rating", PerformanceRating, name="ck_annual_rating"),
        CheckConstraint("year BETWEEN 1990 AND 2200", name="ck_annual_rating_year"),
    )

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    year: Mapped[int] = mapped_column(index=True)
    rating: Mapped[str] = mapped_column(String(20))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id"))

    employee: Mapped[Employee] = relationship()
