"""Rendering the files of documents and minutes after what they say is committed (3.3.4, 3.3.6)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from admin.access.actor import Actor, acting_as
from admin.domain.codes import MeetingStage
from admin.domain.refusals import NotFound, Refused
from admin.files.documents import render_issued_document
from admin.files.minutes import render_minutes
from admin.files.whole import write_whole
from admin.models import Appeal, Evidence, IssuedDocument, Meeting, db
from admin.operations.cases.evidence import kept_at
from admin.operations.committee.meetings import record_minutes
from admin.operations.outcome.documents import record_rendering
from admin.operations.system.audit import seal
from admin.operations.system.witness import publish_head
from admin.queries.committee.minutes import minutes_context
from admin.queries.outcome.documents import document_context, proof_under
from admin.queries.outcome.statements import sole_change
from admin.queries.system.altered import is_the_one
from admin.queries.system.audit_chain import ChainFault


def render_document(document_id: int, *, actor: Actor, now: datetime) -> Path:
    """Write the DOCX under VAR_DIR/documents and record its hash; twice gives the same bytes.

    One about one person prints the proof of that result, for which the head that covers it is published first.
    """
    with acting_as(actor):
        document = db.session().get(IssuedDocument, document_id)
        if document is None:
            raise NotFound(f"IssuedDocument {document_id}")
        first = document.sha256 is None and sole_change(db.session(), document_id) is not None
    if first:
        _cover(actor=actor, now=now)
    with acting_as(actor):
        document = db.session().get_one(IssuedDocument, document_id)
        under = proof_under(db.session(), document)
        context = document_context(db.session(), document, under)
        db.session().rollback()
    content = render_issued_document(context)
    # Before the file: bytes other than the first ones are refused here, and then nothing is written.
    record_rendering(document_id, hashlib.sha256(content).hexdigest(), under, actor=actor, now=now)
    return _write(document_path(document_id), content)


def _cover(*, actor: Actor, now: datetime) -> None:
    """Publish the head over what has been issued. Where none may go out, the paper goes without its proof, which stands on the card."""
    seal(actor=actor, now=now)
    with suppress(Refused):
        publish_head(actor=actor, now=now)


def render_meeting_minutes(meeting_id: int, *, actor: Actor, now: datetime) -> Path:
    """Write the signed minutes under VAR_DIR/minutes and record their hash; twice gives the same bytes."""
    with acting_as(actor):
        meeting = db.session().get(Meeting, meeting_id)
        if meeting is None or meeting.stage != MeetingStage.SIGNED:
            raise NotFound(f"Meeting {meeting_id}")
        context = minutes_context(db.session(), meeting)
        db.session().rollback()
    content = render_minutes(context)
    # Before the file: bytes other than the first ones are refused here, and then nothing is written.
    record_minutes(meeting_id, hashlib.sha256(content).hexdigest(), actor=actor, now=now)
    return _write(minutes_path(meeting_id), content)


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, content)
    return path


def altered_documents(session: Session) -> Iterator[ChainFault]:
    """Issued documents, minutes, evidence and scans whose file is not the one that was rendered or attached."""
    yield from _altered(session, "document", IssuedDocument, IssuedDocument.sha256, document_path)
    yield from _altered(session, "minutes", Meeting, Meeting.minutes_sha256, minutes_path)
    for place, key, media_type, expected in _attached(session):
        path = kept_at(expected or "", media_type or "")
        if not path.is_file() or not is_the_one(path.read_bytes(), expected or ""):
            yield ChainFault(f"{place} {key}", f"its file {path.name} {'was altered' if path.is_file() else 'is gone'}")


def _attached(session: Session) -> Iterator[tuple[str, int, str | None, str | None]]:
    """Evidence and scans of appeals: table, row, kind and hash of the file."""
    files = select(Evidence.id, Evidence.media_type, Evidence.sha256).order_by(Evidence.id)
    scans = select(Appeal.id, Appeal.scan_media_type, Appeal.scan_sha256).where(Appeal.scan_sha256.is_not(None))
    for key, media_type, expected in session.execute(files.execution_options(unscoped=True)):
        yield "evidence", key, media_type, expected
    for key, kind, kept in session.execute(scans.order_by(Appeal.id).execution_options(unscoped=True)):
        yield "appeals", key, kind, kept


def _altered(session: Session, what: str, table: Any, kept: Any, place: Callable[[int], Path]) -> Iterator[ChainFault]:
    query = select(table.id, table.number, kept).where(kept.is_not(None))
    for key, number, expected in session.execute(query.order_by(table.id).execution_options(unscoped=True)):
        path = place(key)
        if not path.is_file():
            yield ChainFault(f"{what} {number}", f"its file {path.name} is gone")
        elif not is_the_one(path.read_bytes(), expected or ""):
            yield ChainFault(f"{what} {number}", f"its file {path.name} was altered")


def document_path(document_id: int) -> Path:
    """Where a document's file stands."""
    return config.current().var_dir / "documents" / f"{document_id}.docx"


def minutes_path(meeting_id: int) -> Path:
    """Where a meeting's minutes stand."""
    return config.current().var_dir / "minutes" / f"{meeting_id}.docx"
