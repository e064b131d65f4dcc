"""Rendering the formal document's file after the issue is committed (policy.md 3.3.6)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from admin.access.actor import Actor, acting_as
from admin.domain.refusals import NotFound
from admin.files.documents import render_issued_document
from admin.models import IssuedDocument, db
from admin.operations.documents import record_rendering
from admin.queries.audit_chain import ChainFault
from admin.queries.documents import document_context


def render_document(document_id: int, *, actor: Actor, now: datetime) -> Path:
    """Write the DOCX under VAR_DIR/documents and record its hash; twice gives the same bytes."""
    with acting_as(actor):
        document = db.session().get(IssuedDocument, document_id)
        if document is None:
            raise NotFound(f"IssuedDocument {document_id}")
        context = document_context(db.session(), document)
        db.session().rollback()
    content = render_issued_document(context)
    path = document_path(document_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_bytes(content)
    os.replace(draft, path)
    record_rendering(document_id, hashlib.sha256(content).hexdigest(), actor=actor, now=now)
    return path


def altered_documents(session: Session) -> Iterator[ChainFault]:
    """Issued documents whose file is not the one that was rendered at their issue."""
    query = select(IssuedDocument.id, IssuedDocument.number, IssuedDocument.sha256)
    rows = session.execute(query.where(IssuedDocument.sha256.is_not(None)).execution_options(unscoped=True))
    for key, number, expected in rows:
        path = document_path(key)
        if not path.is_file():
            yield ChainFault(f"document {number}", f"its file {path.name} is gone")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            yield ChainFault(f"document {number}", f"its file {path.name} was altered")


def document_path(document_id: int) -> Path:
    """Where a document's file stands."""
    return config.current().var_dir / "documents" / f"{document_id}.docx"
