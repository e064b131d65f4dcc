"""One part of an Office document, read as XML whatever its encoding, without what fetches, runs or names its maker."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import Enum
from functools import lru_cache
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from admin.domain.refusals import N_
from admin.files.faults import FileFault
from admin.files.fields_in_word import check_fields
from admin.files.formulas import is_plain_formula
from admin.files.zips import DAMAGED

Node = Any  # lxml has no types
EMBEDDED = N_("The document holds a program or an embedded object; save it without")
_PARSER: Mapping[str, Any] = {
    "resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False, "remove_comments": True, "remove_pis": True,
}  # fmt: skip
_RELATION = re.compile(
    r"\{http://(schemas\.openxmlformats\.org/officeDocument/2006|purl\.oclc\.org/ooxml/officeDocument)/relationships\}"
)
_SPREADSHEET = re.compile(r"\{http://(schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml)/spreadsheetml/")
_REFUSED = frozenset(
    ("altChunk", "subDoc", "object", "OLEObject", "oleObject", "oleObjects", "control", "controls", "FmlaMacro", "ddeLink", "oleLink")
)  # fmt: skip
# What only says who made it, where, with what, or is followed when the document is opened.
_DROPPED = frozenset(
    (
        "mailMerge", "attachedTemplate", "attachedSchema", "saveThroughXslt", "linkStyles", "updateFields", "docVars", "rsids", "docId",
        "dataBinding", "webPublishing", "webPublishObjects", "absPath", "fileSharing", "fileRecoveryPr", "customWorkbookViews",
        "customSheetViews", "revisionPtr", "documentId", "webVideoPr", "videoFile", "audioFile", "quickTimeFile", "wavAudioFile",
        "entryMacro", "exitMacro", "legacyDrawingHF", "externalData", "userShapes", "smartTagPr", "smartTags", "coauthVersionLast",
        "schemaLibrary", "writeProtection", "webPublishItems", "scenarios", "protectedRanges", "dataConsolidate",
    )
)  # fmt: skip
_EMPTIED = frozenset(
    ("author", "initials", "userId", "providerId", "userName", "lastModifiedBy", "refreshedBy", "user", "creator")
)
_REMOVED_ATTRIBUTES = frozenset(
    ("src", "href", "althref", "action", "macro", "dateUtc", "base", "rsidR", "rsidRPr", "rsidRDefault", "rsidP", "rsidDel", "rsidSect",
     "rsidTr", "published", "relid", "codeName", "lastEdited", "lowestEdited", "rupBuild", "docLocation", "schemaLocation",
     "noNamespaceSchemaLocation", "securityDescriptor", "storeItemID", "connectionId", "queryTableFieldId", "comment", "statusBar",
     "customMenu", "help")
)  # fmt: skip
_PATH = re.compile(r"(?:[A-Za-z]:|\\\\|file:|/(?:home|Users|mnt|tmp|var)/).*[\\/]", re.IGNORECASE)
_SHOWN_NAMES = frozenset(("descr", "title", "name", "alt"))
_FORMULA_ATTRIBUTES = frozenset(("textlink", "fmla", "fmlaLink", "fmlaRange", "location"))
_FORMULAS = frozenset(
    ("f", "formula", "formula1", "formula2", "definedName", "oldFormula", "calculatedColumnFormula", "totalsRowFormula")
)
_EMPTY_LISTS = frozenset(
    ("externalReferences", "pivotCaches", "hyperlinks", "tableParts", "definedNames", "ext", "extLst")
)
_KEPT_WITHOUT_RELATION = frozenset(("hyperlink", "pageSetup"))


def parsed(content: bytes) -> Node:
    """The part's root. Raises `FileFault`: damaged, or declares entities, which no office program does."""
    try:
        root = etree.fromstring(content, etree.XMLParser(**_PARSER))
    except (etree.XMLSyntaxError, ValueError, LookupError) as wrong:
        raise FileFault(DAMAGED) from wrong
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise FileFault(N_("The file declares entities, which no office program does; it was not opened"))
    return root


def written(root: Node) -> bytes:
    """The part's bytes, in one encoding."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def local_name(element: Node) -> str:
    """The element's name without its namespace; "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def cleaned_part(content: bytes, kind: str, kept: Collection[str]) -> bytes:
    """The part without what fetches, runs or names its maker; `kept` are the relations that go with it. Raises `FileFault`."""
    root = parsed(content)
    if kind == "docx":
        check_fields(root)
    for element in list(root.iter()):
        fate = _fate(element.tag)
        if fate is _Fate.REFUSED:
            raise FileFault(EMBEDDED)
        if fate is _Fate.DROPPED:
            _drop(element)
            continue
        if fate is _Fate.EMPTIED:
            element.text = ""
        if not _clean_attributes(element, kept):
            _leave(element)
    _drop_formulas(root)
    return written(root)


class _Fate(Enum):
    """What becomes of an element or of an attribute."""

    KEPT = 1
    REFUSED = 2
    DROPPED = 3
    EMPTIED = 4
    PATH = 5
    FORMULA = 6
    RELATION = 7


@lru_cache(maxsize=1000)  # names are the file's, and without number
def _fate(tag: str) -> _Fate:
    name = tag.rpartition("}")[2]
    if name in _REFUSED:
        return _Fate.REFUSED
    if name in _DROPPED or (name == "extLst" and _SPREADSHEET.match(tag)):
        return _Fate.DROPPED
    return _Fate.EMPTIED if name == "author" else _Fate.KEPT


@lru_cache(maxsize=1000)
def _fate_of_attribute(key: str) -> _Fate:
    name = key.rpartition("}")[2]
    if _RELATION.match(key):
        return _Fate.RELATION
    if name in _REMOVED_ATTRIBUTES or (name in ("date", "uri") and "wordprocessingml" in key):
        return _Fate.DROPPED
    if name in _EMPTIED:
        return _Fate.EMPTIED
    if name in _SHOWN_NAMES:
        return _Fate.PATH
    return _Fate.FORMULA if name in _FORMULA_ATTRIBUTES else _Fate.KEPT


def _clean_attributes(element: Node, kept: Collection[str]) -> bool:
    """Clean them; tell whether every relation that they name goes with the part."""
    follows = True
    for key, value in element.items():
        fate = _fate_of_attribute(key)
        if fate is _Fate.RELATION:
            follows = follows and value in kept
        elif fate is _Fate.DROPPED:
            del element.attrib[key]
        elif fate is _Fate.EMPTIED or (fate is _Fate.FORMULA and not is_plain_formula(value)):
            element.attrib[key] = ""
        elif fate is _Fate.PATH and _PATH.match(value):
            element.attrib[key] = _PATH.sub("", value)
    return follows


def _leave(element: Node) -> None:
    """Take away what points to something that is left behind; a link keeps its words, a page its size."""
    name = local_name(element)
    if name not in _KEPT_WITHOUT_RELATION or (name == "hyperlink" and not len(element)):
        return _drop(element)
    for key in [each for each in element.attrib if _RELATION.match(each)]:
        del element.attrib[key]


def _drop(element: Node) -> None:
    """Take an element out, and the list around it where it was the only one; text behind it stays."""
    parent = element.getparent()
    if parent is None:
        raise FileFault(DAMAGED)
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)
    if not len(parent) and local_name(parent) in _EMPTY_LISTS and parent.getparent() is not None:
        _drop(parent)


def _drop_formulas(root: Node) -> None:
    """A cell whose formula fetches keeps the value that it showed; so do the cells that shared it."""
    for element in [each for each in root.iter() if local_name(each) == "cfvo"]:
        if not is_plain_formula(element.get("val", "")):
            element.set("val", "0")
    shared: set[str] = set()
    for element in [each for each in root.iter() if local_name(each) in _FORMULAS]:
        name, text = local_name(element), element.text or ""
        runs = name == "definedName" and (any(element.get(each) for each in ("function", "vbProcedure", "xlm")))
        if not runs and (element.get("si") not in shared) and is_plain_formula(text):
            continue
        if element.get("si") is not None:
            shared.add(str(element.get("si")))
        if name == "definedName" or local_name(element.getparent()) == "c":
            _drop(element)
        else:
            element.text = "0" if name.startswith("formula") else ""
