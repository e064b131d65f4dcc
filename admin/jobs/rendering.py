"""Rendering the files of documents and minutes after what they say is committed (3.3.4, 3.3.6)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from admin.access.actor import Actor, acting_as
from admin.domain.codes import MeetingStage, PrintKind
from admin.domain.refusals import N_, NotFound, Refusal, Refused
from admin.domain.witness import Published
from admin.files.apart import filled_apart
from admin.files.documents import ROW_FIELDS, render_issued_document
from admin.files.faults import FileFault
from admin.files.minutes import render_minutes
from admin.files.printing import print_pdf
from admin.files.proof_codes import code_for_paper, proof_address
from admin.files.whole import write_whole
from admin.models import DocumentPrint, DocumentTemplate, IssuedDocument, Meeting, db
from admin.operations.cases.evidence import kept_at
from admin.operations.committee.meetings import record_minutes
from admin.operations.outcome.documents import record_rendering
from admin.operations.outcome.letters import record_print
from admin.operations.system.audit import seal
from admin.operations.system.witness import publish_head
from admin.queries.committee.minutes import minutes_context
from admin.queries.outcome.document_words import language_of, said
from admin.queries.outcome.documents import document_context, proof_under
from admin.queries.outcome.letter_words import LETTERS
from admin.queries.outcome.letters import LetterPart, head_of_prints, letters_of, parts_of, prints_of
from admin.queries.outcome.statements import sole_change
from admin.queries.system.altered import is_the_one
from admin.queries.system.audit_chain import ChainFault
from admin.queries.system.kept_files import KEPT

OTHER_MINUTES = N_("The minutes were signed in other words than this version prints. Download the signed file (DOCX).")


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
        layout = layout_of(db.session(), document)
        db.session().rollback()
    code = _picture(context["proof_code"]) if context["proof_code"] else None
    # HR's own layout is filled apart: it is a file that came from outside, whoever brought it.
    content = filled_apart(layout, context, code) if layout else render_issued_document(context, code=code)
    # Before the file: bytes other than the first ones are refused here, and then nothing is written.
    record_rendering(document_id, hashlib.sha256(content).hexdigest(), under, actor=actor, now=now)
    return _write(document_path(document_id), content)


def layout_of(session: Session, document: IssuedDocument) -> bytes | None:
    """HR's own layout that a document was issued with, its bytes held against their hash; None for the one that ships."""
    if document.template_id is None:
        return None
    template = session.get_one(DocumentTemplate, document.template_id)
    return template_bytes(template)


def template_bytes(template: DocumentTemplate) -> bytes:
    """The file of a version. Raises `FileFault` where it is gone or is not the one that was brought."""
    path = kept_at(template.sha256, template.media_type)
    if not path.is_file() or not is_the_one(data := path.read_bytes(), template.sha256):
        raise FileFault(
            N_("The file of version %(version)s of the template is gone or was altered; restore it from a backup"),
            version=template.version,
        )
    return data


def print_document(document_id: int, *, actor: Actor, now: datetime) -> Path:
    """Write the document as PDF and record its hash; twice gives the same bytes. Raises as `print_pdf` does."""
    with acting_as(actor):
        document = db.session().get(IssuedDocument, document_id)
        if document is None:
            raise NotFound(f"IssuedDocument {document_id}")
        under = proof_under(db.session(), document)
        context = document_context(db.session(), document, under) | {"columns": list(ROW_FIELDS)}
        language, made_at, title = language_of(document.title), document.issued_at, document.title
        db.session().rollback()
    codes = {}
    if context["proof_code"]:
        codes["proof"], context["proof_code"] = _picture(context["proof_code"]), "proof"
    content = print_pdf("document.typ", context, language=language, made_at=made_at, codes=codes)
    sha256 = hashlib.sha256(content).hexdigest()
    record_print(document_id, PrintKind.LIST, LetterPart(0, title, ()), sha256, under, actor=actor, now=now)
    return _write(print_path(document_id, PrintKind.LIST, 0), content)


def print_letters(document_id: int, *, actor: Actor, now: datetime) -> None:
    """Print the letters of a document, a file for each department; what is printed and stands is not printed again.

    The first time the head that covers the results is published, so that each letter carries its proof. Whoever's letter
    holds a sign that no font has is named with the print, and the others' go.
    """
    with acting_as(actor):
        document = db.session().get(IssuedDocument, document_id)
        if document is None:
            raise NotFound(f"IssuedDocument {document_id}")
        done = {row.part: row for row in prints_of(db.session(), document_id, PrintKind.LETTERS)}
        known = [LetterPart(row.part, row.title, row.changes) for row in done.values()]
        parts = [*known, *parts_of(db.session(), document)[len(known) :]]
        db.session().rollback()
    if not done:
        _cover(actor=actor, now=now)
    with acting_as(actor):
        under = head_of_prints(db.session(), document_id)
        db.session().rollback()
    for part in parts:
        path = print_path(document_id, PrintKind.LETTERS, part.part)
        if part.part in done and path.is_file():
            continue
        content, unprintable = _letters(document_id, part, under, actor)
        sha256 = hashlib.sha256(content).hexdigest()
        record_print(document_id, PrintKind.LETTERS, part, sha256, under, unprintable, actor=actor, now=now)
        _write(path, content)


def own_letter(document_id: int, change_id: int, *, actor: Actor) -> bytes:
    """One person's letter, made when it is asked for from what the record holds."""
    with acting_as(actor):
        under = head_of_prints(db.session(), document_id)
        db.session().rollback()
    return _letters(document_id, LetterPart(0, "", (change_id,)), under, actor, alone=True)[0]


def _letters(
    document_id: int, part: LetterPart, under: Published | None, actor: Actor, *, alone: bool = False
) -> tuple[bytes, list[dict[str, str]]]:
    with acting_as(actor):
        document = db.session().get_one(IssuedDocument, document_id)
        letters = dict(letters_of(db.session(), document, part.changes, under))
        language, made_at = language_of(document.title), document.issued_at
        db.session().rollback()
    title = said(LETTERS, language)
    codes = {f"proof-{key}": _picture(row["proof_code"]) for key, row in letters.items() if row["proof_code"]}
    for key, row in letters.items():
        row["proof_code"] = f"proof-{key}" if row["proof_code"] else ""

    def printed(some: Iterable[int]) -> bytes:
        data = {"title": title, "letters": [letters[key] for key in some]}
        return print_pdf("letter.typ", data, language=language, made_at=made_at, codes=codes)

    try:
        return printed(letters), []
    except FileFault:
        if alone:
            raise
    # One at a time only where the whole fails: that is how it is found whose it is.
    unprintable = {}
    for key, row in letters.items():
        try:
            printed([key])
        except FileFault as fault:
            unprintable[key] = {"addressee": row["addressee"], "text": str(fault.facts.get("text", ""))}
    return printed([key for key in letters if key not in unprintable]), list(unprintable.values())


def _picture(proof: str) -> bytes:
    return code_for_paper(proof_address(config.current().notice_site_url, proof))


def print_path(document_id: int, kind: PrintKind, part: int) -> Path:
    """Where a print of a document stands."""
    return config.current().var_dir / "documents" / f"{document_id}-{kind}-{part}.pdf"


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


def print_minutes(meeting_id: int, without: Collection[int] = (), *, actor: Actor) -> bytes:
    """The signed minutes as PDF, or an extract without these cases: made when asked for, of what was signed.

    Raises `NotFound` before both have signed, and where the rows no longer say what the signed file says.
    """
    with acting_as(actor):
        meeting = db.session().get(Meeting, meeting_id)
        if meeting is None or meeting.minutes_sha256 is None or meeting.closed_at is None:
            raise NotFound(f"Minutes {meeting_id}")
        whole, sha256, made_at = minutes_context(db.session(), meeting), meeting.minutes_sha256, meeting.closed_at
        context = minutes_context(db.session(), meeting, without) if without else whole
        db.session().rollback()
    # The Word file is what was signed: only what makes the same bytes is printed.
    if hashlib.sha256(render_minutes(whole)).hexdigest() != sha256:
        raise Refused(Refusal("3.3.4", OTHER_MINUTES))
    return print_pdf("minutes.typ", context, language=config.current().portal_language, made_at=made_at)


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, content)
    return path


def altered_documents(session: Session) -> Iterator[ChainFault]:
    """Issued documents, minutes, evidence and scans whose file is not the one that was rendered or attached."""
    yield from _altered(session, "document", IssuedDocument, IssuedDocument.sha256, document_path)
    prints = select(DocumentPrint).order_by(DocumentPrint.id).execution_options(unscoped=True)
    for row in session.scalars(prints):
        name = f"print {row.title}"
        yield from _held_against(name, print_path(row.document_id, PrintKind(row.kind), row.part), row.sha256)
    yield from _altered(session, "minutes", Meeting, Meeting.minutes_sha256, minutes_path)
    for place, key, media_type, expected in _attached(session):
        path = kept_at(expected or "", media_type or "")
        if not path.is_file() or not is_the_one(path.read_bytes(), expected or ""):
            yield ChainFault(f"{place} {key}", f"its file {path.name} {'was altered' if path.is_file() else 'is gone'}")


def _attached(session: Session) -> Iterator[tuple[str, int, str | None, str | None]]:
    """What people handed in: table, row, kind and hash of the file."""
    for kept in KEPT:
        query = select(kept.table.id, kept.media_type, kept.sha256).where(kept.sha256.is_not(None))
        rows = session.execute(query.order_by(kept.table.id).execution_options(unscoped=True))
        yield from ((kept.table.__tablename__, *row) for row in rows)


def _altered(session: Session, what: str, table: Any, kept: Any, place: Callable[[int], Path]) -> Iterator[ChainFault]:
    query = select(table.id, table.number, kept).where(kept.is_not(None))
    for key, number, expected in session.execute(query.order_by(table.id).execution_options(unscoped=True)):
        yield from _held_against(f"{what} {number}", place(key), expected or "")


def _held_against(what: str, path: Path, expected: str) -> Iterator[ChainFault]:
    if not path.is_file():
        yield ChainFault(what, f"its file {path.name} is gone")
    elif not is_the_one(path.read_bytes(), expected):
        yield ChainFault(what, f"its file {path.name} was altered")


def document_path(document_id: int) -> Path:
    """Where a document's file stands."""
    return config.current().var_dir / "documents" / f"{document_id}.docx"


def minutes_path(meeting_id: int) -> Path:
    """Where a meeting's minutes stand."""
    return config.current().var_dir / "minutes" / f"{meeting_id}.docx"
