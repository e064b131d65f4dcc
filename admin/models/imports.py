"""Imports: what came in, how its columns were read, what was wrong, what it changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from admin.domain.codes import ImportKind, ImportState
from admin.models.base import Entity, UtcDateTime, one_of


class Import(Entity):
    """One file and what became of it; the bytes stand under VAR_DIR by their hash."""

    __tablename__ = "imports"
    __table_args__ = (
        one_of("kind", ImportKind, name="ck_import_kind"),
        one_of("state", ImportState, name="ck_import_state"),
    )

    kind: Mapped[str] = mapped_column(String(20), index=True)
    state: Mapped[str] = mapped_column(String(20), default="uploaded")
    filename: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    difference: Mapped[list[Any] | None] = mapped_column(JSON, deferred=True)
    undo: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    uploaded_by_id: Mapped[int | None]
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportProfile(Entity):
    """A mapping kept for the next file of the same kind."""

    __tablename__ = "import_profiles"

    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100), unique=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
