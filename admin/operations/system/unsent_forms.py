"""What is typed into a form is kept for its writer until it is sent, thrown away, or what it is about has ended."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select

from admin.access.actor import Actor
from admin.domain.refusals import N_, Invalid
from admin.models import UnsentForm
from admin.operations.newer import NewerVersion, Pairs
from admin.operations.transaction import Operation, operation
from admin.queries.system.unsent_forms import Unsent, by_name, opened, sealed

KEPT_FOR: Final = timedelta(days=60)
MOST_LETTERS: Final = 400_000  # of all fields of one form
MOST_FORMS: Final = 200  # of one person
FORMS_LOCK: Final = 20260111 << 32  # and the account's number


@dataclass(frozen=True)
class TypedForm:
    """A form as it stands in somebody's window.

    `about` names the fields that say which form it is where several share an address; `version` is the one that the window
    knows, None where it knows of none; `subject` is what the form is about, as (process, record).
    """

    place: str
    page: str
    window: str
    version: int | None
    about: tuple[str, ...]
    values: Pairs
    subject: tuple[str, int] | None = None

    @property
    def which(self) -> str:
        """Which of several forms with this address; empty where there is one."""
        held = by_name(self.values)
        told = json.dumps([[name, held.get(name, [])] for name in sorted(self.about)], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest() if self.about else ""


def keep_form(given: TypedForm, *, actor: Actor, now: datetime) -> UnsentForm:
    """Keep what is typed, for its writer alone; a saving that arrives after the form was sent keeps nothing.

    Raises `NewerVersion` (1.3.1) where another window saved another text meanwhile, `Invalid` where it is too much.
    """
    with operation("keep_form", actor=actor, now=now, clause="1.3.1") as op:
        if sum(len(name) + len(value) for name, value in given.values) > MOST_LETTERS:
            raise Invalid({"form": N_("This is more text than a form holds; shorten it.")})
        op.alone(FORMS_LOCK + (actor.user_id or 0))  # one window after the other: found, counted and added to
        row = _row_of(op, given)
        if row is None:
            return op.add(_new(op, given))
        if row.words is not None or row.window != given.window:
            _refuse_old(row, given)
            _write(op, row, given)
    return row


def _row_of(op: Operation, given: TypedForm) -> UnsentForm | None:
    """The row of this form; else one that was kept without its page's help and fits."""
    mine = (UnsentForm.user_id == op.actor.user_id, UnsentForm.place == given.place)
    rows = list(op.locked(select(UnsentForm).where(*mine)))
    exact = next((row for row in rows if row.about == given.which), None)
    held = by_name(given.values)
    loose = (row for row in rows if not row.about and (kept := opened(row)) is not None and _agree(kept, held, given))
    return exact or next(loose, None)


def _agree(kept: Unsent, held: dict[str, list[str]], given: TypedForm) -> bool:
    return all(kept.by_name.get(name, []) == held.get(name, []) for name in given.about)


def _new(op: Operation, given: TypedForm) -> UnsentForm:
    mine = select(func.count()).where(UnsentForm.user_id == op.actor.user_id, UnsentForm.words.is_not(None))
    if (op.session.scalar(mine) or 0) >= MOST_FORMS:
        raise Invalid({"form": N_("Too many of your forms wait to be sent. Send some, or discard them.")})
    process, record = given.subject or (None, None)
    row = UnsentForm(
        user_id=op.actor.user_id, place=given.place, page=given.page, process=process, record_id=record, version=0
    )
    _write(op, row, given)
    return row


def _refuse_old(row: UnsentForm, given: TypedForm) -> None:
    kept = opened(row)
    known = row.version == given.version or row.window == given.window
    if kept is not None and not known and by_name(kept.values) != by_name(given.values):
        raise NewerVersion(row.version, row.saved_at, kept.values)


def _write(op: Operation, row: UnsentForm, given: TypedForm) -> None:
    row.about, row.page, row.window, row.saved_at = given.which, given.page, given.window, op.now
    row.words, row.version = sealed(row, given.about, given.values), row.version + 1


def throw_away(key: int, *, actor: Actor, now: datetime) -> None:
    """Erase one's own text; raises `NotFound` for anybody else's."""
    with operation("throw_form_away", actor=actor, now=now, clause="1.3.1") as op:
        op.session.delete(op.find(UnsentForm, key))


def erase_old(*, actor: Actor, now: datetime) -> int:
    """Timed: what nobody has gone on with for 60 days goes, sent or not; returns how many."""
    with operation("erase_unsent_forms", actor=actor, now=now, clause="1.3.1") as op:
        gone: Any = op.session.execute(delete(UnsentForm).where(UnsentForm.saved_at < now - KEPT_FOR))
        return int(gone.rowcount)
