"""Second factors as pages and `check` see them (6.3-b)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from admin.access.actor import Actor
from admin.access.second_factor import is_held, is_required
from admin.domain.one_time_codes import app_address, in_letters
from admin.domain.power import SECOND
from admin.models import RecoveryCode, SecondFactor, SecondFactorReset
from admin.models.accounts import User
from admin.models.factor_sealing import unseal_factor
from admin.queries.accounts.actors import ACTIVE_ACCOUNTS, actor_of
from admin.queries.system.paging import Part, paged
from config import current


@dataclass(frozen=True)
class SecondFactorPage:
    """One's own second factor: since when, a secret that waits for its first code, how many recovery codes are left."""

    since: datetime | None
    pending: bytes | None
    codes_left: int
    asked_for: bool
    required: bool
    account: str

    @property
    def letters(self) -> str:
        """The secret that waits, as one types it."""
        return in_letters(self.pending or b"")

    @property
    def address(self) -> str:
        """The address in the picture that an app reads."""
        return app_address(self.pending or b"", self.account, current().portal_company[-1])


def second_factor_page(session: Session, me: Actor) -> SecondFactorPage:
    """One's own second factor. Raises `Refused` (6.3-b) where the key of what waits is another one."""
    user_id = me.user_id or 0
    row = session.scalars(select(SecondFactor).where(SecondFactor.user_id == user_id)).first()
    codes = select(func.count()).select_from(RecoveryCode.__table__).where(RecoveryCode.__table__.c.user_id == user_id)
    pending = row.sealed_pending if row else None
    return SecondFactorPage(
        since=row.confirmed_at if row else None,
        pending=unseal_factor(pending, user_id) if pending else None,
        codes_left=session.scalar(codes) or 0,
        asked_for=is_held(me),
        required=is_required(me),
        account=session.scalar(select(User.username).where(User.id == user_id)) or "",
    )


@dataclass(frozen=True)
class AskedReset:
    """A reset that somebody asked for: whose, by whom, why, and whether the reader may decide on it."""

    id: int
    whose: str
    asked_by: str
    asked_at: datetime
    reason: str
    decidable: bool


@dataclass(frozen=True)
class ResetsPage:
    """A part of the resets that wait for a second person; `decides` says whether the reader may be one."""

    resets: Sequence[AskedReset]
    part: Part
    decides: bool


def resets_page(session: Session, me: Actor, wanted: int, *, since: datetime) -> ResetsPage:
    """What was asked for since then and is not decided, oldest first."""
    owner, asker = aliased(User), aliased(User)
    query = (
        select(SecondFactorReset, owner.username.label("whose"), asker.username.label("by"))
        .join(owner, owner.id == SecondFactorReset.user_id)
        .join(asker, asker.id == SecondFactorReset.asked_by_id)
        .where(SecondFactorReset.decided_at.is_(None), SecondFactorReset.asked_at >= since)
        .order_by(SecondFactorReset.asked_at, SecondFactorReset.id)
    )
    found, decides = paged(session, query, wanted), me.has(*SECOND)
    resets = [
        AskedReset(
            row.id, whose, by, row.asked_at, row.reason, decides and me.user_id not in (row.user_id, row.asked_by_id)
        )
        for row, whose, by in found.rows
    ]
    return ResetsPage(resets, found.part, decides)


def without_second_factor(session: Session, today: date) -> list[str]:
    """The sign-in names of active accounts whose offices ask for a second factor and that have none, in order."""
    factors = select(SecondFactor.user_id).where(SecondFactor.confirmed_at.is_not(None))
    set_up = set(session.scalars(factors.execution_options(unscoped=True)))
    rows = session.execute(ACTIVE_ACCOUNTS, {"today": today}).all()
    accounts = [list(found) for _key, found in groupby(rows, key=attrgetter("user_id"))]
    return sorted(
        found[0].username for found in accounts if found[0].user_id not in set_up and is_held(actor_of(found, "cli"))
    )
