"""Packed files (XLSX, DOCX) are looked at before any library unpacks them: bombs, disguises, outside references."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from admin.domain.refusals import N_
from admin.files.faults import FileFault

MAX_ENTRIES = 2_000
MAX_TOTAL = 400 * 1024 * 1024  # bytes unpacked: a sheet of a million rows stays below
MAX_RATIO = 200  # unpacked to packed, for entries that unpack to more than a little
MAX_PART = 50 * 1024 * 1024  # for parts that are read whole: lists of sheets, relations
BOMB = N_("The file unpacks to far more than it should (a zip bomb); it was not opened")
DAMAGED = N_("The file is damaged or only half of it has arrived; send it again")
_CHUNK = 1024 * 1024


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The archive, its directory checked. Raises `FileFault`: damaged, encrypted, too many or odd entries."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as wrong:
        raise FileFault(DAMAGED) from wrong
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise FileFault(N_("The file holds too many parts (%(count)s) to be a document"), count=len(entries))
    # In these files a name is the same in capitals too; a reader that minds them would find another part.
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise FileFault(N_("The file holds two parts of the same name and is refused"))
    for entry in entries:
        if entry.flag_bits & 1:
            raise FileFault(N_("The file is protected by a password; save it without one"))
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FileFault(N_("The file is packed in an unusual way; save it again from your spreadsheet program"))
    return archive


def unpacked(data: bytes, entry: zipfile.ZipInfo, room: int = MAX_TOTAL) -> Iterator[bytes]:
    """The entry's bytes in chunks, counted as they come: what the directory says about sizes is not believed."""
    start = entry.header_offset + 30
    start += int.from_bytes(data[start - 4 : start - 2], "little") + int.from_bytes(data[start - 2 : start], "little")
    packed = bytes(memoryview(data)[start : start + entry.compress_size])
    total = checksum = 0
    for chunk in [packed] if entry.compress_type == zipfile.ZIP_STORED else _inflated(packed):
        total += len(chunk)
        if total > room or (total > 20 * _CHUNK and total > MAX_RATIO * entry.compress_size):
            raise FileFault(BOMB)
        checksum = zlib.crc32(chunk, checksum)
        yield chunk
    if checksum != entry.CRC:
        raise FileFault(DAMAGED)


def _inflated(packed: bytes) -> Iterator[bytes]:
    engine = zlib.decompressobj(-15)
    while packed and not engine.eof:
        try:
            yield engine.decompress(packed, _CHUNK)
        except zlib.error as wrong:
            raise FileFault(DAMAGED) from wrong
        packed = engine.unconsumed_tail


def part(data: bytes, archive: zipfile.ZipFile, name: str) -> bytes:
    """One part, whole and checked against its checksum. Raises `FileFault` when it is missing, damaged or a bomb."""
    try:
        entry = archive.getinfo(name)
    except KeyError as wrong:
        raise FileFault(DAMAGED) from wrong
    return b"".join(unpacked(data, entry, MAX_PART))


def check_sizes(data: bytes, archive: zipfile.ZipFile, skip: frozenset[str] = frozenset()) -> None:
    """Unpack every entry, keeping nothing. Raises `FileFault` for a bomb; `skip`: entries counted elsewhere."""
    room = MAX_TOTAL
    for entry in archive.infolist():
        if entry.filename not in skip:
            room -= sum(len(chunk) for chunk in unpacked(data, entry, room))
