"""What leaves the portal to be held against it later: published heads, and what results say in one line (6.3.3)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from admin.models.base import Entity


class PublishedHead(Entity):
    """One line of the list beside the notice site, held against it; its id is the line's number."""

    __tablename__ = "published_heads"

    content: Mapped[str] = mapped_column(Text)


class ResultStatement(Entity):
    """What an issued result says, in one line; the event that tells of it holds a salted commitment to the line alone."""

    __tablename__ = "result_statements"

    grade_change_id: Mapped[int] = mapped_column(ForeignKey("grade_changes.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
