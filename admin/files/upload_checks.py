"""What is looked into before an upload is kept: only a few kinds of file, each rid of its maker's name.

Loaded by the checker's process; whoever answers requests has no use for the libraries behind it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import filetype  # type: ignore[import-untyped]

from admin.domain.refusals import N_
from admin.files.encodings import decode_prose
from admin.files.faults import FileFault
from admin.files.office import office_kind, rebuilt
from admin.files.pdfs import plain_pdf
from admin.files.pictures import painted
from admin.files.uploads import MIMES, Upload, check_length, display_name
from admin.files.zips import open_zip

_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MARKUP = re.compile(
    r"<\s*(!doctype|html|head|body|script|svg|iframe|img|object|embed|style|link|meta|\?xml|\?php)\b", re.IGNORECASE
)


def check_upload(name: str, data: bytes) -> Upload:
    """The upload, cleaned.

    Raises `FileFault`: too large, not an allowed kind, not what its name says, active or linked content.
    """
    if not data:
        raise FileFault(N_("The file is empty"))
    check_length(data)
    shown_name = display_name(name)
    kind = _kind(data)
    if _extension(shown_name) != kind:
        raise FileFault(
            N_("The file's content is %(kind)s but its name %(name)s says otherwise; rename it or save it again"),
            kind=kind.upper(),
            name=shown_name,
        )
    clean = _CHECKS[kind](data)
    check_length(clean)
    digest = hashlib.sha256(clean).hexdigest()
    return Upload(kind, MIMES[kind], f"{digest}.{kind}", shown_name, clean, digest)


def _extension(name: str) -> str:
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    return {"jpeg": "jpg"}.get(suffix, suffix)


def _kind(data: bytes) -> str:
    """The kind by content. Raises `FileFault` for everything that is not allowed."""
    guess = filetype.guess(data)
    extension = guess.extension if guess else ""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if extension in ("png", "jpg"):
        return str(extension)
    if data.startswith(b"PK\x03\x04"):
        if kind := office_kind(open_zip(data).namelist()):
            return kind
    elif not guess and b"\0" not in data[:4096] and not data.lstrip().startswith((b"{\\rtf", b"%!PS")):
        return "txt"
    raise FileFault(
        N_("This kind of file is not accepted; send %(kinds)s"), kinds=", ".join(kind.upper() for kind in MIMES)
    )


def _pdf(data: bytes) -> bytes:
    if b"%%EOF" not in data[-2048:]:
        raise FileFault(N_("The PDF has no end: only a part of it has arrived; send it again"))
    if _MARKUP.search(data[:2048].decode("latin-1")):
        raise FileFault(N_("This is a web page under a PDF's name"))
    return plain_pdf(data)


def _text(data: bytes) -> bytes:
    text = decode_prose(data)
    if _MARKUP.search(text):
        raise FileFault(N_("This is a web page or a drawing with program code under a plain-text file name"))
    if _CONTROL.search(text):
        raise FileFault(N_("The text holds control characters; save it as plain text"))
    return text.encode()


_CHECKS: dict[str, Callable[[bytes], bytes]] = {
    "pdf": _pdf,
    "png": painted,
    "jpg": painted,
    "docx": lambda data: rebuilt(data, "docx"),
    "xlsx": lambda data: rebuilt(data, "xlsx"),
    "txt": _text,
}
