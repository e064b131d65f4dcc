"""VAR_DIR is its owner's alone: made so at each start and setup, looked at by `check`."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from config import Settings

OTHERS = 0o077


def make_private(settings: Settings) -> None:
    """Let nobody but the owner into VAR_DIR and its databases; what belongs to somebody else stays and is named by `check`."""
    settings.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in open_to_others(settings):
        with suppress(PermissionError):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)


def open_to_others(settings: Settings) -> list[Path]:
    """The folder, its databases and keys, as far as others can read, write or enter them."""
    return sorted(path for path in _kept(settings) if stat.S_IMODE(path.stat().st_mode) & OTHERS)


def _kept(settings: Settings) -> Iterator[Path]:
    if not settings.var_dir.is_dir():
        return
    yield settings.var_dir
    yield from settings.var_dir.glob("*.sqlite3*")
    keys = settings.var_dir / "keys"
    yield from (keys, *keys.iterdir()) if keys.is_dir() else ()
    if settings.sqlite and settings.sqlite_file.parent != settings.var_dir:
        yield from settings.sqlite_file.parent.glob(f"{settings.sqlite_file.name}*")
