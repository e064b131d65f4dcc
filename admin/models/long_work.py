"""Acts on many rows: what was asked for, by whom, how far it is, and which rows were refused with what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.models.accounts import User
from admin.models.base import Entity, UtcDateTime
from admin.models.jobs import Job


class LongWork(Entity):
    """An act on many rows as somebody asked for it; the worker carries it out in batches, each a transaction.

    `given` is what the act was asked with, as it was typed; `kept` what its beginning has left for the batches (a notice, a
    document). `total` counts the rows that were due when it was asked for, `cursor` is the key of the last one looked at:
    done rows are due no longer and refused ones lie behind it, so that going on after a kill does no row twice. Who asked is
    None where the system did; `sign_in` is where they did. `stopped` is the refusal that ended it before its last row.
    """

    __tablename__ = "long_works"
    __table_args__ = (Index("ix_long_work_record", "process", "record_id"), Index("ix_long_work_ended", "ended_at"))

    process: Mapped[str] = mapped_column(String(30))
    action: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    given: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    kept: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    via: Mapped[str] = mapped_column(String(20))
    sign_in: Mapped[int | None]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    total: Mapped[int]
    last_key: Mapped[int]
    cursor: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    stopped: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    repeats_id: Mapped[int | None] = mapped_column(ForeignKey("long_works.id"))
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))

    job: Mapped[Job] = relationship()
    recorded_by: Mapped[User | None] = relationship(foreign_keys=[recorded_by_id])

    @property
    def looked_at(self) -> int:
        """How many rows it has come to."""
        return self.done + self.refused

    @property
    def no_longer_due(self) -> int:
        """Of the rows that were due when it was asked for, how many were not when their turn came; known at the end."""
        return max(0, self.total - self.looked_at)


class LongWorkRefusal(Entity):
    """A row that a long work could not carry out: which, what people know it by, and why (as a refusal says it)."""

    __tablename__ = "long_work_refusals"
    __table_args__ = (Index("ix_long_work_refusal", "work_id", "key"),)

    work_id: Mapped[int] = mapped_column(ForeignKey("long_works.id"))
    key: Mapped[int]
    named: Mapped[str] = mapped_column(String(200))
    clause: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
