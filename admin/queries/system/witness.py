"""The published heads held against the trail as it stands (6.3.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.domain.merkle import Frontier
from admin.domain.refusals import Refusal
from admin.domain.witness import HeadsList, extension_refusal, standing
from admin.files.seal_mark import read_mark
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
    return extension_refusal(here.base, size_of(session), lambda size: _root(session, size))


def mark_fault(session: Session, var_dir: Path, tree: Frontier) -> str | None:
    """Why the tree as it stands does not go on from the mark that the last seal left outside the database; None where it does."""
    try:
        mark = read_mark(var_dir)
    except ValueError:
        return "something else than the portal has written it"
    if mark is None:
        return None
    if tree.size < mark.sequence:
        return (
            f"the trail was sealed up to {mark.sequence} at {mark.at} and ends at {tree.size}: "
            "its tail was deleted, or this is an older backup"
        )
    # Nearly always the tree stands where the mark is: no question to the database.
    root = tree.root().hex() if tree.size == mark.sequence else _root(session, mark.sequence)
    return (
        None
        if root == mark.sha256
        else f"the trail up to {mark.sequence} was made anew after it was sealed at {mark.at}"
    )


def size_of(session: Session) -> int:
    """How many events are sealed."""
    return session.connection().scalar(select(func.max(AuditSeal.__table__.c.id))) or 0


def _root(session: Session, size: int) -> str | None:
    try:
        return root_at(session, size).hex()
    except (KeyError, IndexError):
        return None  # a seal that holds a part of it is gone
