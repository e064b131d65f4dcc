"""How the name of a column is compared: its marks, brackets, codes and units set aside, one after the other."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKS = re.compile(r"[\s_\-*:.#'\"\u200b\ufeff]+")
_ASIDE = re.compile(
    r"\((?:必填|选填|選填|required|optional|月|秒|分|分鐘|分钟|小時|小时|seconds?|minutes?|hours?|s|min|h|%|y/n|"
    r"yyyy[-/]mm[-/]dd|yyyy[-/]mm|yyyymmdd|h:mm:ss|hh:mm:ss)\)"
)
_BRACKETS = re.compile(r"[(\[{<【〔《〈「『]([^()\[\]{}<>【】〔〕《》〈〉「」『』]*)[)\]}>】〕》〉」』]")
_IDENTIFIER = re.compile(r"代碼|代码|代號|代号|編號|编号|code|\bno\b|\bid\b")
# A01_員工編號, 3. 姓名, KPI-02 接聽量; a word of ours never begins so.
_CODE = re.compile(r"^(?![qh]\d\b)(?:[a-z]{0,4}[-_]?\d{1,3}[-_.:、)\s]+|[a-z]\d{2,4})(?=\D)")
_HAN = "[\u3400-\u9fff\uf900-\ufaff]"
_TWO_LANGUAGES = re.compile(
    rf"({_HAN}[^A-Za-z]*?)[\s/|(\[\-]*([A-Za-z][A-Za-z .'/_-]*)[)\]]?|([A-Za-z][A-Za-z .'/_-]*?)[\s/|(\[\-]*({_HAN}[^A-Za-z]*?)[)\]]?"
)
_IN_UNITS = re.compile(r"\s+in (?:seconds|minutes|hours|percent)$")
_UNITS = (
    ("percent", re.compile(r"[(\[【](?:%|percent|pct|百分比)[)\]】]|%$|百分比$|\bpercent\b")),
    ("seconds", re.compile(r"[(\[【](?:秒|s|sec|secs|seconds?)[)\]】]|秒|\bseconds?\b|\bsec\b")),
    ("minutes", re.compile(r"[(\[【](?:分|分鐘|分钟|m|min|mins|minutes?)[)\]】]|分鐘|分钟|\bminutes?\b|\bmin\b")),
    ("hours", re.compile(r"[(\[【](?:時|时|小時|小时|h|hrs?|hours?)[)\]】]|小時數|小时数|\bhours?\b")),
)


def words(joined: str) -> tuple[str, ...]:
    """Synonyms written in one string."""
    return tuple(joined.split("|"))


def header_key(text: str) -> str:
    """How two headers are compared: NFKC, lower case, without blanks, marks, 必填 and a unit in brackets."""
    return _MARKS.sub("", _ASIDE.sub("", unicodedata.normalize("NFKC", text).casefold()))


@lru_cache(maxsize=4096)
def header_keys(text: str) -> tuple[str, ...]:
    """What to look a header up by, the nearest first: as it is, without what stands in brackets, without a code before it.

    A bracket that makes another column of it (部門(代碼)) stays.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    bare = _BRACKETS.sub(lambda found: found[0] if _IDENTIFIER.search(found[1]) else "", plain)
    keys = [
        header_key(plain),
        header_key(_IN_UNITS.sub("", bare)),
        header_key(_CODE.sub("", bare.strip().replace("_", " "))),
    ]
    return tuple(key for key in dict.fromkeys(keys) if key)


def two_languages(text: str) -> tuple[str, str] | None:
    """The Chinese and the other half of a name that says the same in both: 工號 Employee No., Name/姓名."""
    found = _TWO_LANGUAGES.fullmatch(" ".join(unicodedata.normalize("NFKC", text).split()))
    if not found:
        return None
    first, last, latin, other = found.groups()
    return (first, last) if first else (other, latin)


def unit_of(text: str) -> str | None:
    """The unit that a header names: percent, seconds, minutes or hours."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return next((unit for unit, pattern in _UNITS if pattern.search(plain)), None)
