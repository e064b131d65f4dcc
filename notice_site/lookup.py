"""The file behind the look-up box: only what is printed, and a map that makes both scripts meet."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from functools import cache
from typing import Any

import opencc

from notice_site.edition import slug

HAN = ((0x3400, 0xA000), (0x20000, 0x2EBE0))


@cache
def _folds() -> dict[str, str]:
    """Every Traditional character with its Simplified form (per character, so that index and query always agree)."""
    characters = [chr(code) for first, last in HAN for code in range(first, last)]
    # One by one, not word by word: the reader's script folds single characters, and both have to agree.
    simple = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {one: other for one, other in zip(characters, simple, strict=True) if one != other and len(other) == 1}


def folded(text: str) -> str:
    """A text as the look-up compares it: width, case and script levelled."""
    levelled = unicodedata.normalize("NFKC", text).lower()
    return "".join(_folds().get(character, character) for character in levelled)


def _map_for(rows: list[dict[str, Any]]) -> list[str]:
    """Two strings of equal length: characters a reader might type, and what they mean among these rows."""
    seen = {character for row in rows for key in ("department", "number", "name") for character in folded(row[key])}
    # Only what these rows can match: the whole table would be larger than the rows.
    pairs = [(one, other) for one, other in _folds().items() if other in seen]
    return ["".join(one for one, _ in pairs), "".join(other for _, other in pairs)]


def data_file(notice: dict[str, Any], rows: list[dict[str, Any]]) -> tuple[str, bytes]:
    """Name (with a hash of the content) and bytes of one notice's data file, the same for every language."""
    fields = ("id", "department", "number", "name", "from_grade", "to_grade", "remark")
    content = {"fold": _map_for(rows), "rows": [[row[field] for field in fields] for row in rows]}
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    # The content is in the name, so that a page never meets the rows of another publication in a cache.
    return f"data/{slug(notice['number'])}-{hashlib.sha256(data).hexdigest()[:16]}.json", data
