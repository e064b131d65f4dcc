"""A file is written whole or not at all, whoever else writes the same at this moment: the one place where any is written."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

DRAFT = ".part"
STALE_SECONDS = 3600  # nobody takes an hour for one file


@contextmanager
def whole(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """A file to write into, which takes its place under `path` at the end of the block and is then on the disk.

    A write that is killed leaves no half file under `path`, one that the disk refuses none at all. With `private` nobody
    else may read it, from its first byte on.
    """
    # By process and thread: two windows that send the same file at once each have a draft.
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}{DRAFT}")
    try:
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o666), "wb"
        ) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)  # what could not be written whole would only keep the disk full
        raise


def write_whole(path: Path, data: bytes | str, *, private: bool = False) -> None:
    """Write bytes, or a text as UTF-8, as `whole` does."""
    with whole(path, private=private) as file:
        file.write(data.encode() if isinstance(data, str) else data)


def sweep_drafts(folder: Path) -> int:
    """Remove what writers that were killed have left below a folder; returns how many."""
    found = [path for path in folder.rglob(f".*{DRAFT}") if path.is_file()]
    # By the disk's own times: another machine may be writing into the folder at this moment.
    stale = [path for path in found if time.time() - path.stat().st_mtime > STALE_SECONDS]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)
