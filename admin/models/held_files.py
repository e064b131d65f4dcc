"""What is known of files: those that were sent and are not checked yet, and what the newest check said of those that are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from admin.domain.codes import HeldState
from admin.models.base import Entity, UtcDateTime, one_of


class HeldFile(Entity):
    """A file between its arrival and the form that takes it; outside the trail, because nobody has handed it in yet.

    `token_hash` is that of the word by which its form names it, `user_id` who sent it (nobody where the form asks for no
    name) and `mark` a hash of who and what, by which the same file sent again is known. `sealed` holds name and bytes, and
    from the check on what came of it.
    """

    __tablename__ = "held_files"
    __table_args__ = (
        one_of("state", HeldState, name="ck_held_file_state"),
        Index("ix_held_files_state", "state", "id"),
        Index("ix_held_files_mark", "user_id", "mark"),
        Index("ix_held_files_held", "held_at"),
    )

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    mark: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20), default=HeldState.CHECKING)
    size: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    held_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FileVerdict(Entity):
    """What a check said of a file that is kept: by the hash of its bytes, or by the number of a complaint's file."""

    __tablename__ = "file_verdicts"

    key: Mapped[str] = mapped_column(String(80), unique=True)
    check_version: Mapped[int]
    accepted: Mapped[bool]
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
