"""Sealing what a complainant wrote: a key of its own for each complaint, and another for who they are (6.3.1).

A complaint's key is made by chance and stands in its row, sealed under the key of complaints; name and contact are
sealed under the key of identities. Both stand in `VAR_DIR/keys`, so that a copy of the database alone opens nothing.
What is sealed is bound to its complaint and to its place there: moved elsewhere it does not open.
"""

from __future__ import annotations

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from admin.domain.refusals import N_, Refusal, Refused
from admin.models.keys import COMPLAINTS, IDENTITIES, key
from config import current, kept_secret

UNSENT = "unsent_key"
NONCE = 12  # bytes, as AES-GCM wants them
_KEY_PLACE = "key"


def new_case_key(case: str) -> bytes:
    """A key for one complaint, sealed; `case` is the complaint's `bound_to`, to which all of it is bound."""
    return _sealed(_kept(COMPLAINTS), AESGCM.generate_key(bit_length=256), case, _KEY_PLACE)


def seal(words: bytes, case_key: bytes, case: str, place: str) -> bytes:
    """Seal words of a complaint for one place in it (a column's name)."""
    return _sealed(_opened(_kept(COMPLAINTS), case_key, case, _KEY_PLACE), words, case, place)


def unseal(sealed: bytes, case_key: bytes, case: str, place: str) -> bytes:
    """The words again. Raises `Refused` (6.3.1) where the key is another one or the bytes were changed."""
    return _opened(_opened(_kept(COMPLAINTS), case_key, case, _KEY_PLACE), sealed, case, place)


def seal_identity(words: bytes, case: str) -> bytes:
    """Seal who wrote a complaint under the key of identities."""
    return _sealed(_kept(IDENTITIES), words, case, IDENTITIES)


def unseal_identity(sealed: bytes, case: str) -> bytes:
    """Who wrote it. Raises `Refused` like `unseal`."""
    return _opened(_kept(IDENTITIES), sealed, case, IDENTITIES)


def seal_unsent(words: bytes, whose: str) -> bytes:
    """Seal what somebody has typed and not sent; `whose` names the person and the form."""
    return _sealed(_unsent_key(), words, whose, UNSENT)


def unseal_unsent(sealed: bytes, whose: str) -> bytes | None:
    """What was typed; None where the key is another one: a text that nobody has sent is lost, and nothing else with it."""
    try:
        return AESGCM(_unsent_key()).decrypt(sealed[:NONCE], sealed[NONCE:], f"{whose}\0{UNSENT}".encode())
    except InvalidTag:
        return None


def _unsent_key() -> bytes:
    # Without a mark in the database: where it is gone a new one is made, because the next text must be kept, not the last.
    return hashlib.sha256(kept_secret(current().var_dir / "keys", UNSENT).encode()).digest()


def opens(secret: str, sealed: bytes, case: str, place: str = _KEY_PLACE) -> bool:
    """Whether this secret is the one that something was sealed with: a complaint's key, or who wrote it."""
    try:
        _opened(hashlib.sha256(secret.encode()).digest(), sealed, case, place)
    except Refused:
        return False
    return True


def _sealed(with_key: bytes, words: bytes, case: str, place: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(with_key).encrypt(nonce, words, f"{case}\0{place}".encode())


def _opened(with_key: bytes, sealed: bytes, case: str, place: str) -> bytes:
    try:
        return AESGCM(with_key).decrypt(sealed[:NONCE], sealed[NONCE:], f"{case}\0{place}".encode())
    except InvalidTag as wrong:
        reason = N_(
            "This complaint cannot be opened: the key of complaints on the server is another one, or its content was altered."
        )
        raise Refused(Refusal("6.3.1", reason)) from wrong


def _kept(name: str) -> bytes:
    return hashlib.sha256(key(name).encode()).digest()
