"""Who made a file, when and where, is taken out of it: evidence shows what it says and nothing of its maker's machine."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pikepdf

from admin.domain.refusals import N_
from admin.files.faults import FileFault, quoted
from admin.files.zips import DAMAGED, unpacked

_PROPERTIES = {
    "docProps/core.xml": b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMED = re.compile(rb'(\b(?:w:author|w:initials|w15:author|w15:userId|lastModifiedBy)=)"[^"]*"')
_NO_DAY = (1980, 1, 1, 0, 0, 0)
_ACTIVE_KEYS = ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA")
_ACTIVE_ACTIONS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/RichMediaExecute")


def without_authors(data: bytes, archive: zipfile.ZipFile) -> bytes:
    """A DOCX or XLSX with empty properties and nameless remarks; the same parts give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in archive.infolist():
            part = _PROPERTIES.get(entry.filename)
            content = b"".join(unpacked(data, entry)) if part is None else _DECLARATION + part
            if entry.filename.startswith("word/") and entry.filename.endswith(".xml"):
                content = _NAMED.sub(rb'\1""', content)
            made.writestr(zipfile.ZipInfo(entry.filename, _NO_DAY), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def plain_pdf(data: bytes) -> bytes:
    """A PDF without its maker's name, program and times. Raises `FileFault`: damaged, locked, or with active content.

    It is read as a PDF reader would, so that nothing hides in packed objects or under written-out names.
    """
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            for found in _active(pdf):
                raise FileFault(
                    N_("The PDF holds active content (%(what)s); print it to a new PDF"), what=quoted(found)
                )
            return _nameless(pdf)
    except pikepdf.PasswordError as wrong:
        raise FileFault(N_("The file is protected by a password; save it without one")) from wrong
    except (pikepdf.PdfError, RecursionError, ValueError) as wrong:
        raise FileFault(DAMAGED) from wrong


def _active(pdf: pikepdf.Pdf) -> Iterator[str]:
    for found in pdf.objects:
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield from _active_in(found)
        elif isinstance(found, pikepdf.Array):
            for inner in found:
                if isinstance(inner, pikepdf.Dictionary):
                    yield from _active_in(inner)


def _active_in(found: Any) -> Iterator[str]:
    keys = set(found.keys())
    yield from (key.lstrip("/") for key in _ACTIVE_KEYS if key in keys)
    if (action := str(found.get("/S", ""))) in _ACTIVE_ACTIONS:
        yield action.lstrip("/")
    for key in keys & {"/A", "/OpenAction", "/AA", "/Names"}:
        inner = found.get(key)
        if isinstance(inner, pikepdf.Dictionary) and not inner.is_indirect:
            yield from _active_in(inner)


def _nameless(pdf: pikepdf.Pdf) -> bytes:
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    for found in pdf.objects:
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            for key in ("/Metadata", "/PieceInfo", "/LastModified"):
                if key in found:
                    del found[key]
    out = io.BytesIO()
    pdf.remove_unreferenced_resources()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()
