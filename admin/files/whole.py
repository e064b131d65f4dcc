"""A file is written whole or not at all, whoever else writes the same at this moment."""

from __future__ import annotations

import os
import threading
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write bytes under a name of their own first, then move them; a write that is killed leaves no half file under `path`,
    and one that the disk refuses leaves none at all."""
    # By process and thread: two windows that send the same file at once each have a draft.
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        draft.write_bytes(data)
        os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)  # what could not be written whole would only keep the disk full
        raise
