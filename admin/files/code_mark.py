"""Which code this is, by size and time of its files: told without reading them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from config import ROOT

CODE = ("admin/**/*.py", "admin/**/*.yaml", "notice_site/**/*.py", "config.py")


def code_mark(patterns: Iterable[str]) -> str:
    """Changes with any of the files below the project's folder that these patterns name."""
    digest = hashlib.sha256()
    for path in sorted(code_files(patterns)):
        stat = path.stat()
        digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def code_files(patterns: Iterable[str]) -> Iterator[Path]:
    """The files that the patterns name."""
    for pattern in patterns:
        yield from (path for path in ROOT.glob(pattern) if path.parent.name != "__pycache__")
