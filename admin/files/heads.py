"""The list of published heads on disk, and the key that signs it: `VAR_DIR/notice_site/heads.jsonl`, `VAR_DIR/keys/head_key`.

The file is beside the releases of the notice site, and each release carries a copy; lines are only ever added.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from admin.files.whole import write_whole
from notice_site.release import HEADS, Place

KEY, NEXT = "head_key", "head_key.next"


def heads_file(var_dir: Path) -> Path:
    """Where the list stands."""
    return Place.of(var_dir).home / HEADS


def read(var_dir: Path) -> list[str]:
    """The lines of the list; none before the first publication. A line that was cut off half-way by a kill is left out."""
    path = heads_file(var_dir)
    # A byte that is no letter makes its line another one, which is named; not what reads the list fall.
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    # By line feeds alone: a reason may hold other characters at which `splitlines` would cut.
    return text.split("\n")[:-1]


def add(var_dir: Path, lines: Sequence[str], before: int) -> None:
    """Add lines that follow the first `before` ones, and have them on the disk when this returns.

    What is there already is not written twice: two publishers may bring the same line, or one again after a kill.
    """
    path = heads_file(var_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        there = file.read()
        whole = there.rfind(b"\n") + 1
        new = lines[max(0, there.count(b"\n") - before) :]
        if new:
            file.seek(whole)
            file.truncate()
            file.write("".join(f"{line}\n" for line in new).encode())
            file.flush()
            os.fsync(file.fileno())


def make_key(var_dir: Path) -> str:
    """Make the key where there is none; returns its public half in hex."""
    if not _place(var_dir, KEY).is_file():
        make_next_key(var_dir)
        take_next_key(var_dir)
    return _public(var_dir, KEY)


def make_next_key(var_dir: Path) -> str:
    """Make the key that is to follow, beside the one in force; returns its public half in hex."""
    path = _place(var_dir, NEXT)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Whole or not at all: half a key would stand in the way of every head to come.
    write_whole(path, Ed25519PrivateKey.generate().private_bytes_raw().hex(), private=True)
    return _public(var_dir, NEXT)


def take_next_key(var_dir: Path) -> None:
    """From here on the key that was to follow signs."""
    os.replace(_place(var_dir, NEXT), _place(var_dir, KEY))


def fits(var_dir: Path, public: str) -> bool:
    """Whether the key with this public half is there; one whose taking was cut off by a kill is taken now."""
    if _place(var_dir, NEXT).is_file() and _public(var_dir, NEXT) == public:
        take_next_key(var_dir)
    return _place(var_dir, KEY).is_file() and _public(var_dir, KEY) == public


def sign(var_dir: Path, text: str, *, by_next: bool = False) -> str:
    """The signature over a text, in hex."""
    return _key(var_dir, NEXT if by_next else KEY).sign(text.encode()).hex()


def signed(public: str, text: str, signature: str) -> bool:
    """Whether a signature is that of the key with this public half."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _place(var_dir: Path, name: str) -> Path:
    return var_dir / "keys" / name


def _public(var_dir: Path, name: str) -> str:
    return _key(var_dir, name).public_key().public_bytes_raw().hex()


def _key(var_dir: Path, name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(_place(var_dir, name).read_text()))
