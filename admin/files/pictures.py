"""Pictures are painted anew: their dots stay, and whatever else came in the file does not."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from typing import Any

import filetype  # type: ignore[import-untyped]
from PIL import Image, ImageOps, JpegImagePlugin, UnidentifiedImageError

from admin.domain.refusals import N_
from admin.files.faults import FileFault

MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
_PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
_ORIENTATION = 0x0112
_OLDER = ("GIF", "BMP", "TIFF")


def painted(data: bytes) -> bytes:
    """The picture painted anew: turned as the camera said, without EXIF, comments or anything behind its end.

    Raises `FileFault`: damaged, too large, moving.
    """
    # A photo of some telephones holds a second picture for bright screens ; the first is what it shows.
    return _opened(data, ("PNG", "JPEG"), lambda one: (_painted_png if one.format == "PNG" else _painted_jpeg)(one))


def painted_inside(data: bytes) -> tuple[str, bytes] | None:
    """(kind, bytes) of a picture inside a document, painted anew; None for a drawing in words, which stands beside a picture.

    Raises `FileFault` for kinds of drawing that are programs to the printer (EMF, WMF).
    """
    if data[:256].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return None
    guess = filetype.guess(data)
    kind = guess.extension if guess else ""
    if kind in ("png", "jpg"):
        return str(kind), painted(data)
    if kind in ("gif", "bmp", "tif"):
        return "png", _opened(data, _OLDER, _painted_png)
    raise FileFault(N_("The document holds a drawing of a kind that is not taken; save it as PDF"))


def _opened(data: bytes, formats: tuple[str, ...], paint: Callable[[Image.Image], bytes]) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit below is the stricter one
        warnings.simplefilter("ignore", UserWarning)  # on remarks of a camera that cannot be read
        try:
            with Image.open(io.BytesIO(data), formats=formats) as picture:
                _check_pixels(picture)
                _turn(picture)
                return paint(picture)
        except Image.DecompressionBombError as wrong:
            raise FileFault(
                N_("The picture is larger than %(limit)s million pixels"), limit=MAX_PIXELS // 1_000_000
            ) from wrong
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as wrong:
            raise FileFault(N_("The picture is damaged or only half of it has arrived; send it again")) from wrong


def _turn(picture: Image.Image) -> None:
    """Turn it as the camera said; where that cannot be read it stays as it lies."""
    try:
        turned = picture.getexif().get(_ORIENTATION, 1)
    except (OSError, ValueError, SyntaxError, TypeError, KeyError):
        return
    if turned != 1:
        ImageOps.exif_transpose(picture, in_place=True)  # a copy would take the memory of another picture


def _check_pixels(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_PIXELS or max(picture.size) > MAX_SIDE:
        raise FileFault(N_("The picture is larger than %(limit)s million pixels"), limit=MAX_PIXELS // 1_000_000)
    if picture.format == "PNG" and getattr(picture, "n_frames", 1) > 1:
        raise FileFault(N_("The picture moves; send a still one"))


def _painted_png(picture: Image.Image) -> bytes:
    """Dot for dot as it was, in its own colours, so that a drawing of few colours does not grow."""
    picture.load()
    picture.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    bare, out = picture if picture.mode in _PNG_MODES else picture.convert("RGB"), io.BytesIO()
    bare.save(out, "PNG", exif=b"", icc_profile=None)
    return out.getvalue()


def _painted_jpeg(picture: Image.Image) -> bytes:
    """With the fineness that it came with, so that it neither grows nor loses what can be seen."""
    picture.load()
    fineness: dict[str, Any] = {"quality": 88}
    if picture.mode in ("L", "RGB") and (tables := getattr(picture, "quantization", None)):
        fineness = {"qtables": tables, "subsampling": JpegImagePlugin.get_sampling(picture)}
    bare, out = picture if picture.mode in ("L", "RGB") else picture.convert("RGB"), io.BytesIO()
    bare.info = {}
    bare.save(out, "JPEG", exif=b"", icc_profile=None, **fineness)
    return out.getvalue()
