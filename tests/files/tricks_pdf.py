"""PDF made to do harm."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from tests.files.making import packed_zeros
from tests.files.test_uploads import pdf, picture
from tests.files.tricks import EVIL, left_out, photo, refused

UNPACKED: dict[str, Any] = {
    "static_id": True,
    "compress_streams": False,
    "stream_decode_level": pikepdf.StreamDecodeLevel.none,
}


def made_pdf(change: Callable[[pikepdf.Pdf, Any], object] | None = None, **options: Any) -> bytes:
    """A page that says KEPT, and what `change` does to it (the PDF, its page)."""
    made, out = pikepdf.new(), io.BytesIO()
    page = made.add_blank_page().obj
    page.Contents = made.make_stream(b"BT /F1 12 Tf (KEPT) Tj ET")
    if change is not None:
        change(made, page)
    made.save(out, **(UNPACKED | options))
    return out.getvalue()


def action(kind: str, **more: Any) -> Dictionary:
    return Dictionary(S=Name(f"/{kind}"), **more)


def script() -> Dictionary:
    return action("JavaScript", JS="PLANTED")


def go_to(**more: Any) -> Dictionary:
    return action("GoTo", D=Array([0, Name("/Fit")]), **more)


def annotated(kind: str, **more: Any) -> Callable[[pikepdf.Pdf, Any], None]:
    """A change: a remark of this kind on the page."""

    def change(made: pikepdf.Pdf, page: Any) -> None:
        entry = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([0, 0, 9, 9]), **more)
        page.Annots = Array([made.make_indirect(entry)])
        made.Root.AcroForm = Dictionary(Fields=page.Annots)

    return change


def at_root(**more: Any) -> Callable[[pikepdf.Pdf, Any], None]:
    def change(made: pikepdf.Pdf, _page: Any) -> None:
        for key, value in more.items():
            made.Root[f"/{key}"] = value

    return change


def deep(value: Any, times: int = 30) -> Any:
    for turn in range(times):
        value = Dictionary(K=value) if turn % 2 else Array([0, value])
    return value


def chain(*links: Dictionary) -> Dictionary:
    """Actions, each the next of the one before."""
    for first, second in reversed(list(pairwise(links))):
        first.Next = second
    return links[0]


def image(kind: str, data: bytes, filters: Any = None) -> Callable[[pikepdf.Pdf, Any], None]:
    """A change: a picture on the page, packed so."""

    def change(made: pikepdf.Pdf, page: Any) -> None:
        stream = made.make_stream(data)
        stream.Type, stream.Subtype, stream.Filter = Name.XObject, Name.Image, filters or Name(f"/{kind}")
        stream.Width, stream.Height, stream.ColorSpace, stream.BitsPerComponent = 30, 20, Name.DeviceRGB, 8
        page.Resources = Dictionary(XObject=Dictionary(Im=stream))

    return change


def remarked_jp2() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "JPEG2000")
    body = b"x" * 16 + b"PLANTED"
    return out.getvalue() + (len(body) + 8).to_bytes(4, "big") + b"uuid" + body


LAUNCH = {"F": "PLANTED.exe"}
for title, make, twin in (
    (
        "a program on opening",
        lambda: made_pdf(at_root(OpenAction=script())),
        lambda: made_pdf(at_root(OpenAction=go_to())),
    ),
    (
        "the same in packed objects",
        lambda: made_pdf(at_root(OpenAction=deep(script())), object_stream_mode=pikepdf.ObjectStreamMode.generate),
        lambda: made_pdf(at_root(OpenAction=go_to()), object_stream_mode=pikepdf.ObjectStreamMode.generate),
    ),
    (
        "the same under a written-out name",
        lambda: (
            made_pdf(at_root(OpenAction=action("Zavascript", ZS="PLANTED")))
            .replace(b"/Zavascript", b"/#4aavaScr#69pt")
            .replace(b"/ZS", b"/#4AS")
        ),
        lambda: made_pdf(at_root(OpenAction=go_to())),
    ),
    (
        "the same thirty levels down",
        lambda: made_pdf(at_root(X=deep(script()))),
        lambda: made_pdf(at_root(X=deep(go_to()))),
    ),
    (
        "the same at the end of a chain",
        lambda: made_pdf(annotated("Link", A=chain(go_to(), go_to(), script()))),
        lambda: made_pdf(annotated("Link", A=chain(go_to(), go_to(), go_to()))),
    ),
    (
        "the same in a list of what comes next",
        lambda: made_pdf(annotated("Link", A=go_to(Next=Array([go_to(), script()])))),
        lambda: made_pdf(annotated("Link", A=go_to(Next=Array([go_to()])))),
    ),
    (
        "the same among the names",
        lambda: made_pdf(at_root(Names=Dictionary(JavaScript=Dictionary()))),
        lambda: made_pdf(at_root(Names=Dictionary(Dests=Dictionary()))),
    ),
    (
        "a page that runs when it is turned to",
        lambda: made_pdf(lambda made, page: page.__setitem__("/AA", Dictionary(O=action("Unheard", X="PLANTED")))),
        made_pdf,
    ),
    (
        "a program of the machine",
        lambda: made_pdf(annotated("Link", A=action("Launch", **LAUNCH))),
        lambda: made_pdf(annotated("Link", A=go_to())),
    ),
    (
        "another file",
        lambda: made_pdf(annotated("Link", A=action("GoToR", F="//evil/PLANTED.pdf"))),
        lambda: made_pdf(annotated("Link", A=go_to())),
    ),
    (
        "a file inside",
        lambda: made_pdf(annotated("Link", A=action("GoToE"))),
        lambda: made_pdf(annotated("Link", A=go_to())),
    ),
    (
        "a form that sends",
        lambda: made_pdf(annotated("Widget", A=action("SubmitForm", F=EVIL))),
        lambda: made_pdf(annotated("Widget", T="KEPT", FT=Name.Tx)),
    ),
    (
        "a form that reads",
        lambda: made_pdf(annotated("Widget", A=action("ImportData", F="PLANTED"))),
        lambda: made_pdf(annotated("Widget", T="KEPT", FT=Name.Tx)),
    ),
    (
        "a film",
        lambda: made_pdf(annotated("Screen", A=action("Rendition"))),
        lambda: made_pdf(annotated("Text", Contents="KEPT")),
    ),
    (
        "an action nobody knows",
        lambda: made_pdf(annotated("Link", A=action("Unheard"))),
        lambda: made_pdf(annotated("Link", A=action("Named", N=Name.NextPage))),
    ),
    (
        "a remark with a file",
        lambda: made_pdf(annotated("FileAttachment")),
        lambda: made_pdf(annotated("Text", Contents="KEPT")),
    ),
    (
        "a remark with a film",
        lambda: made_pdf(annotated("Movie")),
        lambda: made_pdf(annotated("Highlight", Contents="KEPT")),
    ),
    ("a remark with a sound", lambda: made_pdf(annotated("Sound")), lambda: made_pdf(annotated("Square"))),
    ("a remark in three dimensions", lambda: made_pdf(annotated("3D")), lambda: made_pdf(annotated("Ink"))),
    (
        "a remark with anything",
        lambda: made_pdf(annotated("RichMedia")),
        lambda: made_pdf(annotated("FreeText", Contents="KEPT")),
    ),
    (
        "a show with programs",
        lambda: made_pdf(at_root(Names=Dictionary(AlternatePresentations=Dictionary()))),
        lambda: made_pdf(at_root(Names=Dictionary(Dests=Dictionary()))),
    ),
    (
        "a file among the names",
        lambda: made_pdf(lambda made, _page: made.attachments.__setitem__("a.exe", b"PLANTED")),
        made_pdf,
    ),
    (
        "a form of another kind",
        lambda: made_pdf(at_root(AcroForm=Dictionary(XFA=Array()))),
        lambda: made_pdf(at_root(AcroForm=Dictionary(Fields=Array()))),
    ),
    ("a portfolio", lambda: made_pdf(at_root(Collection=Dictionary())), made_pdf),
    (
        "a stream in another file",
        lambda: made_pdf(lambda made, page: page.Contents.__setitem__("/F", "//evil/PLANTED")),
        made_pdf,
    ),
    (
        "a page of another file",
        lambda: made_pdf(lambda made, page: page.__setitem__("/X", Dictionary(Subtype=Name.Form, Ref=Dictionary()))),
        made_pdf,
    ),
    (
        "a printer's program",
        lambda: made_pdf(lambda made, page: page.__setitem__("/X", made.make_stream(b"PLANTED", Subtype=Name.PS))),
        made_pdf,
    ),
    (
        "a picture elsewhere for the printer",
        lambda: made_pdf(lambda made, page: page.__setitem__("/X", Dictionary(OPI=Dictionary()))),
        made_pdf,
    ),
    (
        "a stream packed twice",
        lambda: made_pdf(
            image("x", zlib.compress(zlib.compress(bytes(9))), Array([Name.FlateDecode, Name.FlateDecode]))
        ),
        lambda: made_pdf(image("FlateDecode", zlib.compress(bytes(1800)))),
    ),
    (
        "a stream that unpacks to far more",
        lambda: made_pdf(image("FlateDecode", packed_zeros(301 << 20))),
        lambda: made_pdf(image("FlateDecode", zlib.compress(bytes(1 << 20)))),
    ),
    (
        "an attachment beside a page",
        lambda: made_pdf(lambda made, page: page.__setitem__("/X", Dictionary(Type=Name.Filespec, UF="PLANTED"))),
        made_pdf,
    ),
):
    refused(title, "pdf", make, twin)

for title, make, twin in (
    (
        "a link to a share",
        lambda: made_pdf(annotated("Link", A=action("URI", URI="file://evil/PLANTED"))),
        lambda: made_pdf(annotated("Link", A=action("URI", URI="https://a.example/KEPT"))),
    ),
    (
        "a link to a script",
        lambda: made_pdf(annotated("Link", A=action("URI", URI="javascript:PLANTED"))),
        lambda: made_pdf(annotated("Link", A=action("URI", URI="mailto:a@a.example"))),
    ),
    ("what all links begin with", lambda: made_pdf(at_root(URI=Dictionary(Base="file://PLANTED"))), made_pdf),
    (
        "printing on opening",
        lambda: made_pdf(at_root(OpenAction=action("Named", N=Name.PLANTED))),
        lambda: made_pdf(at_root(OpenAction=go_to())),
    ),
    (
        "the author of a remark",
        lambda: made_pdf(annotated("Text", T="PLANTED", NM="PLANTED", M="PLANTED", RC="PLANTED", Contents="KEPT")),
        lambda: made_pdf(annotated("Text", Contents="KEPT")),
    ),
    ("who made it", lambda: pdf().replace(b"Wang", b"PLANTED"), pdf),
    (
        "who made it, below a page",
        lambda: made_pdf(lambda made, page: page.__setitem__("/Metadata", made.make_stream(b"PLANTED"))),
        made_pdf,
    ),
    (
        "what its program keeps",
        lambda: made_pdf(lambda made, page: page.__setitem__("/PieceInfo", Dictionary(X="PLANTED"))),
        made_pdf,
    ),
    (
        "its maker in a layer",
        lambda: made_pdf(at_root(OCProperties=Dictionary(D=Dictionary(Creator="PLANTED")))),
        made_pdf,
    ),
    ("who made it, within a list", lambda: made_pdf(at_root(X=deep(Dictionary(PieceInfo="PLANTED")))), made_pdf),
    ("beside everything", lambda: made_pdf(lambda made, _page: made.trailer.__setitem__("/X", "PLANTED")), made_pdf),
    ("behind its end", lambda: made_pdf() + b"PK\x03\x04PLANTED", made_pdf),
    (
        "in an object that nothing leads to",
        lambda: made_pdf().replace(b"endobj\n", b"endobj\n% PLANTED\n", 1),
        made_pdf,
    ),
    (
        "the camera of a picture inside",
        lambda: made_pdf(image("DCTDecode", photo())),
        lambda: made_pdf(image("DCTDecode", picture("JPEG"))),
    ),
    (
        "the same, packed once more",
        lambda: made_pdf(image("x", zlib.compress(photo()), Array([Name.FlateDecode, Name.DCTDecode]))),
        lambda: made_pdf(image("x", zlib.compress(picture("JPEG")), Array([Name.FlateDecode, Name.DCTDecode]))),
    ),
    ("a picture of the other kind", lambda: made_pdf(image("JPXDecode", remarked_jp2())), made_pdf),
    (
        "a small picture of the page",
        lambda: made_pdf(lambda made, page: page.__setitem__("/Thumb", made.make_stream(b"PLANTED"))),
        made_pdf,
    ),
):
    left_out(title, "pdf", make, twin)
