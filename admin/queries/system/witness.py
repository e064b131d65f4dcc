"""The published heads held against the trail as it stands (6.3.3)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.domain.refusals import Refusal, Refused
from admin.domain.witness import HeadsList, extension_refusal, standing
from admin.models import AuditSeal, PublishedHead
from admin.queries.system.audit_chain import root_at

HEADS = PublishedHead.__table__


def remembered(session: Session) -> list[str]:
    """The list as the database has it."""
    return list(session.connection().scalars(select(HEADS.c.content).order_by(HEADS.c.id)))


def last_published(session: Session) -> dict[str, Any] | None:
    """The last head that was published, as the notice site shows it; None before the first."""
    last = standing(remembered(session)).last
    return None if last is None else {"sequence": last.sequence, "sha256": last.sha256, "at": last.at}


def unextended(session: Session, here: HeadsList) -> Refusal | None:
    """Why nothing may be published after a list that stands so; None where the trail extends the last of its heads."""
    return extension_refusal(here.base, size_of(session), lambda size: root_or_none(session, size))


def size_of(session: Session) -> int:
    """How many events are sealed."""
    return session.connection().scalar(select(func.max(AuditSeal.__table__.c.id))) or 0


def root_or_none(session: Session, size: int) -> str | None:
    """The root at a size, in hex; None where a seal that holds a part of it is gone."""
    try:
        return root_at(session, size).hex()
    except Refused:
        return None
