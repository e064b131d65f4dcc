"""The tree held against the mark that the last seal left outside the database (6.3.3)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from admin.domain.merkle import Frontier
from admin.files.seal_mark import read_mark
from admin.queries.system.witness import root_or_none


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
    root = tree.root().hex() if tree.size == mark.sequence else root_or_none(session, mark.sequence)
    return (
        None if root == mark.sha256 else f"the trail up to {mark.sequence} was rebuilt after it was sealed at {mark.at}"
    )
