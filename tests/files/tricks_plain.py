"""Pictures and texts made to do harm."""

from __future__ import annotations

import io

from PIL import Image, PngImagePlugin

from tests.files.making import packed
from tests.files.test_uploads import huge_png, picture
from tests.files.tricks import left_out, photo, refused


def texts() -> PngImagePlugin.PngInfo:
    found = PngImagePlugin.PngInfo()
    found.add_text("Author", "PLANTED")
    found.add_itxt("Place", "PLANTED", zip=True)
    return found


def second_picture() -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(photo())) as second:
        Image.new("RGB", (30, 20), "red").save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue() + b"PLANTED"


def moving() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (3, 3), "red").save(out, "PNG", save_all=True, append_images=[Image.new("RGB", (3, 3), "blue")])
    return out.getvalue()


for title, kind, make in (
    ("the camera", "jpg", photo),
    ("a web page behind the end", "jpg", lambda: picture("JPEG") + b"<script>PLANTED</script>"),
    ("a packed file behind the end", "jpg", lambda: picture("JPEG") + packed({"PLANTED": "x"})),
    ("a second picture", "jpg", second_picture),
    ("a profile of colours", "jpg", lambda: picture("JPEG", icc_profile=b"PLANTED" * 20)),
    ("texts", "png", lambda: picture(pnginfo=texts())),
    ("a profile of colours", "png", lambda: picture(icc_profile=b"PLANTED" * 20)),
    ("a web page behind the end", "png", lambda: picture() + b"<script>PLANTED</script>"),
):
    left_out(title, kind, make, lambda kind=kind: picture("JPEG" if kind == "jpg" else "PNG"))  # type: ignore[misc]
refused("a picture that moves", "png", moving, picture)
refused("a picture that claims to be huge", "png", lambda: huge_png(50_000), picture)
for title, text in (
    ("a drawing with a program", b"<svg xmlns='x'><script>PLANTED</script></svg>"),
    ("a web page", b"hello <img src=x onerror=PLANTED>"),
    ("a web page in UTF-16", "<html>PLANTED</html>".encode("utf-16")),
    ("a program of a server", b"<?php PLANTED ?>"),
    ("a document in disguise", b"{\\rtf1 PLANTED}"),
    ("a printer's program", b"%!PS PLANTED"),
    ("a bell", b"PLANTED \x07"),
    ("a program of the machine", b"MZ\x90\0PLANTED"),
):
    refused(title, "txt", lambda text=text: text, lambda: "1 < 2, 甲 > 乙: KEPT\n".encode())  # type: ignore[misc]
