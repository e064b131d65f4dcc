"""What somebody has typed into a form and not sent yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from admin.models.base import Entity, UtcDateTime


class UnsentForm(Entity):
    """One person's text for one form: theirs alone, sealed, and outside the trail, because nobody has said it yet.

    `place` is the address that the form is sent to and `about` the hash of what it carries unseen, where several forms share
    an address. `page` is where it stands, `process` and `record_id` what it is about. `window` is the opened page that saved
    last. `words` are the sealed fields; None where the form was sent, so that a saving that arrives late is known as such.
    """

    __tablename__ = "unsent_forms"
    __table_args__ = (
        UniqueConstraint("user_id", "place", "about", name="uq_unsent_form"),
        Index("ix_unsent_forms_record", "process", "record_id"),
        Index("ix_unsent_forms_saved", "saved_at"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(500))
    about: Mapped[str] = mapped_column(String(64), default="")
    page: Mapped[str] = mapped_column(String(1000))
    process: Mapped[str | None] = mapped_column(String(40))
    record_id: Mapped[int | None]
    window: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
