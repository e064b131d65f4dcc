"""Files made to do harm from inside what is inside them: pictures in pictures, streams in streams, packages that lie."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from tests.files.making import packed
from tests.files.test_uploads import picture
from tests.files.tricks import EVIL, left_out, link, photo, refused
from tests.files.tricks_pdf import action, annotated, at_root, go_to, image, made_pdf, script
from tests.files.tricks_word import document, settings_with
from tests.files.tricks_workbooks import book, named

OPEN = "application/vnd.oasis.opendocument."
LITTLE = b"JFIF\0\1\1\0\0\1\0\1\2\2PLANTEDPLANT"  # a measure with a small picture of two by two dots behind it


def segment(mark: int, body: bytes) -> bytes:
    return bytes([0xFF, mark]) + (len(body) + 2).to_bytes(2, "big") + body


def with_segments(*segments: bytes) -> bytes:
    made = picture("JPEG")
    return made[:2] + b"".join(segments) + made[2:]


def inline(data: bytes, filters: bytes = b"/DCT") -> Callable[[pikepdf.Pdf, Any], None]:
    """A change: a picture drawn between other things on the page."""

    def change(made: pikepdf.Pdf, page: Any) -> None:
        head = b"q 9 0 0 9 0 0 cm BI /W 30 /H 20 /CS /RGB /BPC 8 /F " + filters
        page.Contents = made.make_stream(b"BT (KEPT) Tj ET " + head + b" ID " + data + b" EI Q")

    return change


def in_page(key: str, value: Callable[[pikepdf.Pdf], Any]) -> Callable[[pikepdf.Pdf, Any], None]:
    return lambda made, page: page.__setitem__(f"/{key}", value(made))


def profile() -> bytes:
    """A profile of colours with its maker's name in a text, behind it, and where its program says when."""
    text = b"desc\0\0\0\0" + b"PLANTED desc"
    head = bytearray(128)
    head[36:40], head[48:52], head[12:24] = b"acsp", b"PLAN", b"mntrRGB XYZ "
    table = struct.pack(">I4sII", 1, b"desc", 144, len(text))
    return bytes(head) + table + text + b"PLANTED"


def profiled(data: bytes) -> Callable[[pikepdf.Pdf, Any], None]:
    def change(made: pikepdf.Pdf, page: Any) -> None:
        page.Resources = Dictionary(ColorSpace=Dictionary(A=Array([Name.ICCBased, made.make_stream(data, N=3)])))

    return change


def jp2(*, remark: bytes = b"", box: bytes = b"") -> bytes:
    """A picture with a remark in its code stream, and a box in its head."""
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "JPEG2000")
    found = out.getvalue()
    if box:
        head = found.index(b"jp2h") - 4
        size = int.from_bytes(found[head : head + 4], "big")
        more = (len(box) + 8).to_bytes(4, "big") + b"xml " + box
        found = (
            found[:head]
            + (size + len(more)).to_bytes(4, "big")
            + found[head + 4 : head + size]
            + more
            + found[head + size :]
        )
    if remark:
        place = found.index(b"\xff\x4f\xff\x51")
        end = place + 4 + int.from_bytes(found[place + 4 : place + 6], "big")
        codes = found[:end] + segment(0x64, b"\0\1" + remark) + found[end:]
        start = place - 8
        size = int.from_bytes(codes[start : start + 4], "big")
        grown = size + len(remark) + 6 if size else 0
        found = codes[:start] + grown.to_bytes(4, "big") + codes[start + 4 :]
    return found


def outlined(what: Dictionary) -> Callable[[pikepdf.Pdf, Any], None]:
    return at_root(Outlines=Dictionary(First=Dictionary(Title="KEPT", A=what)))


def packed_text(filters: Any, data: bytes) -> Callable[[pikepdf.Pdf, Any], None]:
    def change(made: pikepdf.Pdf, page: Any) -> None:
        stream = made.make_stream(data)
        stream.Filter = filters
        page.Contents = stream

    return change


DRAWN = b"BT (KEPT) Tj ET"
for title, evil, twin in (
    ("the camera of a picture drawn on the page", inline(photo()), inline(picture("JPEG"))),
    ("the same under a written-out name", inline(photo(), b"/#44CT"), inline(picture("JPEG"), b"/#44CT")),
    (
        "the camera of a picture drawn by a form",
        in_page("Resources", lambda made: Dictionary(XObject=Dictionary(A=made.make_stream(
            b"BI /W 30 /H 20 /CS /RGB /BPC 8 /F /DCT ID " + photo() + b" EI", Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))))),
        None,
    ),
    ("a small picture in a picture inside", image("DCTDecode", with_segments(segment(0xE0, LITTLE))), image("DCTDecode", picture("JPEG"))),
    ("another small picture in it", image("DCTDecode", with_segments(segment(0xE0, b"JFXX\0\x10PLANTED"))), None),
    ("a text where the colours are told", image("DCTDecode", with_segments(segment(0xEE, b"Adobe\0\x64\0\0\0\0\1PLANTED"))), None),
    ("a text where the colours would be told", image("DCTDecode", with_segments(segment(0xEE, b"PLANTED"))), None),
    ("what a paper wrote of it", image("DCTDecode", with_segments(segment(0xED, b"Photoshop 3.0\0PLANTED"))), None),
    ("a film behind a picture inside", image("DCTDecode", picture("JPEG") + b"ftypmp42 PLANTED"), None),
    ("a remark in a picture of the other kind", image("JPXDecode", jp2(remark=b"PLANTED")), image("JPXDecode", jp2())),
    ("a text in the head of one", image("JPXDecode", jp2(box=b"PLANTED")), image("JPXDecode", jp2())),
    ("a remark in its bare codes", image("JPXDecode", jp2(remark=b"PLANTED")[jp2(remark=b"PLANTED").index(b"\xff\x4f\xff\x51") :]), None),
    ("the maker of a profile of colours", profiled(profile()), profiled(profile().replace(b"PLAN", b"none"))),
    ("who made it under a name of somebody's own", in_page("Group", lambda made: Dictionary(
        X=made.make_stream(b"PLANTED", Type=Name.Metadata, Subtype=Name.XML))), None),
    ("what a program keeps at the root", at_root(ADBE_Own=Dictionary(By="PLANTED")), None),
    ("what a program keeps at a page", in_page("ADBE_Own", lambda _made: Dictionary(By="PLANTED")), None),
    ("behind the end of what is packed", packed_text(Name.FlateDecode, zlib.compress(DRAWN) + b"PLANTED"),
     packed_text(Name.FlateDecode, zlib.compress(DRAWN))),
    ("behind the end of what is written in letters", packed_text(Name.ASCIIHexDecode, DRAWN.hex().encode() + b">PLANTED"),
     packed_text(Name.ASCIIHexDecode, DRAWN.hex().encode() + b">")),
    ("who signed a structure", at_root(StructTreeRoot=Dictionary(Type=Name.StructTreeRoot, PieceInfo=Dictionary(A="PLANTED"))), None),
    ("a link of the outline to a share", outlined(action("URI", URI="\\\\evil\\PLANTED")),
     outlined(go_to())),
):  # fmt: skip
    left_out(title, "pdf", lambda evil=evil: made_pdf(evil), lambda twin=twin: made_pdf(twin))  # type: ignore[misc]

for title, evil, twin in (
    ("a picture drawn on the page that is packed once more", inline(b"FFD8>", b"[/AHx /DCT]"), inline(picture("JPEG"))),
    ("a program in the outline", outlined(script()), None),
    ("a program among the names of pages", at_root(Names=Dictionary(Pages=Dictionary(Names=Array(["a", script()])))), None),
    ("a program of a field", annotated("Widget", T="KEPT", FT=Name.Tx, AA=Dictionary(K=script())),
     annotated("Widget", T="KEPT", FT=Name.Tx)),
    ("a program under a written-out kind", annotated("Link", A=Dictionary(S=Name("/JavaScript"), JS="PLANTED")), None),
    ("a program in a pattern", in_page("Resources", lambda made: Dictionary(Pattern=Dictionary(A=made.make_stream(
        b"x", PatternType=1, AA=Dictionary(O=script()))))), None),
    ("a view of a place in another file", annotated("Link", A=action("GoTo3DView")), annotated("Link", A=go_to())),
    ("a thread of another file", annotated("Link", A=action("Thread", F="PLANTED.pdf")), annotated("Link", A=go_to())),
    ("a sound on a click", annotated("Link", A=action("Sound")), annotated("Link", A=go_to())),
    ("a file that belongs to a page", in_page("AF", lambda _made: Array([Dictionary(Type=Name.Filespec, F="PLANTED")])), None),
    ("a template that is filled in", at_root(AcroForm=Dictionary(Fields=Array(), XFA=Array(["template", "PLANTED"]))), None),
    ("a film behind a link", annotated("Link", A=action("Movie")), annotated("Link", A=go_to())),
):  # fmt: skip
    refused(title, "pdf", lambda evil=evil: made_pdf(evil), lambda twin=twin: made_pdf(twin))  # type: ignore[misc]


def added_later() -> bytes:
    """A PDF to which a program was added behind its end, as editors add changes."""
    made = made_pdf(at_root(OpenAction=go_to()))
    with pikepdf.open(io.BytesIO(made)) as read:
        number = read.Root.objgen[0]
    start = int(made.rsplit(b"startxref\n", 1)[1].split()[0])
    root = (
        made[made.index(b"%d 0 obj" % number) :].split(b"endobj")[0].replace(b"/GoTo", b"/JavaScript /JS (PLANTED)")
        + b"endobj\n"
    )
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Root %d 0 R /Size 99 /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    return made + root + table % (number, len(made), number, start, len(made) + len(root))


refused("a program added behind the end", "pdf", added_later, lambda: made_pdf(at_root(OpenAction=go_to())))
for title, segments in (
    ("a small picture", segment(0xE0, LITTLE)),
    ("what a paper wrote", segment(0xED, b"Photoshop 3.0\0PLANTED")),
    ("remarks of a maker's own", segment(0xE5, b"PLANTED")),
    ("a text among the tables", segment(0xFE, b"PLANTED")),
):
    left_out(title, "jpg", lambda segments=segments: with_segments(segments), lambda: picture("JPEG"))  # type: ignore[misc]


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def with_chunk(kind: bytes, body: bytes) -> bytes:
    made = picture()
    return made[:33] + chunk(kind, body) + made[33:]


for title, kind, body in (
    ("the camera", b"eXIf", b"MM\0*\0\0\0\x08PLANTED"),
    ("a text", b"tEXt", b"Author\0PLANTED"),
    ("a packed text", b"zTXt", b"Author\0\0" + zlib.compress(b"PLANTED", 0)),
    ("a piece nobody knows", b"prVt", b"PLANTED"),
    ("the time", b"tIME", b"PLANTED"),
):
    left_out(f"{title} in a piece of its own", "png", lambda kind=kind, body=body: with_chunk(kind, body), picture)  # type: ignore[misc]


def saved(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(out, kind)
    return out.getvalue()


for title, kind, make in (
    ("a picture of many pages", "png", lambda: saved("TIFF")),
    ("a picture of another kind", "jpg", lambda: saved("GIF")),
    ("a picture of the web", "jpg", lambda: saved("WEBP")),
    ("a text document of the open kind", "docx", lambda: packed({"mimetype": OPEN + "text", "content.xml": "PLANTED"})),
    ("a table of the open kind", "xlsx", lambda: packed({"mimetype": OPEN + "spreadsheet", "content.xml": "PLANTED"})),
    ("a database of the open kind", "xlsx", lambda: packed({"mimetype": OPEN + "base", "database/script": "PLANTED"})),
    ("a document locked by a password", "docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ("a packed file", "docx", lambda: packed({"PLANTED.exe": "MZ"})),
):  # fmt: skip
    whole = {"png": picture, "jpg": lambda: picture("JPEG"), "docx": document, "xlsx": book}[kind]
    refused(title, kind, make, whole)


def written_by_hand(change: Callable[[bytes], bytes], made: Callable[[], bytes] = document) -> Callable[[], bytes]:
    return lambda: change(made())


def overlapping(data: bytes) -> bytes:
    """Two names in the list lead to the same bytes."""
    rows, place = [], data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    rest = data[place:end]
    while rest:
        size = 46 + sum(struct.unpack("<HHH", rest[28:34]))
        rows.append(bytearray(rest[:size]))
        rest = rest[size:]
    rows[-1][42:46] = rows[0][42:46]
    listed = b"".join(rows)
    return data[:place] + listed + data[end:]


def with_entry(name: str, content: str, mode: int = 0, extra: bytes = b"") -> bytes:
    out = io.BytesIO(document())
    with zipfile.ZipFile(out, "a") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr, entry.extra = mode << 16, extra
        archive.writestr(entry, content)
    return out.getvalue()


def said(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"PLANTED"
    return out.getvalue()


refused("two parts in the same bytes", "docx", written_by_hand(overlapping), document)
for title, make in (
    ("a way out of the machine's root", lambda: with_entry("/etc/PLANTED", "PLANTED")),
    ("a link of the disk", lambda: with_entry("word/media/PLANTED", "/etc/passwd", 0o120777)),
    ("a note beside a part", lambda: with_entry("word/more.xml", "x", extra=struct.pack("<HH", 0x7075, 7) + b"PLANTED")),
    ("a note of the package", written_by_hand(said)),
    ("schemas from elsewhere", lambda: document('<w:p xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x '
     f'{EVIL}"/>')),
    ("a library of schemas", lambda: settings_with(
        f'<sl:schemaLibrary xmlns:sl="http://schemas.openxmlformats.org/schemaLibrary/2006/main"><sl:schema sl:uri="urn:x" '
        f'sl:schemaLocation="{EVIL}"/></sl:schemaLibrary>')),
    ("where a drawing lay", lambda: document(
        '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        f'o:href="{EVIL}" o:spid="a"/></w:pict></w:r></w:p>')),
    ("a filling from elsewhere", lambda: document(
        f'<w:p><w:r><w:pict><v:rect xmlns:v="urn:schemas-microsoft-com:vml">'
        f'<v:fill src="{EVIL}" althref="{EVIL}"/></v:rect></w:pict></w:r></w:p>')),
    ("a key of a form's field", lambda: document(
        f'<w:p><w:hyperlink w:anchor="a" w:docLocation="{EVIL}"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>')),
    ("a text tied to a part of its own", lambda: document(
        '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/PLANTED" w:storeItemID="{1}"/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>')),
    ("an element of somebody's own", lambda: document(f'<w:customXml w:uri="{EVIL}" w:element="x"><w:p/></w:customXml>')),
    ("a program of a field of a form", lambda: document(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:entryMacro w:val="PLANTED"/></w:ffData></w:fldChar></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>')),
    ("who protects it", lambda: settings_with('<w:writeProtection w:cryptProvider="PLANTED" w:hash="x"/>')),
):  # fmt: skip
    left_out(title, "docx", make, document)

for title, make, twin in (
    ("a place of a link on a share", lambda: book("<hyperlinks><hyperlink ref='A1' location=\"'\\\\evil\\PLANTED'!A1\"/></hyperlinks>"),
     lambda: book("<hyperlinks><hyperlink ref='A1' location=\"Sheet1!A1\"/></hyperlinks>")),
    ("what is published on the web", lambda: book(
        '<webPublishItems count="1"><webPublishItem id="1" divId="a" sourceType="sheet" '
        'destinationFile="C:\\PLANTED.htm"/></webPublishItems>'), book),
    ("who tried a scenario", lambda: book('<scenarios><scenario user="PLANTED" comment="PLANTED"/></scenarios>'), book),
    ("figures gathered from another workbook", lambda: book(
        '<dataConsolidate><dataRefs count="1"><dataRef ref="A1" name="x" r:id="rIdX" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></dataRefs></dataConsolidate>', "", "",
        link("externalLinkPath", "PLANTED.xlsx", "Internal")), book),
    ("a bound of colours that fetches", lambda: book(
        '<conditionalFormatting sqref="A1"><cfRule type="iconSet" priority="1"><iconSet>'
        '<cfvo type="formula" val="WEBSERVICE(&quot;PLANTED&quot;)"/>'
        '</iconSet></cfRule></conditionalFormatting>'), book),
    ("a look that fetches", lambda: book(
        '<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>WEBSERVICE("PLANTED")</formula></cfRule>'
        '</conditionalFormatting>'), book),
    ("a name that asks a program", lambda: named('<definedName name="a">cmd|\'/c PLANTED\'!A0</definedName>'), book),
    ("a name with a remark of its maker", lambda: named(
        '<definedName name="a" comment="PLANTED" statusBar="PLANTED" help="PLANTED">1</definedName>'), book),
    ("figures of a turned table", lambda: book("", '<pivotCaches><pivotCache cacheId="1" r:id="rIdX" '
     'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></pivotCaches>',
     link("pivotCacheDefinition", "pivotCache/p.xml", "Internal"), pivotCache__p="<p refreshedBy='PLANTED'/>"), book),
    ("maps of somebody's own", lambda: book("", "", link("xmlMaps", "xmlMaps.xml", "Internal"), xmlMaps="<m>PLANTED</m>"), book),
    ("a query of a sheet", lambda: book("", "", "", link("queryTable", "../q.xml", "Internal"), q="<q>PLANTED</q>"), book),
    ("who may change a range", lambda: book(
        '<protectedRanges><protectedRange name="a" sqref="A1" securityDescriptor="PLANTED"/></protectedRanges>'), book),
):  # fmt: skip
    left_out(title, "xlsx", make, twin)
for title, relation in (
    ("a web page in a sheet", link("aFChunk", "../PLANTED.htm", "Internal")),
    ("a whole file in a sheet", link("package", "../embeddings/a.xlsx", "Internal")),
    ("a control in a sheet", link("control", "../activeX/a.xml", "Internal")),
    ("a picture that is fetched", link("image", EVIL)),
    ("a workbook that is fetched", link("externalLinkPath", "file:///c:/PLANTED.xlsx")),
):
    refused(title, "xlsx", lambda relation=relation: book("", "", "", relation), book)  # type: ignore[misc]
for title, text in (
    ("a web page behind marks that are not seen", "\ufeff\u200b<script>PLANTED</script>".encode()),
    ("a web page in UTF-32", "<html>PLANTED</html>".encode("utf-32")),
    ("a web page in capitals over lines", b"<\nSCRIPT\n>PLANTED"),
    ("a page of styles", b"<link rel=x href=PLANTED>"),
    ("a declaration", b"<?xml version='1.0'?><a>PLANTED</a>"),
    ("colours of a terminal", b"\x1b[31mPLANTED"),
):
    refused(title, "txt", lambda text=text: text, lambda: b"1 < 2: KEPT\n")  # type: ignore[misc]
