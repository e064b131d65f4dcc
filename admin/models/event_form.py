"""What is hashed of an audit event, and what nobody but this portal can write beside it (6.3.3).

An event has two halves, its short columns and its changes, each hashed by itself: whoever is shown one half with its
proof learns nothing of the other, because the short columns hold a nonce. Events from before have neither nonce nor
tag and are hashed as one text. An event that somebody signed in has written names the sign-in by a mark of its own,
which nobody without the key makes or tells apart: two events of one sign-in have nothing in common.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]
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
_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False)
# `JSONEncoder.encode` makes its encoder anew for each value, which takes as long as a short value itself.
_PARTS = c_make_encoder and c_make_encoder(None, _JSON.default, encode_basestring, None, ": ", ", ", True, False, True)
BLOCK = 64  # bytes that SHA-256 takes at a time
_AS_IT_IS = frozenset((str, int, float, bool, dict, list, type(None)))


class Canonical(dict[str, Any]):
    """What is hashed and stored as JSON, with its canonical text: made once, and stored as it was hashed."""

    __slots__ = ("text",)
    text: str


def canonical(values: Mapping[str, Any]) -> Canonical:
    """The same values with their text; nothing is put into them afterwards."""
    made = Canonical(values)
    made.text = changes_text(values)
    return made


def as_stored(value: Any) -> str:
    """A value as the text of a JSON column; every engine of the portal stores it so."""
    return value.text if type(value) is Canonical else json.dumps(value)


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if type(value) in _AS_IT_IS:  # nearly all are: asked first, and once
        return value
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
    rows, told, secret = [], list(events), event_key(current().var_dir / "keys")
    chance = secrets.token_hex(NONCE * len(told))  # asked for once, for all of them
    for place, (act, kind, key, given) in enumerate(told):
        nonce, changes = chance[2 * NONCE * place : 2 * NONCE * (place + 1)], canonical(given)
        own = (_short(act), f'"{nonce}"', "null" if key is None else key, _short(kind))
        mark = None if sign_in is None else sign_in_mark(sign_in, nonce, secret)
        header = form % (own if mark is None else (*own, f'"{mark}"'))
        content = joined(_sha256(header), _sha256(changes.text))
        rows.append(
            {**shared, "act": act, "record_type": kind, "record_id": key, "changes": changes, "nonce": nonce,
             "sign_in": mark, "content_hash": content, "tag": tag(content, secret)}
        )  # fmt: skip
    return rows


def content_hash(row: Mapping[str, Any], changes: Any) -> str:
    """SHA-256 over an event: its short columns and its changes."""
    if row.get("nonce") is None:
        return _sha256(_OLD_FORM % (*map(_short, _before(row)), _canonical(changes), *map(_short, _after(row))))
    return joined(header_hash(row), changes_hash(changes))


def content_hash_of_text(row: Mapping[str, Any], changes: str) -> str | None:
    """The same of changes as they are stored, unread; None of an event from before, which is hashed as one text."""
    return None if row.get("nonce") is None else joined(header_hash(row), _sha256(changes))


def header_hash(row: Mapping[Any, Any]) -> str:
    """SHA-256 over the short columns: who, when, what kind of act on which record."""
    if row.get("sign_in") is None:
        return _sha256(_FORM % tuple(_ONCE.get(name, _short)(row[name]) for name in HEADER))
    return _sha256(_SIGNED_IN_FORM % tuple(_ONCE.get(name, _short)(row[name]) for name in SIGNED_IN))


def changes_hash(changes: Any) -> str:
    """SHA-256 over what was changed from what to what."""
    return _sha256(changes_text(changes))


def changes_text(changes: Any) -> str:
    """What was changed, as it is hashed."""
    return _canonical(changes)


def joined(header: str, changes: str) -> str:
    """The hash of an event from those of its halves."""
    return _sha256(f"{header} {changes}")


def leaf_data(event_id: int, content: str) -> bytes:
    """What an event puts into the tree: its number and its hash."""
    return f"{event_id} {content}".encode()


def tag(content: str, key: bytes) -> str:
    """What only this portal's key can make of an event's hash, after the key's own fingerprint."""
    return fingerprint(key) + _keyed_hash(key, content)[:32]


def sign_in_mark(sign_in: int, nonce: str, key: bytes) -> str:
    """What an event with this nonce says of the sign-in in which it was written."""
    return _keyed_hash(key, f"sign-in {sign_in} {nonce}")[:MARK]


@lru_cache(maxsize=8)
def event_key(folder: Path) -> bytes:
    """The key of events, kept apart from the database: who writes rows by SQL has no tag for them."""
    return kept_secret(folder, EVENT_KEY).encode()


@lru_cache(maxsize=8)
def fingerprint(key: bytes) -> str:
    """A few characters by which a key is known without telling it."""
    return hashlib.sha256(key).hexdigest()[:FINGERPRINT]


@lru_cache(maxsize=8)
def _keyed(key: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    """SHA-256 as HMAC begins it, inside and outside: the same for everything under one key."""
    block = (key if len(key) <= BLOCK else hashlib.sha256(key).digest()).ljust(BLOCK, b"\0")
    return hashlib.sha256(bytes(each ^ 0x36 for each in block)), hashlib.sha256(bytes(each ^ 0x5C for each in block))


def _keyed_hash(key: bytes, words: str) -> str:
    """HMAC-SHA-256 (RFC 2104), as `hmac` makes it at three times the cost: an event has two of them."""
    begun, ends = _keyed(key)
    inside, outside = begun.copy(), ends.copy()
    inside.update(words.encode())
    outside.update(inside.digest())
    return outside.hexdigest()


def _sha256(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


@lru_cache(maxsize=20_000, typed=True)
def _short(value: Any) -> str:
    """A short value's canonical form: the same few come again and again."""
    return _canonical(plain(value))


def _fresh(value: Any) -> Any:
    """The same of a value that hardly comes twice."""
    return value if type(value) is int else encode_basestring(value) if type(value) is str else _short(value)


_ONCE = dict.fromkeys(("nonce", "record_id", "sign_in"), _fresh)


def _canonical(value: Any) -> str:
    return _JSON.encode(value) if _PARTS is None or isinstance(value, str | float) else "".join(_PARTS(value, 0))
