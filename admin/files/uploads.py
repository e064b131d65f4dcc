"""Evidence that people upload: what is kept of a file that was looked into (`upload_checks`); names are never trusted."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from admin.domain.refusals import N_
from admin.files.faults import FileFault

CHECK = 2  # raise it when the check has learnt something: what is kept is then checked again
MAX_BYTES = 20 * 1024 * 1024
MAX_NAME = 120
MIMES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Upload:
    """A checked upload. Store `data` under `stored_name`; show `original_name` as text; serve as a download only."""

    kind: str
    mime: str
    stored_name: str
    original_name: str
    data: bytes
    sha256: str

    @property
    def size(self) -> int:
        """Bytes as stored."""
        return len(self.data)


def check_length(data: bytes) -> None:
    """Raise `FileFault` for more than `MAX_BYTES`."""
    if len(data) > MAX_BYTES:
        raise FileFault(N_("The file is larger than %(limit)s MB; split it"), limit=MAX_BYTES // 1024 // 1024)


def display_name(name: str) -> str:
    """The name as text: last part of any path, no control or direction characters, not over `MAX_NAME`."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    text = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}).strip(" .")
    if len(text) > MAX_NAME:
        path = PurePosixPath(text)
        suffix = path.suffix[:10]
        text = path.stem[: MAX_NAME - len(suffix)] + suffix
    return text or "file"
