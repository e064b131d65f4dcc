"""What a disk refuses, in words."""

from __future__ import annotations

import errno
import sqlite3

WORDS = {
    errno.ENOSPC: "no room is left on the disk; make room and run it again, nothing was changed",
    errno.EDQUOT: "this account may take no more room on the disk; make room and run it again, nothing was changed",
    errno.EROFS: "the disk can only be read at the moment; have it mended and run it again, nothing was changed",
    errno.EIO: "the disk does not work; have it looked at, and keep the last backup safe",
}


# SQLite's own words for the same, where a file of it is copied.
SAME_IN_SQLITE = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_IOERR: errno.EIO,
}


def in_words(error: BaseException) -> str | None:
    """What to tell of a fault of the disk, with the file where it is known; None where it is another fault."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)  # the least eight bits say what, those above where
        return WORDS.get(SAME_IN_SQLITE.get(code & 0xFF, 0)) if code is not None else None
    if not isinstance(error, OSError) or error.errno not in WORDS:
        return None
    return f"{error.filename}: {WORDS[error.errno]}" if error.filename else WORDS[error.errno]
