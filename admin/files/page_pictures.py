"""Pages of a scan as pictures to be read beside a form: painted anew from what was kept, never the file itself (3.3.1)."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
from pikepdf import PdfImage
from PIL import Image

from admin.domain.refusals import N_
from admin.files.faults import FileFault
from admin.files.pictures import MAX_PIXELS, MAX_SIDE

MOST_PAGES = 20
LONGEST = 1800  # dots of the longer side: an A4 page is read easily at it
NO_PICTURE = N_("This page holds no picture that can be shown here; download the file")


def pages_shown(data: bytes, kind: str) -> list[int]:
    """The numbers of the pages that can be shown; none of a file that holds no picture."""
    if kind != "pdf":
        return [1] if kind in ("png", "jpg") else []
    with _opened(data) as pdf:
        return [at for at, page in enumerate(pdf.pages[:MOST_PAGES], 1) if _largest(page) is not None]


def page_shown(data: bytes, kind: str, page: int) -> bytes:
    """One page as a JPEG. Raises `FileFault` where it holds no picture, or one that cannot be read."""
    try:
        if kind in ("png", "jpg"):
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
                return _painted(picture)
        with _opened(data) as pdf:
            if not 1 <= page <= min(len(pdf.pages), MOST_PAGES) or (found := _largest(pdf.pages[page - 1])) is None:
                raise FileFault(NO_PICTURE)
            turn = int(pdf.pages[page - 1].get("/Rotate", 0))
            with PdfImage(found).as_pil_image() as picture:
                return _painted(picture.rotate(-turn, expand=True) if turn % 360 else picture)
    except (
        pikepdf.PdfError,
        Image.DecompressionBombError,
        OSError,
        ValueError,
        TypeError,
        NotImplementedError,
    ) as wrong:
        raise FileFault(NO_PICTURE) from wrong


def _opened(data: bytes) -> Any:
    return pikepdf.open(io.BytesIO(data), suppress_warnings=True)


def _largest(page: Any) -> Any:
    """The largest picture on a page: of a scanned page, the page."""
    found = [(int(each.Width) * int(each.Height), name) for name, each in page.images.items()]
    fits = [pair for pair in found if pair[0] <= MAX_PIXELS]
    return page.images[max(fits)[1]] if fits else None


def _painted(picture: Any) -> bytes:
    if picture.width * picture.height > MAX_PIXELS or max(picture.size) > MAX_SIDE:
        raise FileFault(NO_PICTURE)
    shown, out = picture.convert("RGB"), io.BytesIO()
    shown.thumbnail((LONGEST, LONGEST))
    shown.save(out, "JPEG", quality=80, exif=b"", icc_profile=None)
    return out.getvalue()
