"""Sealing the secrets of second factors under a key outside the database, so that a copy of it alone makes no codes (6.3-b)."""

from __future__ import annotations

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from admin.domain.refusals import N_, Refusal, Refused
from admin.models.keys import FACTORS, key

NONCE = 12  # bytes, as AES-GCM wants them


def seal_factor(secret: bytes, user_id: int) -> bytes:
    """The secret of an account's second factor, sealed; moved to another account it does not open.

    Raises `Refused` (6.3.1) where the key is missing or another one, as `unseal_factor` does.
    """
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher(key(FACTORS)).encrypt(nonce, secret, _bound_to(user_id))


def unseal_factor(sealed: bytes, user_id: int) -> bytes:
    """The secret again. Raises `Refused` (6.3-b) where the bytes were changed."""
    try:
        return _opened(key(FACTORS), sealed, user_id)
    except InvalidTag as wrong:
        reason = N_(
            "Your second factor cannot be read: what is kept of it was altered. "
            "Use a recovery code, or ask an administrator or HR for a reset."
        )
        raise Refused(Refusal("6.3-b", reason)) from wrong


def opens_factor(with_key: str, sealed: bytes, user_id: int) -> bool:
    """Whether this key is the one that a secret was sealed with."""
    try:
        _opened(with_key, sealed, user_id)
    except InvalidTag:
        return False
    return True


def _opened(with_key: str, sealed: bytes, user_id: int) -> bytes:
    return _cipher(with_key).decrypt(sealed[:NONCE], sealed[NONCE:], _bound_to(user_id))


def _bound_to(user_id: int) -> bytes:
    return f"{FACTORS}\0{user_id}".encode()


def _cipher(with_key: str) -> AESGCM:
    return AESGCM(hashlib.sha256(with_key.encode()).digest())
