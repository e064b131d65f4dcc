"""Files whose check takes longer than a breath: held sealed until the worker has checked them, then taken by their form.

Nobody opens one meanwhile. A worker that is killed leaves the file as it was, being checked, and the next one checks it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, select, update

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.codes import HeldState
from admin.domain.refusals import N_, Invalid
from admin.files.apart import BUSY, Busy, NotYet, checked_upload
from admin.files.faults import FileFault
from admin.files.uploads import MAX_BYTES, Upload, check_length, display_name
from admin.models import HeldFile, db
from admin.models.sealing import seal_unsent, unseal_unsent
from admin.operations.sending import set_sending, takes_held
from admin.operations.transaction import operation

KEPT_FOR: Final = timedelta(days=1)
HELD_LOCK: Final = 20260110
MOST_FILES: Final = 200
MOST_ASKED: Final = 20
MARK: Final = re.compile("[0-9a-f]{64}")
MOST_BYTES: Final = 20 * MAX_BYTES  # of those who have signed in together, and as much again of all others
LOST = N_("The file that waited for its check is no longer kept; choose it again")
BEING_CHECKED = N_(
    "%(file)s is being checked. Nothing was submitted yet, and nothing is lost: send it again in a few "
    "seconds; you do not need to choose the file again."
)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WaitingFile:
    """A file that its form holds: the word that names it there, its name, and what is known of it."""

    token: str
    name: str
    state: str

    @property
    def mark(self) -> str:
        """What its state is asked for by; whoever knows it cannot hand the file in, as whoever has the word can."""
        return _hash(self.token)


class BeingChecked(Invalid):
    """What was sent holds files that are not checked yet (HTTP 422; for a program 503 with `Retry-After`)."""

    def __init__(self, name: str, held: Sequence[WaitingFile]) -> None:
        waiting = [each.name for each in held if each.state == HeldState.CHECKING]
        super().__init__({name: BEING_CHECKED}, {"file": ", ".join(waiting)})
        self.held = tuple(held)


@dataclass
class _Kept:
    """What is sealed of a held file: its name and bytes, or the refusal with its facts."""

    name: str = ""
    passed: dict[str, Any] = field(default_factory=dict)
    refused: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    data: bytes = b""


def hold(name: str, data: bytes, user_id: int | None, *, passed: Upload | None = None, now: datetime) -> WaitingFile:
    """Hold a file, sealed, until it is checked; one that has `passed` only until the others of its form have.

    Raises `FileFault` where it is too large, or so many are held that no more are taken.
    """
    check_length(data)
    token, shown = secrets.token_urlsafe(24), display_name(name)
    kept = _Kept(shown, data=data) if passed is None else _passed(passed)
    state = HeldState.CHECKING if passed is None else HeldState.PASSED
    set_sending(())  # what is held is not handed in: what was typed beside it stays kept
    with operation("hold_file", actor=system_actor("web"), now=now) as op:
        op.alone(HELD_LOCK)  # summed and added to by one at a time
        mine = HeldFile.user_id.is_(None) if user_id is None else HeldFile.user_id.is_not(None)
        count, size = op.session.execute(
            select(func.count(HeldFile.id), func.coalesce(func.sum(HeldFile.size), 0)).where(mine)
        ).one()
        if count >= MOST_FILES or size + len(data) > MOST_BYTES:
            raise FileFault(BUSY)
        row = HeldFile(
            token_hash=_hash(token), user_id=user_id, mark=_mark(user_id, name, data), state=state, size=len(kept.data), held_at=now
        )  # fmt: skip
        row.sealed = _sealed(row.token_hash, kept)
        op.add(row)
        op.wake()
    return WaitingFile(token, shown, state)


def held_upload(token: str) -> tuple[WaitingFile, Upload | None]:
    """The file that a form names, with what passed of it; the running request takes it. Raises `FileFault`: refused, gone."""
    return _verdict(_row(HeldFile.token_hash == _hash(token)), token)


def sent_again(name: str, data: bytes, user_id: int) -> tuple[WaitingFile, Upload | None] | None:
    """The same file of the same account that is held already; None where there is none. Raises `FileFault` as above."""
    row = _row((HeldFile.user_id == user_id) & (HeldFile.mark == _mark(user_id, name, data)))
    return _verdict(row, "") if row is not None else None


def states_of(marks: Sequence[str]) -> list[tuple[str, str | None]]:
    """How files that forms hold stand now, by their marks in their order; None where one is no longer kept. Takes none."""
    asked = [each for each in dict.fromkeys(marks) if MARK.fullmatch(each)][:MOST_ASKED]
    query = select(HeldFile.token_hash, HeldFile.state).where(HeldFile.token_hash.in_(asked))
    found = {row.token_hash: row.state for row in db.session().execute(query.execution_options(unscoped=True))}
    return [(mark, found.get(mark)) for mark in asked]


def checked_or_held(name: str, data: bytes, user_id: int | None, *, now: datetime) -> Upload:
    """The checked file as a program sends it, which sends the same again where it is being checked.

    Raises `FileFault`, `BeingChecked`.
    """
    try:
        return checked_upload(name, data)
    except NotYet:
        known = sent_again(name, data, user_id) if user_id is not None else None
    held, upload = known or (hold(name, data, user_id, now=now), None)
    if upload is None:
        raise BeingChecked("file", [held])
    return upload


def check_held(*, actor: Actor, now: datetime) -> int:
    """What the worker does with each file that is held and not checked: check it, apart; returns how many it checked.

    Done twice it comes to the same. A fault of ours, or a full disk, leaves the file as it was for the next round.
    """
    done = 0
    with acting_as(actor):
        waiting = select(HeldFile.id).where(HeldFile.state == HeldState.CHECKING).order_by(HeldFile.id)
        keys = list(db.session().scalars(waiting.execution_options(unscoped=True)))
        db.session().rollback()
    for key in keys:
        done += _check(key, actor, now)
    return done


def _check(key: int, actor: Actor, now: datetime) -> int:
    row = _row(HeldFile.id == key)
    if row is None or row.state != HeldState.CHECKING:
        return 0
    place = row.token_hash
    kept = _opened(row)
    db.session().rollback()  # a check takes long, and nothing is held meanwhile
    try:
        found = _passed(checked_upload(kept.name, kept.data)) if kept is not None else _Kept(refused=LOST)
    except Busy:
        return 0
    except FileFault as fault:
        found = _Kept(kept.name if kept else "", refused=fault.message, facts=dict(fault.facts))
    state = HeldState.REFUSED if found.refused else HeldState.PASSED
    with operation("check_held_file", actor=actor, now=now) as op:
        still = update(HeldFile).where(HeldFile.id == key, HeldFile.state == HeldState.CHECKING)
        op.session.execute(still.values(state=state, size=len(found.data), sealed=_sealed(place, found)))
    return 1


def forget_held(*, actor: Actor, now: datetime) -> int:
    """Timed: what no form has taken within a day goes; returns how many."""
    with operation("forget_held_files", actor=actor, now=now) as op:
        gone: Any = op.session.execute(delete(HeldFile).where(HeldFile.held_at < now - KEPT_FOR))
        return int(gone.rowcount)


def _row(where: ColumnElement[bool]) -> HeldFile | None:
    # Whoever has the word, or the same bytes and the same account, has sent it: there is no other way to a row.
    query = select(HeldFile).where(where).order_by(HeldFile.id.desc()).limit(1)
    return db.session().scalars(query.execution_options(unscoped=True, populate_existing=True)).first()


def _verdict(row: HeldFile | None, token: str) -> tuple[WaitingFile, Upload | None]:
    kept = _opened(row) if row is not None else None
    if row is None or kept is None:
        raise FileFault(LOST)
    if kept.refused:
        raise FileFault(kept.refused, **kept.facts)
    if kept.passed:
        takes_held(row.id)
    return WaitingFile(token, kept.name, row.state), Upload(**kept.passed, data=kept.data) if kept.passed else None


def _passed(upload: Upload) -> _Kept:
    told = asdict(upload)
    data = told.pop("data")
    return _Kept(upload.original_name, passed=told, data=data)


def _sealed(place: str, kept: _Kept) -> bytes:
    told = asdict(kept)
    data = told.pop("data")
    return seal_unsent(json.dumps(told, ensure_ascii=False).encode() + b"\n" + data, place)


def _opened(row: HeldFile) -> _Kept | None:
    words = unseal_unsent(row.sealed, row.token_hash)
    if words is None:
        return None
    told, _, data = words.partition(b"\n")
    return _Kept(**json.loads(told), data=data)


def _mark(user_id: int | None, name: str, data: bytes) -> str:
    # Nothing by which two files of people without a name could be told to be one.
    return _hash(f"{user_id}\0{name}\0{hashlib.sha256(data).hexdigest()}") if user_id is not None else ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
