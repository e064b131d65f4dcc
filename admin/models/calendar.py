"""The working calendar: a table that HR edits and confirms (3.3.5-c)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from admin.models.base import Entity, UtcDateTime


class CalendarYear(Entity):
    """A year of the calendar; until HR confirms it, nothing may be counted in it."""

    __tablename__ = "calendar_years"

    year: Mapped[int] = mapped_column(unique=True)
    seeded_from: Mapped[str | None] = mapped_column(String(60))
    confirmed_by_id: Mapped[int | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(Entity):
    """A day that differs from its weekday: a holiday, or a make-up working day."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(unique=True)
    working: Mapped[bool]
    note: Mapped[str] = mapped_column(String(100), default="")

    def __str__(self) -> str:
        return self.day.isoformat()
