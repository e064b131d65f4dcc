"""What the reader has typed into forms and not sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.models import UnsentForm
from admin.models.sealing import seal_unsent, unseal_unsent

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Unsent:
    """One form as it was typed: its fields in their order, and the names of those that say which form it is."""

    key: int
    place: str
    page: str
    window: str
    version: int
    saved_at: datetime
    about: tuple[str, ...]
    values: Pairs

    @property
    def by_name(self) -> dict[str, list[str]]:
        """What each field held; several of one name in their order."""
        return by_name(self.values)

    def is_of(self, sent: Mapping[str, Sequence[str]]) -> bool:
        """Whether a form with these fields is this one, and no other that is sent to the same address."""
        held = self.by_name
        return all(list(sent.get(name, ())) == held.get(name, []) for name in self.about)


def by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Fields by their names, several of one name in their order."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def unsent_forms(session: Session, reader: Actor, place: str | None = None) -> list[Unsent]:
    """The reader's own forms that wait to be sent, the newest last; those sent to `place`, or all."""
    query = select(UnsentForm).where(UnsentForm.user_id == (reader.user_id or 0), UnsentForm.words.is_not(None))
    if place is not None:
        query = query.where(UnsentForm.place == place)
    found = (opened(row) for row in session.scalars(query.order_by(UnsentForm.saved_at)))
    return [each for each in found if each is not None]


def opened(row: UnsentForm) -> Unsent | None:
    """A row with its words unsealed; None where it was sent, or the key that sealed them is gone."""
    words = unseal_unsent(row.words, _whose(row)) if row.words is not None else None
    if words is None:
        return None
    held = json.loads(words)
    values = tuple((name, value) for name, value in held["values"])
    return Unsent(row.id, row.place, row.page, row.window, row.version, row.saved_at, tuple(held["about"]), values)


def sealed(row: UnsentForm, about: Sequence[str], values: Pairs) -> bytes:
    """The words of a row, sealed for its person and its form."""
    return seal_unsent(json.dumps({"about": about, "values": values}, ensure_ascii=False).encode(), _whose(row))


def _whose(row: UnsentForm) -> str:
    return f"{row.user_id}\0{row.place}"
