"""Sealing the secrets of second factors under a key outside the database, so that a copy of it alone makes no codes (6.3-b)."""

from __future__ import annotations

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from admin.domain.refusals import N_, Refusal, Refused
from config import current, kept_secret

FACTORS = "second_factor_key"
NONCE = 12  # bytes, as AES-GCM wants them


def seal_factor(secret: bytes, user_id: int) -> bytes:
    """The secret of an account's second factor, sealed; moved to another account it does not open."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher().encrypt(nonce, secret, _bound_to(user_id))


def unseal_factor(sealed: bytes, user_id: int) -> bytes:
    """The secret again. Raises `Refused` (6.3-b) where the key is another one or the bytes were changed."""
    try:
        return _cipher().decrypt(sealed[:NONCE], sealed[NONCE:], _bound_to(user_id))
    except InvalidTag as wrong:
        reason = N_(
            "Your second factor cannot be read: its key on the server is another one. "
            "Use a recovery code, or ask an administrator or HR for a reset."
        )
        raise Refused(Refusal("6.3-b", reason)) from wrong


def _bound_to(user_id: int) -> bytes:
    return f"{FACTORS}\0{user_id}".encode()


def _cipher() -> AESGCM:
    return AESGCM(hashlib.sha256(kept_secret(current().var_dir / "keys", FACTORS).encode()).digest())
