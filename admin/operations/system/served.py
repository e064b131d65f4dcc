"""Stored files on their way out: hashed again before anybody gets them; one that was altered is refused, and told (6.3.3)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import config
from admin.access.actor import system_actor
from admin.domain.refusals import N_, NotFound, Refusal, Refused
from admin.models import db
from admin.operations.transaction import operation
from admin.queries.accounts.actors import acting_in
from admin.queries.system.altered import ALTERED_FILES, found_before, is_the_one
from admin.queries.system.file_verdicts import refuse_withheld

ALTERED = N_(
    "This file has changed: it was altered on the server. It is not served to anyone and nothing is "
    "decided on it; a backup may have the original file."
)


def kept_file(path: Path, sha256: str, key: int, *, now: datetime) -> bytes:
    """The bytes of a stored file, which a record (its number: `key`) has by this hash.

    Raises `NotFound` where they are gone, `Refused` (6.3.3) where they are others by now; then the trail has it and the
    auditors are told, once. `Refused` (3.3.1) where a newer check does not accept it.
    """
    refuse_withheld(db.session(), sha256)
    try:
        return checked_file(path, sha256)
    except Refused:
        _tell_of(path, path.read_bytes(), sha256, key, now)
        raise


def checked_file(path: Path, sha256: str) -> bytes:
    """The same within an operation that needs the file: what is refused there leaves no trace of its own."""
    refuse_withheld(db.session(), sha256)
    if not path.is_file():
        raise NotFound(f"file {path.name}")
    data = path.read_bytes()
    if not is_the_one(data, sha256):
        raise Refused(Refusal("6.3.3", ALTERED))
    return data


def _tell_of(path: Path, data: bytes, sha256: str, key: int, now: datetime) -> None:
    name = path.relative_to(config.current().var_dir).as_posix()
    met = hashlib.sha256(data).hexdigest()
    if found_before(db.session(), key, name, met):
        return
    # In the portal's own name: it is the one that found it, whoever asked for the file.
    with operation("find_altered_file", actor=system_actor("web"), now=now, clause="6.3.3") as op:
        op.note("read", ALTERED_FILES, key, {"file": [None, name], "sha256": [sha256, met]})
        op.tell(acting_in(op.session, "auditor", op.today), "audit", "find_altered_file", key, file=name)
