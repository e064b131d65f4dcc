"""PDF: every object is walked to any depth; what runs, fetches or holds files is refused, and who made it goes."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Any

import pikepdf

from admin.domain.refusals import N_
from admin.files.faults import FileFault, quoted
from admin.files.links import is_plain_link
from admin.files.pdf_streams import clean_stream
from admin.files.zips import DAMAGED

# Refused wherever they stand, whatever the dictionary around them says that it is.
_ACTIVE_KEYS = frozenset(
    ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/RichMediaSettings", "/XFA", "/OPI", "/Collection", "/FFilter",
     "/AlternatePresentations", "/OnInstantiate")
)  # fmt: skip
_ACTIVE_ACTIONS = frozenset(
    (
        "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/RichMediaExecute", "/Rendition", "/GoTo3DView",
    )
)  # fmt: skip
_ACTIVE_KINDS = frozenset(
    ("/FileAttachment", "/Sound", "/Movie", "/Screen", "/3D", "/RichMedia", "/PS", "/Filespec", "/F", "/EmbeddedFile")
)
# Where a reader looks for an action it is one of these or nothing.
_HARMLESS_ACTIONS = frozenset(("/GoTo", "/URI", "/Named", "/SetOCGState", "/Hide", "/ResetForm", "/Trans"))
_ACTION_PLACES = ("/A", "/PA", "/OpenAction", "/Next")
_MAKER = (
    "/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/SpiderInfo", "/CreatorInfo", "/Author", "/Creator", "/Producer", "/AA",
    "/Perms", "/AF", "/Requirements", "/Legal",
)  # fmt: skip
_ON_REMARKS = ("/T", "/M", "/CreationDate", "/NM", "/RC", "/Subj")
_KEPT_IN_TRAILER = frozenset(("/Root", "/Size"))
# What shows something at the root and at a page; what a program keeps there for itself goes.
_AT_ROOT = frozenset(
    ("/Type", "/Pages", "/Version", "/Extensions", "/PageLabels", "/Names", "/Dests", "/ViewerPreferences", "/PageLayout", "/PageMode",
     "/Outlines", "/Threads", "/OpenAction", "/AcroForm", "/StructTreeRoot", "/MarkInfo", "/Lang", "/OutputIntents", "/OCProperties")
)  # fmt: skip
_AT_PAGE = frozenset(
    ("/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/BoxColorInfo", "/Contents", "/Rotate",
     "/Group", "/B", "/Dur", "/Trans", "/Annots", "/StructParents", "/Tabs", "/UserUnit", "/VP")
)  # fmt: skip


def plain_pdf(data: bytes) -> bytes:
    """A PDF without its maker's name, program and times. Raises `FileFault`: damaged, locked, or with active content.

    It is read as a PDF reader would, so that nothing hides in packed objects or under written-out names.
    """
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            for found in _dictionaries(pdf):
                _refuse_active(found)
                _forget_maker(found)
                if isinstance(found, pikepdf.Stream):
                    clean_stream(pdf, found)
            return _saved(pdf)
    except pikepdf.PasswordError as wrong:
        raise FileFault(N_("The file is protected by a password; save it without one")) from wrong
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError) as wrong:
        raise FileFault(DAMAGED) from wrong


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream, those inside others and inside lists too; what refers to an object comes to it once."""
    waiting: list[Any] = [pdf.trailer, *pdf.objects]
    while waiting:
        found = waiting.pop()
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            # Listed before: what is taken out of it is looked into all the same.
            inner = [value for _key, value in found.items()]
            yield found
        elif isinstance(found, pikepdf.Array):
            inner = list(found)
        else:
            continue
        waiting += [each for each in inner if isinstance(each, pikepdf.Object) and not each.is_indirect]


def _refuse_active(found: Any) -> None:
    keys = set(found.keys())
    names = {str(found.get(key, "")) for key in ("/Subtype", "/Type") if key in keys}
    active = keys & _ACTIVE_KEYS or {str(found.get("/S", ""))} & _ACTIVE_ACTIONS or names & _ACTIVE_KINDS
    if isinstance(found, pikepdf.Stream) and "/F" in keys:
        active = {"/F"}  # its bytes are in another file
    if "/Ref" in keys and str(found.get("/Subtype", "")) == "/Form":
        active = {"/Ref"}  # the page of another file
    for action in _actions(found, keys):
        if (kind := str(action.get("/S", ""))) and kind not in _HARMLESS_ACTIONS:
            active = {kind}
    if active:
        what = quoted(min(active).lstrip("/"))
        raise FileFault(N_("The PDF holds active content (%(what)s); print it to a new PDF"), what=what)


def _actions(found: Any, keys: set[str]) -> Iterator[Any]:
    places = [found.get(key) for key in _ACTION_PLACES if key in keys]
    if "/AA" in keys and isinstance(found.get("/AA"), pikepdf.Dictionary):
        places += [value for _key, value in found.get("/AA").items()]
    for place in places:
        for each in place if isinstance(place, pikepdf.Array) else [place]:
            if isinstance(each, pikepdf.Dictionary) and "/S" in each:
                yield each


def _forget_maker(found: Any) -> None:
    drop = list(_MAKER)
    if "/Subtype" in found and "/Rect" in found and str(found.get("/Subtype")) != "/Widget":
        drop += _ON_REMARKS  # a field's name stands under the same key as a remark's author
    if str(found.get("/S", "")) == "/URI" and not is_plain_link(str(found.get("/URI", ""))):
        drop += ["/S", "/URI"]
    if "/Pages" in found and str(found.get("/Type", "")) == "/Catalog":
        drop += ["/URI"]  # what links would begin with
        opening = found.get("/OpenAction")
        drop += [key for key in found.keys() if key not in _AT_ROOT]  # noqa: SIM118  no mapping of Python's
        drop += ["/OpenAction"] if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != "/GoTo" else []
    if str(found.get("/Type", "")) == "/Page":
        drop += [key for key in found.keys() if key not in _AT_PAGE]  # noqa: SIM118
    for key in drop:
        if key in found:
            del found[key]


def _saved(pdf: pikepdf.Pdf) -> bytes:
    for key in set(pdf.trailer.keys()) - _KEPT_IN_TRAILER:
        del pdf.trailer[key]
    pdf.remove_unreferenced_resources()
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on how other programs may show it
        pdf.save(out, deterministic_id=True)
    return out.getvalue()
