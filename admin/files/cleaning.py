"""Cells become values: text, employee numbers, numbers, durations (dates: `dates`).

Nothing is guessed; what is unclear is `Unclean`.

The order is always the same: byte order mark, NFKC, blanks trimmed (the ideographic one too), then the type.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from admin.domain.refusals import N_
from admin.domain.texts import is_printable
from admin.files.faults import Unclean, quoted

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# removed; joiners and variation selectors carry meaning and stay
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff\u180e"))
JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))
PLACEHOLDERS = frozenset({"-", "--", "---", "—", "——", "/", "\\", "n/a", "null", "nan"})
# What a spreadsheet shows where a formula failed, in its cell or in the text saved from it.
_ERROR = re.compile(
    r"#n/a|#(?:ref|value|name|num|null|spill|calc|field|blocked|unknown)[!?]|#div/0!|#getting_data|(?:err|錯誤|错误):\d+"
)
_COMPATIBILITY_HAN = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_HALF = re.compile(r"(上午|下午|早上|晚上|中午|凌晨|a\.?m\.?|p\.?m\.?)", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,5}):([0-5]?\d)(?::([0-5]?\d)(?:\.\d+)?)?")
_CLOCK_IN_WORDS = re.compile(r"(\d{1,2})\s*[時时點点]\s*([0-5]?\d)\s*分\s*(?:([0-5]?\d)\s*秒)?")
_SPELT_OUT = re.compile(
    r"(?:(\d+)\s*(?:小時|小时|時|时|h(?:ours?|rs?)?))?\s*(?:(\d+)\s*(?:分鐘|分钟|分|m(?:in(?:ute)?s?)?))?\s*"
    r"(?:(\d+)\s*(?:秒鐘|秒钟|秒|s(?:ec(?:ond)?s?)?))?",
    re.IGNORECASE,
)
_SCIENTIFIC = re.compile(r"-?\d(?:\.\d+)?[Ee]\+\d+$")
_SIGNS_SWAPPED = str.maketrans(".,", ",.")
_EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s.,;<>()\"]{2,}")
KEPT_TEXT = re.compile(r'="([^"]*)"')  # ="00123": how programs make Excel keep leading zeros
_MARKED_TEXT = re.compile(r"['`\u2018\u2019\u02bc](?=\S*\d)([\w.-]+)")  # '00123: Excel's mark that a text follows


def clean_text(value: Any, longest: int = 255) -> str:
    """One line of text, NFKC, trimmed; "" when blank.

    Compatibility ideographs stay as they are (they tell names apart). Raises `Unclean` for control characters,
    direction overrides, and text longer than `longest`.
    """
    text = value if type(value) is str else plain(value)
    if not (text.isprintable() and unicodedata.is_normalized("NFKC", text)):
        text = _repaired(text)
    text = " ".join(text.split()) if " " in text else text
    if len(text) > longest:
        raise Unclean(N_("The text is longer than %(longest)s characters"), longest=longest)
    return text


def _repaired(text: str) -> str:
    if len(text) > 100_000:
        raise Unclean(N_("The text is longer than %(longest)s characters"), longest=100_000)
    text = "".join(
        p if _COMPATIBILITY_HAN.match(p) else unicodedata.normalize("NFKC", p) for p in _COMPATIBILITY_HAN.split(text)
    )
    text = " ".join(text.translate(INVISIBLE).split())
    for character in text:
        if character in BIDI:
            raise Unclean(
                N_(
                    "The text contains a hidden character that reverses the direction of writing (%(code)s); type it again"
                ),
                code=f"U+{ord(character):04X}",
            )
        if not is_printable(character):
            raise Unclean(
                N_("The text contains a control character (%(code)s); type it again"), code=f"U+{ord(character):04X}"
            )
    return text


def plain(value: Any) -> str:
    """A native cell as text: 1.0 reads 1, midnight is no part of a date."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)


def clean_key(value: Any, longest: int = 64) -> str:
    """An employee number or login as text: leading zeros stay, 1.0 reads "1".

    Raises `Unclean` where Excel has changed it (scientific notation, lost digits, a date) or a blank stands inside.
    """
    if (
        type(value) is str
        and value.isascii()
        and value.isalnum()
        and not _SCIENTIFIC.match(value)
        and len(value) <= longest
    ):
        return value
    if isinstance(value, float) and (not value.is_integer() or abs(value) >= 1e15):
        raise Unclean(
            N_("A number with decimals or more than 15 digits cannot be an identifier; format the column as text")
        )
    if isinstance(value, (date, time, timedelta)):
        raise Unclean(N_("The identifier was turned into a date; format the column as text and type it again"))
    text = clean_text(value, longest).translate(JOINERS)
    if kept := KEPT_TEXT.fullmatch(text) or _MARKED_TEXT.fullmatch(text):
        text = kept[1].strip()
    if _SCIENTIFIC.match(text):
        raise Unclean(
            N_("The identifier was shortened to scientific notation; format the column as text and type it again")
        )
    return text[:-2] if re.fullmatch(r"\d+\.0", text) else text


def clean_number_key(value: Any) -> str:
    """An employee number: `clean_key` of at most 40 characters without blanks inside."""
    text = clean_key(value, 40)
    if " " in text:
        raise Unclean(N_("The employee number holds a blank"))
    return text


def is_placeholder(text: str) -> bool:
    """Whether the text stands for "nothing" in some files: it may mean blank, zero or unknown, so HR is asked."""
    return text.casefold() in PLACEHOLDERS


def is_error(text: str) -> bool:
    """Whether the text is what a spreadsheet shows of a formula that failed."""
    return bool(_ERROR.fullmatch(text.casefold()))


def clean_number(value: Any, decimal: str = ".") -> Decimal | None:
    """A number, or None when blank; "85%" is 0.85, 1,234.5 and full-width digits are read, with `decimal` "," 1.234,5.

    Raises `Unclean`.
    """
    if isinstance(value, bool):
        raise Unclean(N_("This is not a number"))
    if isinstance(value, float):
        return Decimal(format(value, ".15g"))  # what Excel itself shows: 0.1 + 0.2 is 0.3
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, (date, time, timedelta)):
        raise Unclean(N_("A number is needed, and this is a date or a time"))
    text = clean_text(value)
    if not text:
        return None
    bare = text.removesuffix("%").strip()
    if decimal == ",":
        bare = bare.translate(_SIGNS_SWAPPED)
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", bare):
        bare = bare.replace(",", "")
    if not re.fullmatch(r"[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})([eE][+-]?\d{1,2})?", bare):
        raise Unclean(N_("This is not a number"))
    try:
        number = Decimal(bare)
    except InvalidOperation as wrong:
        raise Unclean(N_("This is not a number")) from wrong
    return number / 100 if text.endswith("%") else number


def clean_seconds(value: Any) -> Decimal | None:
    """A duration in seconds from a native time, h:mm:ss, or a plain number of seconds.

    Raises `Unclean`; also for 3:20, which may be minutes or hours.
    """
    if isinstance(value, timedelta):
        return Decimal(str(value.total_seconds()))
    if isinstance(value, date) and value.year <= 1904:  # longer than a day, and shown as a time of day
        return _since_the_beginning(value)
    if isinstance(value, time):
        return Decimal(value.hour * 3600 + value.minute * 60 + value.second) + Decimal(value.microsecond) / 1_000_000
    if isinstance(value, str) and ":" in value:
        return _clock_seconds(clean_text(value))
    if isinstance(value, str) and (spelt := _SPELT_OUT.fullmatch(clean_text(value))) and any(spelt.groups()):
        hours, minutes, seconds = (int(part or 0) for part in spelt.groups())
        return Decimal(hours * 3600 + minutes * 60 + seconds)
    number = clean_number(value)
    if number is not None and number < 0:
        raise Unclean(N_("A duration cannot be negative"))
    return number


def is_spelt_out(text: str) -> bool:
    """Whether a duration says its units: 5分20秒, 320 s."""
    return len(text) <= 40 and bool((found := _SPELT_OUT.fullmatch(clean_text(text))) and any(found.groups()))


def _since_the_beginning(value: date) -> Decimal:
    """The seconds of a duration that arrives as a moment of the first days that a workbook counts (1900 or 1904)."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    beginning = datetime(1904, 1, 1) if moment.year == 1904 else datetime(1899, 12, 31)
    return Decimal(str((moment - beginning).total_seconds()))


def _clock_seconds(text: str) -> Decimal:
    match = _CLOCK.fullmatch(text)
    if not match or match[3] is None:
        raise Unclean(N_("A duration is written as h:mm:ss or in seconds"))
    return Decimal(int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3]))


def clean_clock(value: Any) -> int | None:
    """Seconds since midnight from a native time, hh:mm[:ss] or 下午 3:20; None when blank. Raises `Unclean`."""
    if isinstance(value, datetime):
        value = value.time()
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
    if isinstance(value, timedelta):
        return int(value.total_seconds()) % 86_400
    text = clean_text(value)
    if not text:
        return None
    half = _HALF.search(text)
    text = _CLOCK_IN_WORDS.sub(lambda said: f"{said[1]}:{said[2]}:{said[3] or 0}", text)
    match = _CLOCK.fullmatch(_HALF.sub("", text).strip() if half else text)
    hour = int(match[1]) if match else 24
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if _is_afternoon(half[1], hour) else 0)
    if match is None or hour > 23:
        raise Unclean(N_("This is not a time of day; write it like 09:30:00"))
    return hour * 3600 + int(match[2]) * 60 + int(match[3] or 0)


def _is_afternoon(word: str, hour: int) -> bool:
    return word[:1] in "下晚pP" or (word == "中午" and hour in (12, 1))


def clean_email(value: Any) -> str:
    """An e-mail address or "". Raises `Unclean` when it cannot be one."""
    text = clean_text(value, 254)
    text = text[7:] if text[:7].casefold() == "mailto:" else text  # what a spreadsheet keeps of a link
    if text and not _EMAIL.fullmatch(text):
        raise Unclean(N_("This is not an e-mail address"))
    return text


def describe(value: Any) -> str:
    """A cell as a fault repeats it."""
    return quoted(plain(value))
