"""Which encoding a text file is in. A wrong guess ruins names silently: it must earn its place, or HR is asked."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

from admin.domain.refusals import N_
from admin.files.faults import FileFault
from admin.files.vocabulary import all_header_keys, header_key

ENCODINGS = ("utf-8", "utf-16", "gb18030", "big5", "cp1252")
_SAMPLE = 200_000
_CODECS = {"big5": "cp950", "utf-8": "utf-8-sig"}
_MOJIBAKE = re.compile(
    "[ÃÂåäæçèé][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text and the encoding found (one of `ENCODINGS`), or the one that was named.

    Raises `FileFault`: bytes that are not in the named encoding, no encoding that fits, text ruined by an earlier
    program.
    """
    name = _canonical(encoding) if encoding else _found(data)
    try:
        text = data.decode(_codec(data, name))
    except UnicodeDecodeError as wrong:
        raise _undecodable(data, name, wrong) from wrong
    _check_not_ruined(text)
    return text.removeprefix("\ufeff"), name


def _canonical(encoding: str) -> str:
    name = encoding.strip().lower().replace("_", "-")
    aliases = {
        "utf8": "utf-8",
        "utf-8-sig": "utf-8",
        "utf16": "utf-16",
        "gbk": "gb18030",
        "gb2312": "gb18030",
        "gb-18030": "gb18030",
        "cp950": "big5",
        "big5-hkscs": "big5",
        "windows-1252": "cp1252",
        "latin-1": "cp1252",
        "iso-8859-1": "cp1252",
    }
    name = aliases.get(name, name)
    if name not in ENCODINGS:
        raise FileFault(
            N_("The encoding %(encoding)s is not read; use one of %(known)s"),
            encoding=encoding,
            known=", ".join(ENCODINGS),
        )
    return name


def _codec(data: bytes, name: str) -> str:
    if name == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16-be" if data[:400:2].count(0) > data[1:400:2].count(0) else "utf-16-le"
    if name == "big5":
        return _big5_codec(data)
    return _CODECS.get(name, name)


def _big5_codec(data: bytes) -> str:
    try:  # cp950 is what Windows writes; rarer Hong Kong characters are only in the wider table
        data.decode("cp950")
    except UnicodeDecodeError:
        return "big5hkscs"
    return "cp950"


def _found(data: bytes) -> str:
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise FileFault(N_("The file is in UTF-32, which spreadsheet programs do not write; save it as UTF-8 or XLSX"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    if data[:400].count(0) > len(data[:400]) // 4:
        return "utf-16"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as wrong:
        return _found_without_mark(data, wrong)


def _found_without_mark(data: bytes, wrong: UnicodeDecodeError) -> str:
    high = len(re.findall(rb"[\xe3-\xe9][\x80-\xbf]{2}", data[: wrong.start]))
    if wrong.start > len(data) - 4 and high:
        raise FileFault(N_("The file ends in the middle of a character: only a part of it has arrived; send it again"))
    sample = data[: data.rfind(b"\n", 0, _SAMPLE) + 1] or data[:_SAMPLE]
    scores = {name: score for name in ("gb18030", "big5", "cp1252") if (score := _score(sample, name)) is not None}
    ranked = sorted(scores, key=lambda name: -scores[name])
    if not ranked or scores[ranked[0]] < 0.6:
        raise FileFault(
            N_("The file's encoding cannot be told; save it as XLSX or as CSV in UTF-8, or choose the encoding")
        )
    if len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] < 0.1:
        return _second_opinion(sample, ranked[:2])
    return ranked[0]


def _second_opinion(sample: bytes, candidates: list[str]) -> str:
    best = from_bytes(sample, cp_isolation=["gb18030", "cp950", "cp1252"]).best()
    guess = {"cp950": "big5"}.get(best.encoding, best.encoding) if best else ""
    if guess not in candidates:
        raise FileFault(
            N_("The file's encoding cannot be told; save it as XLSX or as CSV in UTF-8, or choose the encoding")
        )
    return guess


def _score(sample: bytes, name: str) -> float | None:
    """How ordinary the text reads under this encoding: share of common characters, plus the column names recognised."""
    try:
        text = sample.decode(_codec(sample, name))
    except UnicodeDecodeError:
        return None
    foreign = [c for c in text if c > "\x7f"]
    if not foreign:
        return 0.0
    common = sum(map(_LATIN.__contains__, foreign)) if name == "cp1252" else sum(_is_common(c, name) for c in foreign)
    words = sum(
        header_key(word) in _KNOWN and not word.isascii() for word in re.split(r"[,;\t|\r\n]", text[:5_000])[:300]
    )
    return common / len(foreign) + min(words, 5) * 0.2


_LATIN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžÀÁÂÄÅÆÇÈÉÊËÍÎÑÓÔÖØÚÜŠŽ’‘“”–—…€")
_KNOWN = all_header_keys()


def _is_common(character: str, name: str) -> bool:
    """Whether it belongs to the everyday characters of the national standard, by the place in its code table."""
    try:
        packed = character.encode("gb2312" if name == "gb18030" else "cp950")
    except UnicodeEncodeError:
        return False
    if name == "gb18030":
        return 0xB0 <= packed[0] <= 0xD7 or packed[0] in (0xA1, 0xA3)
    return 0xA4 <= packed[0] <= 0xC6 or packed[0] in (0xA1, 0xA2, 0xA3)


def _undecodable(data: bytes, name: str, wrong: UnicodeDecodeError) -> FileFault:
    row = data.count(b"\n", 0, wrong.start) + 1
    return FileFault(
        N_("Row %(row)s is not in the encoding %(encoding)s; choose another encoding or save the file as XLSX"),
        row=row,
        encoding=name,
    )


def _check_not_ruined(text: str) -> None:
    if (place := text.find("\ufffd")) >= 0:
        raise FileFault(
            N_("In row %(row)s characters were already lost when the file was saved; export it again in UTF-8"),
            row=text.count("\n", 0, place) + 1,
        )
    head = text[:20_000]
    foreign = sum(c > "\x7f" for c in head)
    if foreign > 10 and len(_MOJIBAKE.findall(head)) > foreign / 4:
        raise FileFault(N_("The text was converted twice and is unreadable (å·¥å·…); export it again in UTF-8"))
