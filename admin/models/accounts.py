"""Accounts: Flask-AppBuilder's own tables, named here for the floors above, and what the portal keeps beside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, User, ViewMenu, assoc_user_role
from sqlalchemy import CheckConstraint, ForeignKey, String, Text, event, false, true
from sqlalchemy.orm import Mapped, mapped_column

from admin.domain.sign_in_names import canonical
from admin.models.base import Entity, UtcDateTime, by_chance

__all__ = [
    "AccountState", "ActivationCode", "Permission", "PermissionView", "RecoveryCode", "Role", "SecondFactor",
    "SecondFactorReset", "SignIn", "Throttle", "User", "ViewMenu", "assoc_user_role",
]  # fmt: skip


# What an account is found by and of which no two may be: the database cannot work it out, for its own lower case knows
# ASCII alone (SQLite) or a language (PostgreSQL).
User.sign_in_name = mapped_column(String(255), unique=True, index=True)


@event.listens_for(User, "before_insert")
@event.listens_for(User, "before_update")
def _follow_name(_mapper: Any, _connection: Any, account: Any) -> None:
    account.sign_in_name = canonical(account.username)


class AccountState(Entity):
    """A sign-in carries the epoch; raising it ends every session and token of the account."""

    __tablename__ = "account_states"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), unique=True)
    epoch: Mapped[int] = mapped_column(default=1)
    language: Mapped[str | None] = mapped_column(String(12))
    wants_mail: Mapped[bool] = mapped_column(default=True, server_default=true())


class SignIn(Entity):
    """Somebody signed in: on the pages, or for a program's token. It is over at `ends_at`, or when the epoch is another.

    Both moments are the machine's own time. Each event that is written in it bears a mark of it (`event_form`).
    """

    __tablename__ = "sign_ins"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    via: Mapped[str] = mapped_column(String(20))
    epoch: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ActivationCode(Entity):
    """A one-time code with which an employee sets their first password; kept only as a hash.

    `for_office`: the account held an office when it was made, so that nobody but its owner has seen it (6.1-a).
    """

    __tablename__ = "activation_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    for_office: Mapped[bool] = mapped_column(default=False, server_default=false())


class Throttle(Entity):
    """How often something was tried by a key (hashed) in a window: the store of our rate limits.

    Its own key is drawn: the place of a row among others would tell when a complaint was paid for (6.3-d).
    """

    __tablename__ = "throttles"

    id: Mapped[int] = mapped_column(primary_key=True, default=by_chance)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    count: Mapped[int] = mapped_column(default=0)
    window_ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SecondFactor(Entity):
    """An account's authenticator app: its secret, sealed under a key outside the database, and the step used last.

    `sealed_pending` is a secret that was shown and whose first code is still to come; the one before it goes on till then.
    """

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), unique=True)
    sealed_secret: Mapped[bytes | None]
    sealed_pending: Mapped[bytes | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Entity):
    """A code that takes the place of the app once; kept only as a hash, and gone when it is used."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))


class SecondFactorReset(Entity):
    """Somebody asks that another's second factor be taken off; a second person decides."""

    __tablename__ = "second_factor_resets"
    __table_args__ = (
        CheckConstraint("asked_by_id <> user_id AND decided_by_id <> user_id", name="reset_of_another"),
        CheckConstraint("decided_by_id <> asked_by_id", name="reset_by_two"),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="reset_decided"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved: Mapped[bool | None]
