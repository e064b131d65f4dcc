"""Word documents and workbooks are made anew from the parts that show something.

From the package's own list of relations on, only parts of known kinds are followed and written; whatever else lies in the
file (properties, people, printers' settings, thumbnails, own XML, connections) is left behind, so that nobody needs to know it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree  # type: ignore[import-untyped]

from admin.domain.refusals import N_
from admin.files.faults import FileFault
from admin.files.links import is_plain_link
from admin.files.office_parts import Node, cleaned_part, local_name, parsed, written
from admin.files.pictures import painted_inside
from admin.files.zips import DAMAGED, MAX_RATIO, open_zip, unpacked

OUTSIDE = N_("The document refers to something outside itself; save it without linked content")
PROGRAM = N_("The document holds a program or an embedded object; save it without")
MAX_XML = 16 * 1024 * 1024  # bytes of one part: read as a tree it takes twenty times as much
MAX_UNPACKED = 96 * 1024 * 1024
MAX_PARTS = 600
_NO_DAY = (1980, 1, 1, 0, 0, 0)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_WORD, _SHEET, _DRAWING = (f"{_OFFICE}{name}ml." for name in ("wordprocessing", "spreadsheet", "drawing"))
_RELATIONS = ("http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
              "http://purl.oclc.org/ooxml/officeDocument/relationships/")  # fmt: skip
# What is followed, and what each is written as; a kind of relation that is not here is not followed.
_EVERYWHERE = {
    "theme": f"{_OFFICE}theme+xml",
    "chart": f"{_DRAWING}chart+xml",
    "diagramData": f"{_DRAWING}diagramData+xml",
    "diagramLayout": f"{_DRAWING}diagramLayout+xml",
    "diagramQuickStyle": f"{_DRAWING}diagramStyle+xml",
    "diagramColors": f"{_DRAWING}diagramColors+xml",
    "image": "",
}
_FOLLOWED: Mapping[str, Mapping[str, str]] = {
    "docx": _EVERYWHERE | {name: f"{_WORD}{name}+xml" for name in (
        "styles", "settings", "fontTable", "numbering", "footnotes", "endnotes", "header", "footer", "comments"
    )},
    "xlsx": _EVERYWHERE | {name: f"{_SHEET}{name}+xml" for name in (
        "worksheet", "chartsheet", "styles", "sharedStrings", "comments", "table"
    )} | {"drawing": f"{_OFFICE}drawing+xml", "vmlDrawing": f"{_OFFICE}vmlDrawing"},
}  # fmt: skip
_MAIN = {"docx": f"{_WORD}document.main+xml", "xlsx": f"{_SHEET}sheet.main+xml"}
# Some programs count: word/document2.xml.
_MAIN_NAMES = {"docx": re.compile(r"word/document\d{0,3}\.xml"), "xlsx": re.compile(r"xl/workbook\d{0,3}\.xml")}
# Refused and not left out: without them the document would say something else than its maker saw.
_REFUSED = frozenset(
    (
        "vbaproject", "wordvbadata", "activexcontrol", "activexcontrolbinary", "oleobject", "package", "afchunk", "subdocument", "control",
        "ctrlprop", "xlmacrosheet", "xlintlmacrosheet", "dialogsheet", "attachedtoolbars", "mailmergesource", "extensibility",
    )
)  # fmt: skip
_OWN_DISK = re.compile(r"(file:/*)?[A-Za-z]:[\\/]", re.IGNORECASE)
_NAME = re.compile(r"(word|xl)/(?:[\w ()-]+/)*[\w ()-]+(?:\.[\w ()-]+)*", re.ASCII)
_CORE = (
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "application/vnd.openxmlformats-package.core-properties+xml",
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
)
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"

Written = tuple[str, str, bool]  # a relation's type, target, and whether it leads outside


@dataclass
class _Package:
    data: bytes
    kind: str
    entries: dict[str, zipfile.ZipInfo]
    room: int = MAX_UNPACKED
    made: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)

    def read(self, name: str, most: int = MAX_XML) -> bytes:
        """A part's bytes, counted. Raises `FileFault`: a bomb, damaged, or larger than what is looked into."""
        entry = self.entries[name.lower()]
        if entry.file_size > most and entry.file_size <= MAX_RATIO * max(1, entry.compress_size):
            raise FileFault(N_("The document is too large to be looked into; save it as PDF, or divide it"))
        content = b"".join(unpacked(self.data, entry, min(most, self.room)))
        self.room -= len(content)
        return content


@dataclass(frozen=True)
class _Relation:
    key: str
    kind: str
    type: str
    target: str
    outside: bool


def rebuilt(data: bytes, kind: str) -> bytes:
    """The document of this kind ("docx", "xlsx") made anew, pictures in it too. The same parts give the same bytes.

    Raises `FileFault`: damaged, a bomb, too large, a program or an embedded object, something fetched from elsewhere.
    """
    entries = {entry.filename.lower(): entry for entry in open_zip(data).infolist() if not entry.is_dir()}
    package = _Package(data, kind, entries)
    main = [each.target for each in _relations(package, "") if each.kind == "officeDocument" and not each.outside]
    if "[content_types].xml" not in entries or len(main) != 1 or not _MAIN_NAMES[kind].fullmatch(main[0]):
        raise FileFault(DAMAGED)
    if b"macroenabled" in written(parsed(package.read("[Content_Types].xml"))).lower():
        raise FileFault(PROGRAM)
    _add(package, main[0], _MAIN[kind])
    return _packed(package, main[0])


def office_kind(names: Iterable[str]) -> str:
    """ "docx" or "xlsx" by the names of a package's parts; "" for another package."""
    return next((kind for kind, main in _MAIN_NAMES.items() if any(map(main.fullmatch, names))), "")


def _relations(package: _Package, part: str) -> list[_Relation]:
    """The relations of a part ("" is the package), read as XML; raises `FileFault` for what two readers would read differently."""
    folder, name = posixpath.split(part)
    place = posixpath.join(folder, "_rels", f"{name}.rels")
    if place.lower() not in package.entries:
        return []
    found = [
        _relation(each, folder) for each in parsed(package.read(place)).iter() if local_name(each) == "Relationship"
    ]
    if len({each.key for each in found}) != len(found):
        raise FileFault(DAMAGED)
    return found


def _relation(element: Node, folder: str) -> _Relation:
    given, kind = str(element.get("Type", "")), str(element.get("Type", "")).rpartition("/")[2]
    target = str(element.get("Target", ""))
    outside = element.get("TargetMode", "Internal") != "Internal"
    if not outside:
        place = unquote(target)
        outside = ":" in place or "\\" in place or place.startswith("//")
        target = posixpath.normpath(posixpath.join("/", folder, place)).lstrip("/")
    return _Relation(str(element.get("Id", "")), kind, given, target, outside)


def _add(package: _Package, name: str, content_type: str) -> str:
    """Write a part and what it leads to; returns the name that it is written under."""
    if name in package.made:
        return name
    _check_name(package, name)
    package.made[name] = b""  # parts lead to each other in circles
    package.types[name] = content_type
    is_chart = content_type == _EVERYWHERE["chart"]
    kept = {each.key: made for each in _relations(package, name) if (made := _followed(package, each, is_chart))}
    package.made[name] = cleaned_part(package.read(name), package.kind, kept.keys())
    if kept:
        folder, last = posixpath.split(name)
        package.made[posixpath.join(folder, "_rels", f"{last}.rels")] = _relations_xml(folder, kept)
    return name


def _add_picture(package: _Package, name: str) -> str:
    """As `_add`; "" for a picture that is left behind."""
    if name not in package.pictures:
        _check_name(package, name)
        kind, content = painted_inside(package.read(name)) or ("", b"")
        package.pictures[name] = f"{posixpath.splitext(name)[0]}.{kind}" if kind else ""
        if kind:
            package.made[package.pictures[name]] = content
            package.types[package.pictures[name]] = f"image/{'jpeg' if kind == 'jpg' else kind}"
    return package.pictures[name]


def _check_name(package: _Package, name: str) -> None:
    if not _NAME.fullmatch(name) or len(package.made) >= MAX_PARTS:
        raise FileFault(DAMAGED)


def _followed(package: _Package, relation: _Relation, from_chart: bool) -> Written | None:
    """How a relation is written; None for one that is left behind. Raises `FileFault`: refused."""
    if relation.kind.lower() in _REFUSED:
        if from_chart and relation.kind == "package":
            return None  # the workbook behind a chart: the chart keeps the figures that it shows
        raise FileFault(PROGRAM)
    if relation.outside and relation.kind == "hyperlink":
        return (relation.type, relation.target, True) if is_plain_link(relation.target) else None
    if relation.outside and relation.kind == "attachedTemplate" and _OWN_DISK.match(relation.target):
        return None  # where the template lay from which somebody began; it shows nothing
    if relation.outside:
        raise FileFault(OUTSIDE)
    content_type = _FOLLOWED[package.kind].get(relation.kind)
    known = relation.type in [start + relation.kind for start in _RELATIONS]
    entry = package.entries.get(relation.target.lower())
    if content_type is None or not known or entry is None:
        return None
    made = (
        _add_picture(package, entry.filename)
        if relation.kind == "image"
        else _add(package, entry.filename, content_type)
    )
    return (relation.type, made, False) if made else None


def _relations_xml(folder: str, kept: Mapping[str, Written]) -> bytes:
    root = etree.Element(f"{{{_LINKS}}}Relationships", nsmap={None: _LINKS})
    for key, (kind, target, outside) in kept.items():
        mode = {"TargetMode": "External"} if outside else {}
        place = target if outside else posixpath.relpath(target, folder or ".")
        etree.SubElement(root, f"{{{_LINKS}}}Relationship", {"Id": key, "Type": kind, "Target": place, **mode})
    return written(root)


def _packed(package: _Package, main: str) -> bytes:
    core, core_type, core_relation = _CORE
    made = package.made | {"docProps/core.xml": _DECLARATION + core}
    office = _RELATIONS[0] + "officeDocument"
    made["_rels/.rels"] = _relations_xml(
        "", {"rId1": (office, main, False), "rId2": (core_relation, "docProps/core.xml", False)}
    )
    made["[Content_Types].xml"] = _types_xml(package.types | {"docProps/core.xml": core_type})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(made, key=lambda each: (each != "[Content_Types].xml", each != "_rels/.rels", each)):
            archive.writestr(zipfile.ZipInfo(name, _NO_DAY), made[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _types_xml(types: Mapping[str, str]) -> bytes:
    root = etree.Element(f"{{{_TYPES}}}Types", nsmap={None: _TYPES})
    for extension, kind in (
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
    ):
        etree.SubElement(root, f"{{{_TYPES}}}Default", {"Extension": extension, "ContentType": kind})
    for name in sorted(types):
        etree.SubElement(root, f"{{{_TYPES}}}Override", {"PartName": f"/{name}", "ContentType": types[name]})
    return written(root)
