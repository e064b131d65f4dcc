"""Which encoding a text file is in. A wrong guess ruins names silently: it must earn its place, or HR is asked."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

from admin.domain.refusals import N_
from admin.files.choices import ENCODINGS
from admin.files.faults import FileFault, Untold, quoted
from admin.files.vocabulary import all_header_keys, all_value_keys, header_key

# The codec of each encoding that is read.
_CODECS = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "gb18030": "gb18030",
    "big5": "cp950",
    "shift-jis": "cp932",
    "euc-jp": "euc_jp",
    "euc-kr": "cp949",
    "cp1252": "cp1252",
    "cp1250": "cp1250",
    "cp1251": "cp1251",
}
_GUESSED = tuple(name for name in ENCODINGS if not name.startswith("utf"))
_SAMPLE = 200_000
_SHOWN = 3  # lines of the file that each encoding is shown by
_MOJIBAKE = re.compile(
    "[ÃÂåäæçèé][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
UNTOLD = N_("The file's encoding cannot be told; choose the encoding, or save the file as XLSX or as CSV in UTF-8")
PROSE_UNTOLD = N_("The text's encoding cannot be told; save it as plain text in UTF-8")


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text and the encoding found (one of `ENCODINGS`), or the one that was named.

    Raises `FileFault`: bytes that are not in the named encoding, text ruined by an earlier program; `Untold` where
    several encodings may be meant.
    """
    name = _canonical(encoding) if encoding else _found(data)
    try:
        text = data.decode(_codec(data, name))
    except UnicodeDecodeError as wrong:
        raise _undecodable(data, name, wrong) from wrong
    _check_not_ruined(text)
    return text.removeprefix("\ufeff"), name


def decode_prose(data: bytes) -> str:
    """A text that holds no table, such as evidence: nobody is asked, the encoding under which it reads most ordinarily is it.

    Raises `FileFault` as `decode`, and where it reads as no ordinary text under any.
    """
    try:
        return decode(data)[0]
    except Untold:
        sample = data[: data.rfind(b"\n", 0, _SAMPLE) + 1] or data[:_SAMPLE]
        return decode(data, _of_prose(sample))[0]


def _canonical(encoding: str) -> str:
    name = encoding.strip().lower().replace("_", "-")
    aliases = {
        "utf8": "utf-8",
        "utf-8-sig": "utf-8",
        "utf16": "utf-16",
        "unicode": "utf-16",
        "gbk": "gb18030",
        "gb2312": "gb18030",
        "gb-18030": "gb18030",
        "cp936": "gb18030",
        "cp950": "big5",
        "big5-hkscs": "big5",
        "sjis": "shift-jis",
        "cp932": "shift-jis",
        "eucjp": "euc-jp",
        "euckr": "euc-kr",
        "cp949": "euc-kr",
        "windows-1250": "cp1250",
        "windows-1251": "cp1251",
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
    return _CODECS[name]


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
        # Chinese in UTF-16 shows its zeros between the cells alone.
        return "utf-16" if b"\0" in data[:4_000] else _found_without_mark(data, wrong)


def _found_without_mark(data: bytes, wrong: UnicodeDecodeError) -> str:
    """By the words that the file holds: bytes alone read as names in half a dozen encodings, and names do not tell."""
    high = len(re.findall(rb"[\xe3-\xe9][\x80-\xbf]{2}", data[: wrong.start]))
    if wrong.start > len(data) - 4 and high:
        raise FileFault(N_("The file ends in the middle of a character: only a part of it has arrived; send it again"))
    sample = data[: data.rfind(b"\n", 0, _SAMPLE) + 1] or data[:_SAMPLE]
    texts = {name: text for name in _GUESSED if (text := _text_as(sample, name)) is not None}
    words = {name: _words_known(text) for name, text in texts.items()}
    most = max(words.values(), default=0)
    told = [name for name, count in words.items() if count == most > 0]
    if len(told) == 1:
        return told[0]
    if not most and "cp1252" in texts and _is_western(texts["cp1252"]):
        return "cp1252"
    raise Untold(UNTOLD, "encoding", _offers(sample, texts))


def _text_as(sample: bytes, name: str) -> str | None:
    try:
        return sample.decode(_codec(sample, name))
    except UnicodeDecodeError:
        return None


def _words_known(text: str) -> int:
    """How many different words of ours, written in other letters than Latin ones, the first rows hold."""
    cells = {header_key(word) for word in re.split(r"[,;\t|\r\n，；]", text[:5_000])[:300] if len(word) <= 60}
    return sum(1 for cell in cells if len(cell) > 1 and not cell.isascii() and cell in _KNOWN)


def _is_western(text: str) -> bool:
    """Whether each word with accents is mostly plain letters, as in José; of another alphabet whole words are foreign."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    foreign = [character for character in text if character > "\x7f"]
    if any(_LATE_CAPITAL.search(word) for word in words):
        return False  # JosŽ: of another table of signs
    return all(sum(c.isascii() for c in word) * 2 >= len(word) for word in words) and all(c in _LATIN for c in foreign)


def _offers(sample: bytes, texts: dict[str, str]) -> list[tuple[str, str]]:
    """Each encoding that may be meant with the rows as they read then, the likeliest first."""
    codecs = {_codec(sample, name): name for name in texts}
    best = from_bytes(sample, cp_isolation=list(codecs)).best() if codecs else None
    first = codecs.get(best.encoding) if best else None
    shown = {name: [line for line in text.splitlines() if line.strip()] for name, text in texts.items()}
    return [
        (name, " ⏎ ".join(quoted(line) for line in [*lines[:1], *_telling(lines[1:])][:_SHOWN]))
        for name, lines in sorted(shown.items(), key=lambda each: each[0] != first)
    ]


def _telling(lines: list[str]) -> list[str]:
    """The rows with letters that read differently."""
    return [line for line in lines if not line.isascii()][:2]


def _of_prose(sample: bytes) -> str:
    """Of the encodings that prose is recognised in; raises `FileFault` where none reads ordinarily."""
    scores = {name: score for name in _PROSE if (score := _ordinary(sample, name)) is not None}
    ranked = sorted(scores, key=lambda name: -scores[name])
    if ranked and scores[ranked[0]] >= 0.6:
        if len(ranked) == 1 or scores[ranked[0]] - scores[ranked[1]] >= 0.1:
            return ranked[0]
        best = from_bytes(sample, cp_isolation=[_CODECS[name] for name in _PROSE]).best()
        if guess := next((name for name in ranked[:2] if best and _CODECS[name] == best.encoding), None):
            return guess
    raise FileFault(PROSE_UNTOLD)


def _ordinary(sample: bytes, name: str) -> float | None:
    """The share of everyday characters among those that are not plain letters; None where the bytes are not in it."""
    if (text := _text_as(sample, name)) is None:
        return None
    foreign = [character for character in text if character > "\x7f"]
    return sum(_is_everyday(character, name) for character in foreign) / max(1, len(foreign))


def _is_everyday(character: str, name: str) -> bool:
    """By the place in the code table of the national standard."""
    if name == "cp1252":
        return character in _LATIN
    try:
        packed = character.encode("gb2312" if name == "gb18030" else "cp950")
    except UnicodeEncodeError:
        return False
    if name == "gb18030":
        return 0xB0 <= packed[0] <= 0xD7 or packed[0] in (0xA1, 0xA3)
    return 0xA4 <= packed[0] <= 0xC6 or packed[0] in (0xA1, 0xA2, 0xA3)


_LATE_CAPITAL = re.compile("[a-zàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšž][ÀÁÂÄÅÆÇÈÉÊËÍÎÑÓÔÖØÚÜŠŽ]")
_PROSE = ("gb18030", "big5", "cp1252")
_LATIN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžÀÁÂÄÅÆÇÈÉÊËÍÎÑÓÔÖØÚÜŠŽ’‘“”–—…€")
_KNOWN = all_header_keys() | all_value_keys()


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
