"""What was kept of a form until it was sent goes with the transaction that takes it, or that ends what it was about.

Asked by the transaction itself, not by each operation, so that none can forget it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from admin.models import HeldFile, UnsentForm
from admin.queries.system.chunks import chunks

_sending: ContextVar[tuple[int, ...]] = ContextVar("sending", default=())
_files: ContextVar[tuple[int, ...]] = ContextVar("files that were held", default=())


def set_sending(keys: tuple[int, ...]) -> None:
    """Say which kept forms the running request sends; it takes no held file yet."""
    _sending.set(keys)
    _files.set(())


def takes_held(key: int) -> None:
    """Say that what the running request sends holds this file, which waited for its check."""
    _files.set((*_files.get(), key))


def erase_sent(session: Session, now: datetime) -> None:
    """Erase what this request has sent; the row stays for a while, so that a saving on its way brings nothing back."""
    if keys := _sending.get():
        sent = update(UnsentForm).where(UnsentForm.id.in_(keys))
        session.execute(sent.values(words=None, saved_at=now, version=UnsentForm.version + 1))
    if files := _files.get():
        session.execute(delete(HeldFile).where(HeldFile.id.in_(files)))


def erase_about(session: Session, process: str, records: Sequence[int]) -> None:
    """Erase what anybody has typed about records that have come to their end."""
    for some in chunks(records):
        session.execute(delete(UnsentForm).where(UnsentForm.process == process, UnsentForm.record_id.in_(some)))
