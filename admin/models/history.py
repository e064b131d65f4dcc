"""History is rows: every step of every procedure, written in the transaction that made it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from admin.models.base import Entity, UtcDateTime


class HistoryStep(Entity):
    """One step of a record's procedure: which action led from which stage to which, by whom, when and why."""

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_record", "process", "record_id"),)

    process: Mapped[str] = mapped_column(String(30))
    record_id: Mapped[int]
    action: Mapped[str] = mapped_column(String(40))
    from_stage: Mapped[str] = mapped_column(String(20))
    to_stage: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(120))
    relation: Mapped[str] = mapped_column(String(30), default="")
    clause: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
