"""Cells become values: text, employee numbers, dates, numbers, durations.

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
PLACEHOLDERS = frozenset(
    {
        "-",
        "--",
        "---",
        "—",
        "——",
        "/",
        "\\",
        "n/a",
        "#n/a",
        "null",
        "nan",
        "#ref!",
        "#value!",
        "#name?",
        "#div/0!",
        "#null!",
        "#num!",
    }
)
_COMPATIBILITY_HAN = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_EPOCH = date(1899, 12, 30)
FIRST_YEAR = 1904  # times without a day come with one of Excel's beginning
FIRST_SERIAL, LAST_SERIAL = 14_611, 73_415  # 1940-01-01 .. 2100-12-31: what an Excel serial may mean in HR's files
_YMD = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ].*)?")
_ROC = re.compile(r"(?:民國|民国)?\s*(\d{2,3})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ].*)?")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(?:\s*[-/.]\s*(\d{1,2})(?:[T ].*)?)?")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]?\d)(?::([0-5]?\d)(?:\.\d+)?)?")
_DAY_AND_TIME = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})[T ](.+)")
_SCIENTIFIC = re.compile(r"-?\d(?:\.\d+)?[Ee]\+\d+$")
_EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s.,;<>()\"]{2,}")
_KEPT_TEXT = re.compile(r'="([^"]*)"')  # ="00123": how programs make Excel keep leading zeros

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
                    "The text contains a hidden character that reverses the direction of writing (%(code)s); type it "
                    "again"
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
    if kept := _KEPT_TEXT.fullmatch(text) or _MARKED_TEXT.fullmatch(text):
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


def date_parts(value: Any) -> tuple[int, int] | None:
    """The first two numbers of a date that ends with its year (7/5/2011), the kind whose order must be known."""
    if type(value) is not str or not (match := _LAST.fullmatch(clean_text(value))):
        return None
    return int(match[1]), int(match[2])


def clean_date(value: Any, order: str | None = None) -> date | None:
    """A date, or None when blank. `order` is "dmy", "mdy", "roc" or None (unknown).

    Takes native dates, ISO, year first with / or . or 年月日, 8 digits, Republican years (110/01/15,
    民國110年1月15日), Excel serial numbers, and day and month before the year once their
    order is known. Raises `Unclean`.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)):
        return _serial(float(value))
    text = clean_text(value)
    if not text:
        return None
    try:
        return _written_date(text, order)
    except ValueError as wrong:
        if isinstance(wrong, Unclean):
            raise
        raise Unclean(N_("There is no such date")) from wrong


def _written_date(text: str, order: str | None) -> date:
    if match := _YMD.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if re.fullmatch(r"(19|20)\d{6}", text):
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _serial(float(text))
    if match := _LAST.fullmatch(text):
        return _ordered(int(match[1]), int(match[2]), int(match[3]), order)
    if re.fullmatch(r"[01]\d{6}", text) and order == "roc":
        return date(int(text[:3]) + 1911, int(text[3:5]), int(text[5:]))
    if match := _ROC.fullmatch(text):
        return _republican(match, text, order)
    raise Unclean(N_("This is not a date; write it like 2026-03-31"))


def _republican(match: re.Match[str], text: str, order: str | None) -> date:
    # 99/01/15 may be 2010 or 1999; three digits, the era's name or the declared order settle it
    if len(match[1]) == 2 and order != "roc" and not text.startswith("民"):
        raise Unclean(N_("A year of two digits can mean several years; write four digits"))
    return date(int(match[1]) + 1911, int(match[2]), int(match[3]))


def _ordered(first: int, second: int, year: int, order: str | None) -> date:
    if order == "dmy":
        return date(year, second, first)
    if order == "mdy":
        return date(year, first, second)
    if first == second:
        return date(year, first, second)
    raise Unclean(N_("This can be two dates; say in the mapping whether the day or the month comes first"))


def _serial(number: float) -> date:
    if not FIRST_SERIAL <= number <= LAST_SERIAL:
        raise Unclean(N_("This is not a date; write it like 2026-03-31"))
    return _EPOCH + timedelta(days=int(number))


def clean_month(value: Any) -> date | None:
    """The first day of a month from 2026-03, 2026/3, 2026年3月, 202603 or any date of that month. Raises `Unclean`."""
    text = clean_text(value) if isinstance(value, str) else ""
    if (isinstance(value, float) and 190001 <= value <= 210012) or isinstance(value, int):
        text = plain(float(value))
    if match := _MONTH.fullmatch(text) or re.fullmatch(r"((?:19|20)\d\d)(\d\d)", text):
        if not 1 <= int(match[2]) <= 12:
            raise Unclean(N_("There is no such month"))
        return date(int(match[1]), int(match[2]), 1)
    if match := re.fullmatch(r"(?:民國|民国)?(\d{3})[-/.年](\d{1,2})月?", text):
        return clean_month(f"{int(match[1]) + 1911}-{match[2]}")
    day = clean_date(value)
    return day.replace(day=1) if day else None


def clean_number(value: Any) -> Decimal | None:
    """A number, or None when blank; "85%" is 0.85, 1,234.5 and full-width digits are read. Raises `Unclean`."""
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
    if isinstance(value, datetime) and value.year <= 1900:  # durations beyond 24 h arrive as dates at Excel's beginning
        return Decimal(str((value - datetime(1899, 12, 30)).total_seconds()))
    if isinstance(value, time):
        return Decimal(value.hour * 3600 + value.minute * 60 + value.second) + Decimal(value.microsecond) / 1_000_000
    if isinstance(value, str) and ":" in value:
        return _clock_seconds(clean_text(value))
    number = clean_number(value)
    if number is not None and number < 0:
        raise Unclean(N_("A duration cannot be negative"))
    return number


def _clock_seconds(text: str) -> Decimal:
    match = _CLOCK.fullmatch(text)
    if not match or match[3] is None:
        raise Unclean(N_("A duration is written as h:mm:ss or in seconds"))
    return Decimal(int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3]))


def clean_clock(value: Any) -> int | None:
    """Seconds since midnight from a native time or hh:mm[:ss]; None when blank. Raises `Unclean`."""
    if isinstance(value, datetime):
        value = value.time()
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
    if isinstance(value, timedelta):
        return int(value.total_seconds()) % 86_400
    text = clean_text(value)
    if not text:
        return None
    match = _CLOCK.fullmatch(text)
    if not match or int(match[1]) > 23:
        raise Unclean(N_("This is not a time of day; write it like 09:30:00"))
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)


def clean_moment(value: Any) -> tuple[date | None, int] | None:
    """A time of day, with its day where the cell has one (2026-03-02 09:30:00); None when blank. Raises `Unclean`."""
    if isinstance(value, datetime) and value.year > FIRST_YEAR:
        return value.date(), value.hour * 3600 + value.minute * 60 + value.second
    if isinstance(value, str) and (match := _DAY_AND_TIME.fullmatch(clean_text(value))):
        seconds = clean_clock(match[2])
        return None if seconds is None else (clean_date(match[1]), seconds)
    seconds = clean_clock(value)
    return None if seconds is None else (None, seconds)


def clean_year(value: Any) -> int | None:
    """A year from 2025, "2025年", "2025年度", ROC 114 or a date in it; None when blank. Raises `Unclean`."""
    if isinstance(value, (datetime, date)):
        return value.year
    text = clean_text(value)
    if not text:
        return None
    match = re.fullmatch(r"(?:民國|民国)?(\d{3,4})\s*(?:年度?)?", text)
    year = int(match[1]) if match else 0
    year = year + 1911 if 90 <= year <= 200 else year
    if not 1950 <= year <= 2150:
        raise Unclean(N_("This is not a year; write it like 2025"))
    return year


def clean_email(value: Any) -> str:
    """An e-mail address or "". Raises `Unclean` when it cannot be one."""
    text = clean_text(value, 254)
    if text and not _EMAIL.fullmatch(text):
        raise Unclean(N_("This is not an e-mail address"))
    return text


def describe(value: Any) -> str:
    """A cell as a fault repeats it."""
    return quoted(plain(value))
