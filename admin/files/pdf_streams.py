"""What a stream of a PDF says beside what it shows: remarks of pictures, profiles and packing, and bytes behind its end."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf

from admin.domain.refusals import N_
from admin.files.faults import FileFault
from admin.files.jpegs import bare_jpeg, bare_jpeg2000, blanked_jpegs
from admin.files.zips import BOMB

MOST_UNPACKED = 300 * 1024 * 1024  # bytes of one stream: a page of the largest paper in colours stays below
_FLATE = ("/FlateDecode", "/Fl")
_OLDER = ("/ASCIIHexDecode", "/AHx", "/ASCII85Decode", "/A85", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL")
_PICTURES: dict[str, Callable[[bytes], bytes]] = {
    "/DCTDecode": bare_jpeg, "/DCT": bare_jpeg, "/JPXDecode": bare_jpeg2000,
}  # fmt: skip
_NO_PAGE = frozenset(("/Length1", "/Length2", "/N", "/FunctionType", "/ShadingType", "/CMapName", "/Width"))
_DRAWN_PACKED = re.compile(
    rb"\bBI\b[^\xff]{0,1000}?/(?:A85|AHx|LZW|RL|Fl|Crypt|ASCII|Flate|RunLength)[^\xff]{0,200}?/D\w*?C?T"
)
_WRITTEN_OUT = re.compile(rb"#([0-9A-Fa-f]{2})")
_SAYS = frozenset((b"desc", b"cprt", b"dmnd", b"dmdd", b"vued", b"tech", b"targ", b"meta", b"psid", b"dscm", b"mmod"))
_PROFILE_HEAD = 128
_CHUNK = 1024 * 1024


def clean_stream(pdf: pikepdf.Pdf, found: Any) -> None:
    """Rid one stream of what it says beside what it shows. Raises `FileFault`: a bomb, or packed so that nobody can look."""
    if str(found.get("/Type", "")) == "/Metadata" or str(found.get("/Subtype", "")) == "/XML":
        found.write(b"")  # wherever it is referred to, and by whatever name
        return
    filters = _filters(found)
    if sum(each in (*_FLATE, "/LZWDecode", "/LZW") for each in filters) > 1:
        raise FileFault(BOMB)
    if filters and filters[0] in _FLATE:
        _trim(found)
    if filters and filters[-1] in _PICTURES:
        _write_picture(pdf, found, filters)
    elif "/N" in found and "/Subtype" not in found and "/First" not in found:
        _rewrite(found, bare_profile)
    elif _is_drawn(found):
        _rewrite(found, _bare_drawing)
    elif any(each in _OLDER for each in filters) and not _is_unreadable(filters):
        _rewrite(found, lambda data: data, always=True)


def _filters(found: Any) -> list[str]:
    given = found.get("/Filter")
    return [str(each) for each in given] if isinstance(given, pikepdf.Array) else [str(given)] if given else []


def _is_unreadable(filters: list[str]) -> bool:
    return any(each not in (*_FLATE, *_OLDER) for each in filters)


def _is_drawn(found: Any) -> bool:
    """Whether the stream may be what is drawn on a page, in which pictures stand."""
    kind = str(found.get("/Subtype", "/Form"))
    return kind == "/Form" and not _NO_PAGE & set(found.keys()) and not _is_unreadable(_filters(found))


def _rewrite(found: Any, change: Callable[[bytes], bytes], *, always: bool = False) -> None:
    data = bytes(found.read_bytes())
    changed = change(data)
    if always or changed != data or any(each in _OLDER for each in _filters(found)):
        found.write(changed)


def _bare_drawing(data: bytes) -> bytes:
    """A drawing whose pictures say nothing beside what they show."""
    if _DRAWN_PACKED.search(_WRITTEN_OUT.sub(lambda code: bytes([int(code[1], 16)]), data)):
        raise FileFault(N_("The PDF contains a picture that cannot be inspected; print it to a new PDF"))
    return blanked_jpegs(data) if b"\xff\xd8\xff" in data else data


def bare_profile(data: bytes) -> bytes:
    """A profile of colours, as long as before, without its maker's and its device's names."""
    found, count = bytearray(data), _number(data, _PROFILE_HEAD)
    rows = [_PROFILE_HEAD + 4 + 12 * each for each in range(min(count, 200))]
    places = [(data[row : row + 4], _number(data, row + 4), _number(data, row + 8)) for row in rows]
    # Beside the tables of colours: some profiles let a text and a table share their place.
    colours = {start for name, start, _size in places if name not in _SAYS}
    for name, start, size in places:
        if name in _SAYS and start not in colours and start >= _PROFILE_HEAD:
            found[start + 8 : start + size] = bytes(max(0, min(size, len(found) - start) - 8))
    for begin, end in ((4, 8), (24, 36), (40, 44), (48, 56), (80, 100)):  # program, day, machine, device, maker, mark
        found[begin:end] = bytes(max(0, min(end, len(found)) - begin))
    last = max([_PROFILE_HEAD + 4 + 12 * len(rows), *(start + size for _name, start, size in places)])
    return bytes(found[:last]) if data[36:40] == b"acsp" else data


def _number(data: bytes, place: int) -> int:
    return int.from_bytes(data[place : place + 4], "big")


def _trim(found: Any) -> None:
    """Unpack, keeping nothing: count what comes, and take away what stands behind the end."""
    rest, total, engine = bytes(found.read_raw_bytes()), 0, zlib.decompressobj()
    packed = rest
    try:
        while rest and not engine.eof:
            total += len(engine.decompress(rest, _CHUNK))
            rest = engine.unconsumed_tail
            if total > MOST_UNPACKED:
                raise FileFault(BOMB)
    except zlib.error:
        return  # damaged ones are shown damaged
    if engine.eof and engine.unused_data:
        found.write(
            packed[: -len(engine.unused_data)], filter=found.get("/Filter"), decode_parms=found.get("/DecodeParms"),
            type_check=False,
        )  # fmt: skip


def _write_picture(pdf: pikepdf.Pdf, found: Any, filters: list[str]) -> None:
    parameters = found.get("/DecodeParms")
    last = parameters[-1] if isinstance(parameters, pikepdf.Array) and len(parameters) else parameters
    bare = _PICTURES[filters[-1]](_outer_bytes(pdf, found, filters))
    found.write(bare, filter=pikepdf.Name(filters[-1]), decode_parms=last, type_check=False)


def _outer_bytes(pdf: pikepdf.Pdf, found: Any, filters: list[str]) -> bytes:
    """The picture's own bytes, out of what it is packed in beside."""
    if len(filters) == 1:
        return bytes(found.read_raw_bytes())
    outer = pikepdf.Stream(pdf, found.read_raw_bytes())
    outer.Filter = pikepdf.Array([pikepdf.Name(each) for each in filters[:-1]])
    return bytes(outer.read_bytes())
