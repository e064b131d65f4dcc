"""XLS workbooks: the records that say what calamine leaves out. The format is a chain of (kind, length, content)."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import olefile  # type: ignore[import-untyped]

from admin.domain.refusals import N_
from admin.files.faults import FileFault
from admin.files.marks import Marks, is_percent

PROTECTED = N_("The file is protected by a password; save it without one")
_FORMULA, _BOOLERR, _RK, _NUMBER, _MULRK = 0x0006, 0x0205, 0x027E, 0x0203, 0x00BD
_ROW, _BOF, _EOF, _SHEET, _FORMAT, _XF = 0x0208, 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0
_FILEPASS, _DATES_1904 = 0x002F, 0x0022
_HIDDEN = 0x20  # of a row's options
_BUILT_IN_PERCENT = {9, 10}
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
Record = tuple[int, bytes]


@dataclass
class Globals:
    """What a workbook says before its sheets: where each begins, which cell styles show percentages."""

    sheets: dict[str, int] = field(default_factory=dict)
    percents: set[int] = field(default_factory=set)
    dates_1904: bool = False


def workbook_stream(data: bytes) -> bytes:
    """The records of an XLS workbook; b"" where the container holds none. Raises `FileFault` where it is protected."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as box:
            if box.exists("EncryptedPackage"):
                raise FileFault(PROTECTED)
            for name in ("Workbook", "Book"):
                if box.exists(name):
                    return bytes(box.openstream(name).read())
    except (OSError, ValueError, IndexError, struct.error):
        pass  # whatever it is, calamine says that it is no workbook
    return b""


def records(stream: bytes, start: int = 0) -> Iterator[Record]:
    """The records from a place on, until the part that begins there ends."""
    place = start
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        if kind == _EOF:
            return
        place += 4 + length


def globals_of(stream: bytes) -> Globals:
    """What stands before the sheets. Raises `FileFault` where a password protects what follows."""
    found, formats, styles = Globals(), dict.fromkeys(_BUILT_IN_PERCENT, "0%"), 0
    later: list[int] = []
    for kind, content in records(stream):
        if kind == _FILEPASS:
            raise FileFault(PROTECTED)
        if kind == _DATES_1904 and content[:1] == b"\x01":
            found.dates_1904 = True
        elif kind == _FORMAT and len(content) > 5:
            formats[int.from_bytes(content[:2], "little")] = content[2:].replace(b"\0", b"").decode("latin-1")
        elif kind == _XF and len(content) >= 4:
            later.append(int.from_bytes(content[2:4], "little"))
            styles += 1
        elif kind == _SHEET and len(content) > 8:
            found.sheets[_short_text(content[6:])] = int.from_bytes(content[:4], "little")
    found.percents = {place for place, key in enumerate(later) if is_percent(formats.get(key, ""))}
    return found


def _short_text(content: bytes) -> str:
    length, wide = content[0], content[1] & 1
    body = content[2:]
    return body[: length * 2].decode("utf-16-le", "replace") if wide else body[:length].decode("latin-1")


def xls_marks(stream: bytes, start: int, percents: set[int]) -> Marks:
    """The marks of the sheet whose records begin at `start`."""
    marks, last = Marks(), (0, 0)
    for kind, content in records(stream, start):
        if kind == _ROW and len(content) >= 14 and content[12] & _HIDDEN:
            marks.hidden.add(int.from_bytes(content[:2], "little") + 1)
        if kind not in (_FORMULA, _BOOLERR, _RK, _NUMBER, _MULRK) or len(content) < 6:
            continue
        row, column, style = struct.unpack_from("<HHH", content)
        last = (row + 1, column)
        if kind == _FORMULA:
            _mark_formula(marks, last, content[6:14])
        elif kind == _BOOLERR and len(content) >= 8 and content[7]:
            marks.errors[last] = _ERRORS.get(content[6], "#N/A")
        elif kind == _MULRK:
            for offset in range((len(content) - 6) // 6):
                if int.from_bytes(content[4 + 6 * offset : 6 + 6 * offset], "little") in percents:
                    marks.percents.add((row + 1, column + offset))
            continue
        if style in percents:
            marks.percents.add(last)
    return marks


def _mark_formula(marks: Marks, place: tuple[int, int], result: bytes) -> None:
    # A result that is no number says by its first byte what it is; 2 is an error.
    if len(result) == 8 and result[6:8] == b"\xff\xff" and result[0] == 2:
        marks.errors[place] = _ERRORS.get(result[2], "#N/A")
    else:
        marks.formulas.add(place)
