"""A camera's remarks inside a JPEG that stays as it is (one in a PDF): what shows the picture is kept, all else goes."""

from __future__ import annotations

import re

from admin.files.faults import FileFault
from admin.files.zips import DAMAGED

_SCAN = 0xDA
_END = 0xD9
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))  # markers without a length
# JFIF, and the note on colours without which a reader takes the wrong ones; the other application marks carry EXIF, XMP, IPTC
_KEPT_APPLICATIONS = frozenset((0xE0, 0xEE))
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


def bare_jpeg(data: bytes) -> bytes:
    """The picture without EXIF, comments, second pictures or anything behind its end. Raises `FileFault` where it is none."""
    if not data.startswith(b"\xff\xd8"):
        raise FileFault(DAMAGED)
    kept, place = [b"\xff\xd8"], 2
    while place < len(data) - 1:
        while data[place : place + 2] == b"\xff\xff":
            place += 1
        mark = data[place + 1]
        if data[place] != 0xFF or mark == _END:
            break
        end = place + 2 if mark in _ALONE else place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if mark == _SCAN:
            found = _AFTER_SCAN.search(data, end)
            end = found.start() if found else len(data)
        if not (mark == 0xFE or (0xE0 <= mark <= 0xEF and mark not in _KEPT_APPLICATIONS)):
            kept.append(data[place:end])
        place = max(end, place + 2)
    return b"".join([*kept, b"\xff\xd9"])


def bare_jpeg2000(data: bytes) -> bytes:
    """A JPEG 2000 picture without the boxes that hold texts, EXIF or identifiers; a bare code stream stays as it is."""
    if data.startswith(b"\xff\x4f"):
        return data
    kept, place = [], 0
    while place + 8 <= len(data):
        size, kind, head = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[place + 8 : place + 16], "big"), 16
        size = size or len(data) - place
        if size < head:
            raise FileFault(DAMAGED)
        if kind in (b"jP  ", b"ftyp", b"jp2h", b"jp2c"):
            kept.append(data[place : place + size])
        place += size
    return b"".join(kept)
