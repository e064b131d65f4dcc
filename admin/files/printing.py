"""PDF of documents and letters: one template each, the same bytes each time, and no sign without its glyph (3.3.6)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from admin.domain.refusals import N_
from admin.files.documents import CODE_WIDTH, inert
from admin.files.faults import FileFault
from config import ROOT

TEMPLATES = Path(__file__).parent / "templates"
FAMILIES = {"zh_hant": "Noto Sans CJK TC", "zh_hans": "Noto Sans CJK SC", "en": "Noto Sans CJK TC"}
TYPST_LANGUAGES = {"zh_hant": ("zh", "TW"), "zh_hans": ("zh", "CN"), "en": ("en", "GB")}
LONGEST = 120  # seconds
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
    lang, region = TYPST_LANGUAGES[language]
    given = inert(data) | {"family": FAMILIES[language], "lang": lang, "region": region, "code_width": CODE_WIDTH}
    with tempfile.TemporaryDirectory(prefix="print-") as name:
        folder = Path(name)
        (folder / "data.json").write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
        for code, picture in (codes or {}).items():
            (folder / f"{code}.png").write_bytes(picture)
        for kept in ("parts.typ", template):
            (folder / kept).write_bytes(_template(kept))
        moment = str(made_at.timestamp())
        command = [sys.executable, "-P", "-m", "admin.files.typesetter", name, template, moment, _fonts()]
        environment = {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}  # it finds the program however this one was started
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=LONGEST, capture_output=True)
        out, fault = folder / "out.pdf", folder / "fault.txt"
        if fault.is_file():
            raise _named(fault.read_text(encoding="utf-8"))
        return out.read_bytes()


def _named(fault: str) -> Exception:
    found = _NO_GLYPH.search(fault)
    if found is None:
        return ValueError(fault)
    return FileFault(
        N_("“%(text)s” cannot be printed: the font has no sign for it. Correct the text, or write the name otherwise."),
        text=found["text"],
    )


@cache
def _template(name: str) -> bytes:
    return (TEMPLATES / name).read_bytes()


@cache
def _fonts() -> str:
    import manimgx_fonts_cjk

    return str(Path(manimgx_fonts_cjk.__file__).parent)
