"""What stands for a personal text in the audit trail: a hash with a salt, which goes when the text goes (6.3-b).

The trail keeps the commitment for ever, the salt stands apart and only as long as the text that it belongs to: erased or
written over, nobody can try out any more what it was, and nothing in the chain has changed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import String, UniqueConstraint, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from admin.models.base import Entity
from admin.models.event_form import Canonical

SALTED, UNSALTED = "salted:", "sha256:"  # events from before salts were hold the second


def _in_words(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    # A file's bytes as their hash: written out they would be four times as long.
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)


_PERSONAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=_in_words).encode


class AuditSalt(Entity):
    """The salt of one text that stands in a row now."""

    __tablename__ = "audit_salts"
    __table_args__ = (UniqueConstraint("record_type", "record_id", "column_name", name="uq_audit_salt_place"),)

    record_type: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    column_name: Mapped[str] = mapped_column(String(40))
    salt: Mapped[str] = mapped_column(String(32))


class Commitment(str):
    """A text's commitment on its way into the trail, with the salt that is to be kept apart."""

    salt: str


def commitment(value: Any, salt: str | None = None) -> Commitment:
    """The hash that stands for a personal text; with a salt of its own where none is given."""
    salt = salt or secrets.token_hex(16)
    text = value.text if isinstance(value, Canonical) else _PERSONAL(value)
    made = Commitment(SALTED + hashlib.sha256(f"{salt} {text}".encode()).hexdigest())
    made.salt = salt
    return made


def unsalted(value: Any) -> str:
    """The hash that stood for a personal text in events from before."""
    return UNSALTED + hashlib.sha256(_PERSONAL(value).encode()).hexdigest()


SALTS = AuditSalt.__table__
PLACE = ("record_type", "record_id", "column_name")
EARLIER = "earlier text"  # its commitment stands in the event that put it there
_ROW_GONE = delete(SALTS).where(SALTS.c.record_type == bindparam("old_type"), SALTS.c.record_id == bindparam("old_id"))
_GONE = delete(SALTS).where(*(SALTS.c[name] == bindparam(f"old_{name}") for name in PLACE))


def keep_salts(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Keep the salts of texts that these events put into rows, and forget those of texts that they took out."""
    gone, new = [], []
    for place, after in _texts(rows):
        if isinstance(after, Commitment):
            new.append({**dict(zip(PLACE, place, strict=True)), "salt": after.salt})
        else:
            gone.append({f"old_{name}": value for name, value in zip(PLACE, place, strict=True)})
    if gone:
        connection.execute(_GONE, gone)
    if new:
        # A text that is written over takes its salt with it.
        put = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(AuditSalt)
        connection.execute(put.on_conflict_do_update(index_elements=PLACE, set_={"salt": put.excluded.salt}), new)


def forget_salts(connection: Connection, rows: Sequence[tuple[str, int]]) -> None:
    """Forget the salts of all texts of rows (table, number) that are gone."""
    if rows:
        connection.execute(_ROW_GONE, [{"old_type": table, "old_id": key} for table, key in rows])


def _texts(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[tuple[str, int, str], Any]]:
    """The places of personal texts in these events, each with what stands there now."""
    for row in rows:
        # Most events tell of no such text, which the one that is hashed shows at once.
        changes = row["changes"]
        if isinstance(changes, Canonical) and SALTED not in changes.text and EARLIER not in changes.text:
            continue
        for name, pair in changes.items():
            if row["record_id"] is not None and isinstance(pair, list) and len(pair) == 2 and _is_text(*pair):
                yield (row["record_type"], row["record_id"], name), pair[1]


def _is_text(before: Any, after: Any) -> bool:
    return isinstance(after, Commitment) or bool(before == EARLIER)
