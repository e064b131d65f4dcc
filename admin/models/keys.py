"""The keys under VAR_DIR/keys that rows of the database hang on, each held against the mark that the database keeps of it.

A key that is not the one whose mark stands there is never used, and none is made while rows hang on it: what another key
sealed, the rightful one could not open again. `operations.system.keys` makes and marks them. Three keys stand beside these
because no record hangs on them: `secret_key` (who is signed in), `backup_key` (who vouches for a backup) and `unsent_key`
(what is typed and not sent); a new one costs a sign-in, a vouch, or a text that nobody had sent. Events go on being tagged
where the key of events is another one: no act may stop for it, the tree holds them all the same, and what `audit verify`
cannot vouch for then is said here first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from admin.domain.refusals import N_, Refusal, Refused
from admin.models.base import Entity, UtcDateTime, db
from admin.models.event_form import EVENT_KEY
from config import current, kept_secret

COMPLAINTS, IDENTITIES, RECEIPTS = "complaint_key", "identity_key", "receipt_key"
SEALING = (COMPLAINTS, IDENTITIES, RECEIPTS)
FACTORS = "second_factor_key"
BOUND = (*SEALING, FACTORS, EVENT_KEY)
OK, MISSING, ANOTHER, UNMARKED = "ok", "missing", "another", "unmarked"
_WRONG = {
    MISSING: N_(
        "The key %(key)s is missing on this server; what was sealed with it cannot be opened or added to. "
        "The server administrator restores VAR_DIR/keys from its backup; nothing is lost until then."
    ),
    ANOTHER: N_(
        "The key %(key)s on this server is not the one that this database was sealed with. The server "
        "administrator restores VAR_DIR/keys from its backup; nothing is lost until then."
    ),
    UNMARKED: N_(
        "The database does not know the key %(key)s of this server yet. The server administrator runs "
        "./scripts/manage setup."
    ),
}
_before_marks: ContextVar[bool] = ContextVar("before_marks", default=False)


class KeyMark(Entity):
    """The fingerprint of the key that rows were sealed with; the key itself stands in VAR_DIR/keys alone."""

    __tablename__ = "key_marks"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


def key(name: str) -> str:
    """The secret of that name. Raises `Refused` (6.3.1) where it is missing, another one, or not marked yet."""
    folder = current().var_dir / "keys"
    if _before_marks.get():
        return kept_secret(folder, name)
    secret = secret_if_kept(folder, name)
    state = _state(name, secret, _marks(db.session()).get(name))
    if secret is None or state != OK:
        raise Refused(Refusal("6.3.1", _WRONG[state], {"key": name}))
    return secret


def states(session: Session) -> dict[str, str]:
    """By name: "ok", "missing", "another" or "unmarked"."""
    folder, marks = current().var_dir / "keys", _marks(session)
    return {name: _state(name, secret_if_kept(folder, name), marks.get(name)) for name in BOUND}


def faults(session: Session, names: Collection[str] = BOUND) -> list[str]:
    """Each of these keys that is not the one this database was sealed with, such as "complaint_key missing"."""
    return [f"{name} {state}" for name, state in states(session).items() if name in names and state != OK]


def fingerprint(name: str, secret: str) -> str:
    """What tells a key from another and says nothing about it: it is made of 48 bytes by chance."""
    return hashlib.sha256(f"fingerprint\0{name}\0{secret}".encode()).hexdigest()


def secret_if_kept(folder: Path, name: str) -> str | None:
    """The secret of that name where it is kept in this folder; None where it is not, and none is made."""
    try:
        return (folder / name).read_text()
    except FileNotFoundError:
        return None


@contextmanager
def before_marks() -> Iterator[None]:
    """For the migration that first sealed anything: no row hangs on a key yet, and the table of marks is to come."""
    token = _before_marks.set(True)
    try:
        yield
    finally:
        _before_marks.reset(token)


def _marks(session: Session) -> dict[str, str]:
    return dict(session.execute(select(KeyMark.__table__.c.name, KeyMark.__table__.c.fingerprint)).all())


def _state(name: str, secret: str | None, mark: str | None) -> str:
    if secret is None:
        return MISSING
    if mark is None:
        return UNMARKED
    return OK if fingerprint(name, secret) == mark else ANOTHER
