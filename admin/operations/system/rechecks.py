"""Files that were taken in by an earlier check are checked again when it has learnt something; what is refused now is withheld.

A few in each round and each for itself, so that a round may be cut off anywhere: what has no verdict of today's check is due.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, literal, select, union
from sqlalchemy.orm import Session

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Refused
from admin.files.apart import Busy, checked_upload
from admin.files.faults import FileFault
from admin.files.uploads import CHECK, MIMES
from admin.models import Complaint, ComplaintFile, FileVerdict, db
from admin.models.sealing import unseal
from admin.operations.cases.evidence import kept_at, note_verdict
from admin.operations.transaction import operation
from admin.queries.accounts.actors import acting_in
from admin.queries.system.file_verdicts import of_complaint
from admin.queries.system.kept_files import KEPT

AT_ONCE: Final = 20


@dataclass(frozen=True)
class _Due:
    """A file to look into: the key of its verdict, its name and bytes (none where it cannot be opened), whose it is."""

    key: str
    name: str
    data: bytes | None
    sha256: str = ""


def recheck_files(*, actor: Actor, now: datetime) -> int:
    """Timed: check again what today's check has not seen; returns how many files it looked into.

    HR is told of each case or appeal whose file is withheld from now on; of a complaint's file nobody, for nobody else may
    know that it is there: who opens it reads why.
    """
    with acting_as(system_actor(actor.via)):
        due = [*_kept(db.session()), *_of_complaints(db.session())][:AT_ONCE]
        db.session().rollback()
    for done, each in enumerate(due):
        try:
            accepted = _accepted(each)
        except Busy:
            return done
        with operation("recheck_file", actor=actor, now=now, clause="3.3.1") as op:
            note_verdict(op, each.key, accepted)
            if not accepted and each.sha256:
                hr = acting_in(op.session, "hr", op.today)
                for kept in KEPT:
                    records = select(kept.record).where(kept.sha256 == each.sha256).distinct()
                    for key in op.session.scalars(records):
                        op.tell(hr, kept.process, "withhold_file", key)
    return len(due)


def _accepted(due: _Due) -> bool:
    if due.data is None:
        return True  # gone or altered: that is said where it is asked for
    try:
        checked_upload(due.name, due.data)
    except Busy:
        raise
    except FileFault:
        return False
    return True


def _unseen(key: Any) -> ColumnElement[bool]:
    return ~exists(select(literal(1)).where(FileVerdict.key == key, FileVerdict.check_version >= CHECK))


def _kept(session: Session) -> Iterator[_Due]:
    parts = [
        select(kept.sha256, kept.media_type).where(kept.sha256.is_not(None), _unseen(kept.sha256)) for kept in KEPT
    ]
    kinds = {mime: kind for kind, mime in MIMES.items()}
    rows: Sequence[Any] = session.execute(union(*parts).limit(AT_ONCE)).all()
    for sha256, media_type in rows:
        path = kept_at(sha256, media_type)
        yield _Due(sha256, f"file.{kinds.get(media_type, '')}", path.read_bytes() if path.is_file() else None, sha256)


def _of_complaints(session: Session) -> Iterator[_Due]:
    named = literal("complaint_file ").concat(ComplaintFile.id)
    query = (
        select(ComplaintFile, Complaint)
        .join(Complaint, Complaint.id == ComplaintFile.complaint_id)
        .where(_unseen(named))
    )
    for file, complaint in session.execute(query.order_by(ComplaintFile.id).limit(AT_ONCE)).all():
        if complaint.sealed_key is None:
            continue
        try:
            name, data = (unseal(words, complaint.sealed_key, complaint.bound_to, place) for words, place in
                          ((file.sealed_name, "name"), (file.sealed_bytes, "bytes")))  # fmt: skip
        except Refused:
            continue  # without its key, or altered: it opens for nobody
        yield _Due(of_complaint(file.id), name.decode(), data)
