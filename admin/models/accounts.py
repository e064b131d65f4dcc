"""Accounts: Flask-AppBuilder's own tables, named here for the floors above, and what the portal keeps beside them."""

from __future__ import annotations

from datetime import datetime

from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, User, ViewMenu, assoc_user_role
from sqlalchemy import ForeignKey, String, true
from sqlalchemy.orm import Mapped, mapped_column

from admin.models.base import Entity, UtcDateTime

__all__ = [
    "AccountState", "ActivationCode", "Permission", "PermissionView", "Role", "Throttle", "User", "ViewMenu", "assoc_user_role",
]  # fmt: skip


class AccountState(Entity):
    """A sign-in carries the epoch; raising it ends every session and token of the account."""

    __tablename__ = "account_states"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), unique=True)
    epoch: Mapped[int] = mapped_column(default=1)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    language: Mapped[str | None] = mapped_column(String(12))
    wants_mail: Mapped[bool] = mapped_column(default=True, server_default=true())


class ActivationCode(Entity):
    """A one-time code with which an employee sets their first password; kept only as a hash."""

    __tablename__ = "activation_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Throttle(Entity):
    """How often something was tried by a key (hashed) in a window: the store of our rate limits."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(String(64), unique=True)
    count: Mapped[int] = mapped_column(default=0)
    window_ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
