"""Which files that were taken in earlier a newer check does not accept."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.refusals import N_, Refusal, Refused
from admin.models import FileVerdict

WITHHELD: Final = N_(
    "This file is withheld: it was taken in earlier, and today's check finds that it runs or fetches something, or cannot be looked into. "
    "Have it sent again, printed to a new PDF."
)


def of_complaint(file_id: int) -> str:
    """The name of a complaint's file among the verdicts; other files go by the hash of their bytes."""
    return f"complaint_file {file_id}"


def refuse_withheld(session: Session, key: str) -> None:
    """Raise `Refused` (3.3.1) for a file that today's check did not accept."""
    query = select(FileVerdict.id).where(FileVerdict.key == key, FileVerdict.accepted.is_(False))
    if session.scalars(query.execution_options(unscoped=True)).first() is not None:
        raise Refused(Refusal("3.3.1", WITHHELD))
