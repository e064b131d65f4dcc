"""Evidence: what is taken, what is cleaned, what is refused."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from functools import cache

import pikepdf
import pytest
from docx import Document
from PIL import Image

from admin.files.faults import FileFault
from admin.files.upload_checks import check_upload
from admin.files.uploads import MAX_BYTES, display_name
from tests.files.making import packed, png, relation, repacked, workbook


def pdf(packed: bool = False, **root: object) -> bytes:
    """A page that its maker, program and place are written on; `root` are further entries of its catalogue."""
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.docinfo["/Author"] = "Wang"
    made.docinfo["/Creator"] = "a program"
    with made.open_metadata() as about:
        about["dc:creator"] = ["Wang"]
    for key, value in root.items():
        made.Root[f"/{key}"] = made.make_indirect(pikepdf.Dictionary(value))
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    made.save(out, object_stream_mode=mode, static_id=True)
    return out.getvalue()


def locked() -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(out, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return out.getvalue()


SCRIPT = {"/S": pikepdf.Name("/JavaScript"), "/JS": "app.alert(1)"}
PDF = pdf()


def picture(kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, kind, **options)
    return out.getvalue()


@cache
def word() -> bytes:
    out = io.BytesIO()
    Document().save(out)
    return out.getvalue()


def huge_png(side: int) -> bytes:
    """A picture that claims to be side × side and holds next to nothing."""
    return png(side, zlib.compress(b""))


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(FileFault) as refused:
        check_upload(name, data)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("證明.pdf", PDF, "pdf"),
        ("圖.PNG", picture(), "png"),
        ("照片.jpeg", picture("JPEG"), "jpg"),
        ("報告.docx", word(), "docx"),
        ("表.xlsx", workbook([["a"]]), "xlsx"),
        ("說明.txt", "說明文字\n".encode(), "txt"),
        ("big5.txt", "客戶服務中心的說明文字\n".encode("big5"), "txt"),
    ],
)
def test_the_allowed_kinds_are_taken_under_a_name_of_our_own(name: str, data: bytes, kind: str) -> None:
    upload = check_upload(name, data)
    assert (upload.kind, upload.original_name) == (kind, name)
    assert upload.stored_name == f"{hashlib.sha256(upload.data).hexdigest()}.{kind}"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("big5", "客戶服務中心的說明文字，附上當日的通話紀錄。\n"),
        ("gb18030", "客户服务中心的说明文字，附上当日的通话记录。\n"),
        ("cp1252", "Le résumé de José, à vérifier.\n"),
    ],
)
def test_a_text_is_kept_as_it_reads_whatever_its_encoding(encoding: str, text: str) -> None:
    assert check_upload("a.txt", text.encode(encoding)).data.decode() == text


def test_a_text_that_reads_as_nothing_under_any_encoding_is_refused_with_what_to_do() -> None:
    assert "save it as plain text in UTF-8" in refusal("a.txt", bytes([0x80, 0xFF, 0x81, 0xFE]) * 20)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../x.pdf", "x.pdf"),
        ("C:\\tmp\\證明.pdf", "證明.pdf"),
        ("a\x00b\u202efdp.pdf", "abfdp.pdf"),
        ("全中文名稱.pdf", "全中文名稱.pdf"),
        ("..", "file"),
        ("長" * 300 + ".pdf", "長" * 116 + ".pdf"),
    ],
)
def test_names_are_shown_as_text_and_lead_nowhere(name: str, shown: str) -> None:
    assert display_name(name) == shown


def test_where_a_photo_was_taken_is_forgotten() -> None:
    exif = Image.Exif()
    exif[0x013B] = "Photographer's name"
    exif.get_ifd(0x8825)[1] = "N"
    data = picture("JPEG", exif=exif.tobytes()) + b"<script>behind the end</script>"
    upload = check_upload("a.jpg", data)
    with Image.open(io.BytesIO(upload.data)) as clean:
        assert not clean.getexif()
    assert b"Photographer" in data and b"Photographer" not in upload.data and b"script" not in upload.data


def test_a_picture_keeps_its_look() -> None:
    with Image.open(io.BytesIO(check_upload("a.png", picture()).data)) as clean:
        assert (clean.size, clean.getpixel((3, 3))) == ((30, 20), (255, 0, 0))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", PDF + bytes(MAX_BYTES), "larger"),
        ("a.png", huge_png(50_000), "million pixels"),
        ("a.png", picture()[:60], "damaged"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "says otherwise"),
        ("a.txt", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "web page"),
        ("a.txt", b"<!DOCTYPE html><p>hi", "web page"),
        ("a.txt", b"control \x07 bell", "control"),
        ("a.pdf", b"<html>not a pdf</html>", "says otherwise"),
        ("a.pdf", b"%PDF-1.7\n<html><script>1</script>\n%%EOF", "web page"),
        ("a.pdf", PDF[:40], "no end"),
        ("a.pdf", pdf(OpenAction=SCRIPT), "active content"),
        ("a.pdf", pdf(packed=True, OpenAction=SCRIPT), "active content"),
        ("a.pdf", pdf(Names={"/JavaScript": pikepdf.Dictionary()}), "active content"),
        ("a.pdf", pdf(AcroForm={"/XFA": pikepdf.Array()}), "active content"),
        ("a.pdf", PDF[:200] + b"%%EOF", "damaged"),
        ("a.pdf", locked(), "password"),
        ("a.png", PDF, "says otherwise"),
        ("a.exe", b"MZ\x90\x00" + bytes(100), "not accepted"),
        ("a.gif", b"GIF89a" + bytes(100), "not accepted"),
        ("a.zip", packed({"a.txt": "x"}), "not accepted"),
        ("a.docx", repacked(word(), {"word/document.xml": b" " * 17_000_000}), "zip bomb"),
        ("a.docx", packed({"word/document.xml": "<x/>"}), "damaged"),
        ("a.docx", word()[:-200], "damaged"),
    ],
)
def test_everything_else_is_refused_with_a_reason(name: str, data: bytes, message: str) -> None:
    assert message in refusal(name, data)


def test_documents_that_fetch_or_run_something_are_refused() -> None:
    outside = relation("attachedTemplate", "http://evil/x.dotm")
    assert "outside itself" in refusal("a.docx", repacked(word(), {"word/_rels/settings.xml.rels": outside}))
    macros = {"word/_rels/settings.xml.rels": relation("vbaProject", "vbaProject.bin", "Internal")}
    assert "program" in refusal("a.docx", repacked(word(), {"word/vbaProject.bin": b"x", **macros}))
    sheet = {
        "xl/embeddings/ole.bin": b"x",
        "xl/worksheets/_rels/sheet1.xml.rels": relation("oleObject", "../embeddings/ole.bin", "Internal"),
    }
    assert "embedded" in refusal("a.xlsx", repacked(workbook([["a"]]), sheet))


def test_a_document_whose_program_counts_its_parts_is_taken() -> None:
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        parts = {name.replace("document.xml", "document2.xml"): archive.read(name) for name in archive.namelist()}
    renamed = {name: data.replace(b"word/document.xml", b"word/document2.xml") for name, data in parts.items()}
    assert check_upload("a.docx", packed(dict(renamed))).kind == "docx"


def test_a_link_to_be_clicked_is_harmless() -> None:
    link = relation("hyperlink", "http://x")
    assert check_upload("a.docx", repacked(word(), {"word/_rels/footnotes.xml.rels": link})).kind == "docx"


def test_a_pdf_and_an_office_file_lose_the_names_of_their_makers_and_keep_what_they_say() -> None:
    clean = check_upload("a.pdf", pdf())
    with pikepdf.open(io.BytesIO(clean.data)) as read:
        assert "/Info" not in read.trailer and "/Metadata" not in read.Root and len(read.pages) == 1
    assert check_upload("a.pdf", clean.data).sha256 == clean.sha256, "cleaned once, it is the same file"

    document, out = Document(), io.BytesIO()
    document.core_properties.author = document.core_properties.last_modified_by = "Wang"
    document.add_paragraph("What it says")
    document.save(out)
    read = Document(io.BytesIO(check_upload("a.docx", out.getvalue()).data))
    assert (read.core_properties.author, read.core_properties.last_modified_by) == ("", "")
    assert [paragraph.text for paragraph in read.paragraphs] == ["What it says"]


def test_remarks_and_changes_in_a_document_lose_their_names() -> None:
    body = b'<w:p><w:ins w:author="Wang" w:initials="W" w:date="x"><w:r><w:t>kept</w:t></w:r></w:ins></w:p>'
    plain = zipfile.ZipFile(io.BytesIO(word())).read("word/document.xml")
    changed = repacked(word(), {"word/document.xml": plain.replace(b"<w:sectPr", body + b"<w:sectPr", 1)})
    clean = zipfile.ZipFile(io.BytesIO(check_upload("a.docx", changed).data)).read("word/document.xml")
    assert b"Wang" not in clean and b"kept" in clean
