"""What a disk refuses, in words."""

from __future__ import annotations

import errno

WORDS = {
    errno.ENOSPC: "no room is left on the disk; make room and run it again, nothing was changed",
    errno.EDQUOT: "this account may take no more room on the disk; make room and run it again, nothing was changed",
    errno.EROFS: "the disk can only be read at the moment; have it mended and run it again, nothing was changed",
    errno.EIO: "the disk does not work; have it looked at, and keep the last backup safe",
}


def in_words(error: BaseException) -> str | None:
    """What to tell of a fault of the disk, with the file where it is known; None where it is another fault."""
    if not isinstance(error, OSError) or error.errno not in WORDS:
        return None
    return f"{error.filename}: {WORDS[error.errno]}" if error.filename else WORDS[error.errno]
