"""What is hashed of an audit event, and what nobody but this portal can write beside it (6.3.3).

An event has two halves, its short columns and its changes, each hashed by itself: whoever is shown one half with its
proof learns nothing of the other, because the short columns hold a nonce. Events from before have neither nonce nor
tag and are hashed as one text. An event that somebody signed in has written names the sign-in by a mark of its own,
which nobody without the key makes or tells apart: two events of one sign-in have nothing in common.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from config import current, kept_secret

EVENT_KEY = "event_key"
FINGERPRINT = 8  # characters of a tag that say under which key it was made
NONCE = 16  # bytes
MARK = 32  # characters that stand for a sign-in
BEFORE = ("act", "actor_id", "actor_name", "business_at")  # the canonical form names them in alphabetical order
AFTER = ("clause", "operation", "record_id", "record_type", "recorded_at", "via")
HEADER = (*BEFORE, "clause", "nonce", *AFTER[1:])
SIGNED_IN = (*HEADER[:-1], "sign_in", HEADER[-1])
_OLD_FORM = "{" + ", ".join(f'"{name}": %s' for name in (*BEFORE, "changes", *AFTER)) + "}"
_FORM = "{" + ", ".join(f'"{name}": %s' for name in HEADER) + "}"
_SIGNED_IN_FORM = "{" + ", ".join(f'"{name}": %s' for name in SIGNED_IN) + "}"
_before, _after = itemgetter(*BEFORE), itemgetter(*AFTER)
_header, _signed_in_header = itemgetter(*HEADER), itemgetter(*SIGNED_IN)
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()  # as the database gives it back
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str | int | float | bool | dict | list) or value is None:
        return value
    return str(value)


def with_hashes(
    shared: Mapping[str, Any], events: Iterable[tuple[str, str, int | None, Any]], sign_in: int | None = None
) -> list[dict[str, Any]]:
    """Rows for the audit table: `shared` are the columns that all have, each event says act, record type, id and changes.

    `sign_in` is the number of the sign-in in which they are written, where somebody is signed in.
    """
    # The form is filled twice: what is common now, the rest row by row, so signs of per cent are kept for the second
    # time.
    common = {name: _short(shared.get(name)).replace("%", "%%") for name in HEADER}
    filled = common | dict.fromkeys(("act", "nonce", "record_id", "record_type", "sign_in"), "%s")
    form = _FORM % _header(filled) if sign_in is None else _SIGNED_IN_FORM % _signed_in_header(filled)
    rows, secret = [], event_key(current().var_dir / "keys")
    for act, kind, key, changes in events:
        nonce = secrets.token_hex(NONCE)
        own = (_short(act), f'"{nonce}"', "null" if key is None else key, _short(kind))
        mark = None if sign_in is None else sign_in_mark(sign_in, nonce, secret)
        header = form % (own if mark is None else (*own, f'"{mark}"'))
        content = joined(_sha256(header), changes_hash(changes))
        rows.append(
            {**shared, "act": act, "record_type": kind, "record_id": key, "changes": changes, "nonce": nonce,
             "sign_in": mark, "content_hash": content, "tag": tag(content, secret)}
        )  # fmt: skip
    return rows


def content_hash(row: Mapping[str, Any], changes: Any) -> str:
    """SHA-256 over an event: its short columns and its changes."""
    if row.get("nonce") is None:
        return _sha256(_OLD_FORM % (*map(_short, _before(row)), _CANONICAL(changes), *map(_short, _after(row))))
    return joined(header_hash(row), changes_hash(changes))


def header_hash(row: Mapping[Any, Any]) -> str:
    """SHA-256 over the short columns: who, when, what kind of act on which record."""
    if row.get("sign_in") is None:
        return _sha256(_FORM % tuple(map(_short, _header(row))))
    return _sha256(_SIGNED_IN_FORM % tuple(map(_short, _signed_in_header(row))))


def changes_hash(changes: Any) -> str:
    """SHA-256 over what was changed from what to what."""
    return _sha256(changes_text(changes))


def changes_text(changes: Any) -> str:
    """What was changed, as it is hashed."""
    return _CANONICAL(changes)


def joined(header: str, changes: str) -> str:
    """The hash of an event from those of its halves."""
    return _sha256(f"{header} {changes}")


def leaf_data(event_id: int, content: str) -> bytes:
    """What an event puts into the tree: its number and its hash."""
    return f"{event_id} {content}".encode()


def tag(content: str, key: bytes) -> str:
    """What only this portal's key can make of an event's hash, after the key's own fingerprint."""
    return fingerprint(key) + hmac.digest(key, content.encode(), "sha256").hex()[:32]


def sign_in_mark(sign_in: int, nonce: str, key: bytes) -> str:
    """What an event with this nonce says of the sign-in in which it was written."""
    return hmac.digest(key, f"sign-in {sign_in} {nonce}".encode(), "sha256").hex()[:MARK]


@lru_cache(maxsize=8)
def event_key(folder: Path) -> bytes:
    """The key of events, kept apart from the database: who writes rows by SQL has no tag for them."""
    return kept_secret(folder, EVENT_KEY).encode()


@lru_cache(maxsize=8)
def fingerprint(key: bytes) -> str:
    """A few characters by which a key is known without telling it."""
    return hashlib.sha256(key).hexdigest()[:FINGERPRINT]


def _sha256(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


@lru_cache(maxsize=20_000, typed=True)
def _short(value: Any) -> str:
    """A short value's canonical form: the same few come again and again."""
    return _CANONICAL(plain(value))
