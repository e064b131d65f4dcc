"""What was asked for with a key of its own, so that asked for again it is not done again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from admin.models.base import Entity, UtcDateTime


class DoneOnce(Entity):
    """One piece of a request that was carried out, written in its transaction; kept for some weeks.

    `turn` counts the pieces of one name within the request.
    """

    __tablename__ = "done_once"
    __table_args__ = (
        # By account: nobody finds out another's requests by trying their keys.
        UniqueConstraint("actor_id", "key", "operation", "turn", name="uq_done_once"),
        Index("ix_done_once_at", "done_at"),
    )

    actor_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(64))
    operation: Mapped[str] = mapped_column(String(60))
    turn: Mapped[int]
    asked_hash: Mapped[str] = mapped_column(String(64))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)
