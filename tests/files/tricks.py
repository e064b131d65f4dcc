"""Files made to do harm, each beside its innocent twin: what differs between the two is the trick alone.

`PLANTED` stands in what must not come through; `KEPT` in what the innocent file says.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pikepdf
from PIL import Image

from tests.files.test_uploads import picture

Make = Callable[[], bytes]
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
EVIL = "http://evil.example/PLANTED"


@dataclass(frozen=True)
class Trick:
    """A file (`evil`), whether it is refused or what is `PLANTED` left out of it, and the file without the trick (`twin`)."""

    title: str
    kind: str
    evil: Make
    twin: Make
    refused: bool

    @property
    def name(self) -> str:
        return f"a.{self.kind}"


TRICKS: list[Trick] = []


def refused(title: str, kind: str, evil: Make, twin: Make) -> None:
    TRICKS.append(Trick(title, kind, evil, twin, True))


def left_out(title: str, kind: str, evil: Make, twin: Make) -> None:
    TRICKS.append(Trick(title, kind, evil, twin, False))


@cache
def part_of(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def link(kind: str, target: str, mode: str = "External", key: str = "rIdX", space: str = REL) -> str:
    return f'<Relationship Id="{key}" Type="{space}/{kind}" Target="{target}" TargetMode="{mode}"/>'


def rels(inner: str, head: str = "") -> str:
    return f"{head}<Relationships xmlns='{LINKS}'>{inner}</Relationships>"


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x013B] = "PLANTED"
    return picture("JPEG", exif=exif.tobytes(), comment=b"PLANTED", xmp=b"<x>PLANTED</x>")


def everything_in(kind: str, data: bytes) -> bytes:
    """A file's bytes with all that is packed in it unpacked, to be searched."""
    if kind in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = b"\n".join(name.encode() + archive.read(name) for name in archive.namelist())
            return data + parts + parts.replace(b"\0", b"")  # of a part in UTF-16 too
    if kind == "pdf":
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(data)) as read:
            raw = [each.read_raw_bytes() for each in read.objects if isinstance(each, pikepdf.Stream)]
            inner = [zlib.decompress(each) for each in raw if each.startswith(b"\x78\x9c")]
            mode, level = pikepdf.ObjectStreamMode.disable, pikepdf.StreamDecodeLevel.generalized
            read.save(out, object_stream_mode=mode, stream_decode_level=level, compress_streams=False)
        return data + out.getvalue() + b"".join(inner)
    if kind in ("png", "jpg"):
        with Image.open(io.BytesIO(data)) as read:
            return data + repr(read.info).encode()
    return data
