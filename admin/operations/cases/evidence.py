"""Files that people attach to a case: looked into before, kept by their hash, served as downloads only."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

import config
from admin.access.actor import Actor
from admin.domain.refusals import N_, NotFound, Refusal, Refused
from admin.files.uploads import CHECK, MIMES, Upload
from admin.files.whole import write_whole
from admin.models import Evidence, FileVerdict, Review
from admin.operations.once import INSERTS
from admin.operations.transaction import Operation, operation
from admin.queries.cases.relations import relations_of

MOST_FILES = 20
WHO_AT = {
    "self_assessment": frozenset({"subject", "hr"}),
    "rating": frozenset({"superior", "hr"}),
    "department_review": frozenset({"superior", "head", "hr"}),
}


def attach_evidence(review_id: int, upload: Upload, *, actor: Actor, now: datetime) -> Evidence:
    """Attach a checked file; the same file twice is one.

    Raises `Refused` (3.3.1) at another stage, for another person, or beyond the number of files a case may have.
    """
    with operation("attach_evidence", actor=actor, now=now, clause="3.3.1") as op:
        review = op.find(Review, review_id)
        _check_turn(op, review)
        same = select(Evidence).where(
            Evidence.review_id == review.id,
            Evidence.sha256 == upload.sha256,
            Evidence.uploaded_by_id == (actor.user_id or 0),
        )
        if (known := op.session.scalars(same).first()) is not None:
            return known
        count = op.session.scalar(select(func.count(Evidence.id)).where(Evidence.review_id == review.id)) or 0
        if count >= MOST_FILES:
            raise Refused(Refusal("3.3.1", N_("A case holds at most %(most)s files."), {"most": MOST_FILES}))
        keep_file(upload)
        note_verdict(op, upload.sha256, True)
        return op.add(
            Evidence(
                review_id=review.id, uploaded_by_id=actor.user_id, uploaded_at=now, filename=upload.original_name,
                media_type=upload.mime, size=upload.size, sha256=upload.sha256,
            )
        )  # fmt: skip


def remove_evidence(review_id: int, evidence_id: int, *, actor: Actor, now: datetime) -> None:
    """Take one's own file off a case while it is one's turn; raises `NotFound`, `Refused`.

    The bytes stay until the clean-up finds that no case holds them: another may have the same file.
    """
    with operation("remove_evidence", actor=actor, now=now, clause="3.3.1") as op:
        review = op.find(Review, review_id)
        _check_turn(op, review)
        row = op.find(Evidence, evidence_id)
        if row.review_id != review.id or row.uploaded_by_id != actor.user_id:
            raise NotFound(f"Evidence {evidence_id}")
        op.session.delete(row)


def _check_turn(op: Operation, review: Review) -> None:
    relations = relations_of(op.session, review, op.actor)
    if op.actor.user_id is None or not relations & WHO_AT.get(review.stage, frozenset()):
        raise Refused(Refusal("3.3.1", N_("Files are attached by those whose turn it is, while it is their turn.")))


def stored_at(row: Evidence) -> Path:
    """Where a file's bytes stand under VAR_DIR."""
    return kept_at(row.sha256, row.media_type)


def kept_at(sha256: str, media_type: str) -> Path:
    """Where the bytes with this hash stand under VAR_DIR."""
    kinds = {mime: kind for kind, mime in MIMES.items()}
    return _folder() / f"{sha256}.{kinds.get(media_type, 'bin')}"


def _folder() -> Path:
    return config.current().var_dir / "evidence"


def keep_file(upload: Upload) -> None:
    """Keep a checked file's bytes by their hash; the same bytes are kept once."""
    path = _folder() / upload.stored_name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return
    write_whole(path, upload.data)


def note_verdict(op: Operation, key: str, accepted: bool) -> None:
    """Keep what today's check says of a file, in the place of what an earlier one said."""
    values = {"check_version": CHECK, "accepted": accepted, "checked_at": op.now}
    made = INSERTS[op.session.get_bind().dialect.name](FileVerdict).values(key=key, **values)
    op.session.execute(made.on_conflict_do_update(index_elements=["key"], set_=values))
