"""PDF of documents and letters: one template each, the same bytes each time, and no sign without its glyph (3.3.6)."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from admin.domain.refusals import N_
from admin.files.documents import inert
from admin.files.faults import FileFault

TEMPLATES = Path(__file__).parent / "templates"
FAMILIES = {"zh_hant": "Noto Sans CJK TC", "zh_hans": "Noto Sans CJK SC", "en": "Noto Sans CJK TC"}
TYPST_LANGUAGES = {"zh_hant": ("zh", "TW"), "zh_hans": ("zh", "CN"), "en": ("en", "GB")}
_NO_GLYPH = re.compile(r'the text `"(?P<text>.*?)"` could not be displayed', re.DOTALL)


def print_pdf(
    template: str,
    data: Mapping[str, Any],
    *,
    language: str,
    made_at: datetime,
    codes: Mapping[str, bytes] | None = None,
) -> bytes:
    """The PDF (PDF/A-2b, fonts embedded) of a template of ours, which reads `data` as texts that stay inert.

    `codes` are pictures (PNG) by the name under which `data` mentions them; `made_at` is the moment that stands in the file.
    The same input gives the same bytes. Raises `FileFault` for a sign that the font does not have, naming it.
    """
    import typst  # a compiler of 60 MB; only whoever prints loads it

    lang, region = TYPST_LANGUAGES[language]
    given = inert(data) | {"family": FAMILIES[language], "lang": lang, "region": region}
    with tempfile.TemporaryDirectory(prefix="print-") as name:
        folder = Path(name)
        (folder / "data.json").write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
        for code, picture in (codes or {}).items():
            (folder / f"{code}.png").write_bytes(picture)
        for kept in ("parts.typ", template):
            (folder / kept).write_bytes(_template(kept))
        try:
            pdf, warnings = typst.compile_with_warnings(
                str(folder / template),
                # Nothing beyond this folder can be read, whatever a template says.
                root=name,
                font_paths=[_fonts()],
                ignore_system_fonts=True,
                pdf_standards=["a-2b"],  # which makes a sign without a glyph an error and no empty box
                timestamp=made_at,
            )
        except typst.TypstError as fault:
            raise _named(fault) from fault
    if warnings:
        raise ValueError(f"{template}: {warnings[0]}")
    return bytes(pdf)


def _named(fault: Exception) -> Exception:
    found = _NO_GLYPH.search(str(fault))
    if found is None:
        return fault
    text = found["text"]
    return FileFault(
        N_("“%(text)s” cannot be printed: the font has no sign for it. Correct the text, or write the name otherwise."),
        text=text,
    )


@cache
def _template(name: str) -> bytes:
    return (TEMPLATES / name).read_bytes()


@cache
def _fonts() -> str:
    import manimgx_fonts_cjk

    return str(Path(manimgx_fonts_cjk.__file__).parent)
