"""A camera's remarks inside a JPEG that stays as it is (one in a PDF): what shows the picture is kept, all else goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from admin.files.faults import FileFault
from admin.files.zips import DAMAGED

_SCAN = 0xDA
_END = 0xD9
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))  # markers without a length
_JFIF, _ADOBE = 0xE0, 0xEE  # the measure, and the note on colours without which a reader takes the wrong ones
_BOXES = frozenset(
    (b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"res ")
)  # of a JPEG 2000 head: what shows the picture
_REMARK_2000 = 0x64
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
        kept.append(_bare_segment(mark, data[place:end]))
        place = max(end, place + 2)
    return b"".join([*kept, b"\xff\xd9"])


def _bare_segment(mark: int, segment: bytes) -> bytes:
    """A segment without remarks: what carries EXIF, XMP, IPTC, profiles or a small picture goes, or all of it that does."""
    if mark == _JFIF and segment[4:9] == b"JFIF\0":
        return b"\xff\xe0\0\x10" + segment[4:16].ljust(12, b"\0") + b"\0\0"  # of a small picture nothing is left
    if mark == _ADOBE and segment[4:9] == b"Adobe":
        return b"\xff\xee\0\x0e" + segment[4:16].ljust(12, b"\0")
    return b"" if mark == 0xFE or 0xE0 <= mark <= 0xEF else segment


def blanked_jpegs(data: bytes) -> bytes:
    """Bytes in which pictures stand one behind the other with other things: as long as before, their remarks filled with zeros."""
    found, place = bytearray(data), 0
    while (place := found.find(b"\xff\xd8\xff", place)) >= 0:
        place += 2
        while place + 4 <= len(found) and found[place] == 0xFF and found[place + 1] not in (_SCAN, _END, 0xD8, 0xFF):
            mark, size = found[place + 1], int.from_bytes(found[place + 2 : place + 4], "big")
            end = min(len(found), place + 2 if mark in _ALONE else place + 2 + max(2, size))
            if mark == 0xFE or (0xE0 <= mark <= 0xEF and mark != _ADOBE):
                begin = place + (18 if found[place + 4 : place + 9] == b"JFIF\0" else 4)
                found[begin:end] = bytes(max(0, end - begin))
            place = end
    return bytes(found)


def bare_jpeg2000(data: bytes) -> bytes:
    """A JPEG 2000 picture, or its bare code stream, without what holds texts, EXIF or identifiers. Raises `FileFault`."""
    if data.startswith(b"\xff\x4f"):
        return _bare_codes(data)
    kept = []
    for kind, body in _boxes(data):
        if kind == b"jp2h":
            kept.append((kind, b"".join(_box(inner, bare) for inner, bare in _boxes(body) if inner in _BOXES)))
        elif kind == b"jp2c":
            kept.append((kind, _bare_codes(body)))
        elif kind in (b"jP  ", b"ftyp"):
            kept.append((kind, body))
    return b"".join(_box(kind, body) for kind, body in kept)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(data):
        size, kind, head = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[place + 8 : place + 16], "big"), 16
        size = size or len(data) - place
        if size < head:
            raise FileFault(DAMAGED)
        yield kind, data[place + head : place + size]
        place += size


def _box(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def _bare_codes(data: bytes) -> bytes:
    """A code stream without the remarks of its head, and nothing behind its end."""
    kept, place = [data[:2]], 2
    while data[place : place + 1] == b"\xff" and data[place + 1 : place + 2] not in (b"\x90", b"\xd9", b""):
        end = place + 2 + max(2, int.from_bytes(data[place + 2 : place + 4], "big"))
        if data[place + 1] != _REMARK_2000:
            kept.append(data[place:end])
        place = end
    end = data.rfind(b"\xff\xd9")
    return b"".join([*kept, data[place : end + 2 if end >= place else len(data)]])
