"""The published heads as the database remembers them: a copy of the list beside the notice site, held against it (6.3.3)."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from admin.models.base import Entity


class PublishedHead(Entity):
    """One line of the list; its id is the line's number."""

    __tablename__ = "published_heads"

    content: Mapped[str] = mapped_column(Text)
