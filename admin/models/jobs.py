"""Work to do and messages to send, written in the transaction that caused them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from admin.domain.codes import JobState
from admin.models.base import Entity, UtcDateTime, one_of

STARTED = "started"  # a server has started whose worker has not come round yet
WORKER, MAIL = (
    "worker",
    "mail",
)  # signs of life that are no timed work: the one that comes round; since when there is mail


class Job(Entity):
    """A piece of work with a lease and a count of tries; carrying it out twice changes nothing more.

    `worker` names the process that carries it out, which holds the lock of that number for as long as it lives.
    """

    __tablename__ = "jobs"
    __table_args__ = (one_of("state", JobState, name="ck_job_state"), Index("ix_job_state_due", "state", "due_at"))

    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(20), default="due")
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    worker: Mapped[int | None]
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fault: Mapped[str | None] = mapped_column(Text)


class Heartbeat(Entity):
    """A sign of life: when the worker last came round, or a piece of timed work that fails, and with what."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(60), unique=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fault: Mapped[str] = mapped_column(Text, default="")


class Notification(Entity):
    """A message to one account, in words only when it is read: the kind and its facts, in the reader's language then."""

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notification_user_read", "user_id", "read_at"),
        Index("ix_notification_mailed", "mailed_at", "created_at"),
        Index("ix_notification_record", "record_id", "process"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    process: Mapped[str] = mapped_column(String(30))
    action: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
