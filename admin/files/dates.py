"""Cells become dates, months and years, in the ways that files of two eras and three languages write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

from admin.domain.refusals import N_
from admin.files.cleaning import KEPT_TEXT, clean_clock, clean_text
from admin.files.faults import Unclean

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
TWO_DIGITS = N_("A year of two digits can mean several years; write four digits")
_EPOCH = date(1899, 12, 30)
_LONGEST_MOMENT = 60
FIRST_YEAR = 1904  # times without a day come with one of Excel's beginning
_DAY_AND_TIME = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})[T ](.+)")
_LAST_ROC_MONTH = 15_012  # 15012 is December of the year 150; as a serial number it would lie in 1941
_DAYS_1904 = 1_462  # by which a workbook that counts from 1904 is behind
FIRST_SERIAL, LAST_SERIAL = 14_611, 73_415  # 1940-01-01 .. 2100-12-31: what an Excel serial may mean in HR's files
_YMD = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日.]?(?:[T ].*)?")
_ROC = re.compile(r"(?:中華民國|中华民国|民國|民国)?\s*(\d{2,3})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_ERA = ("中華", "中华", "民國", "民国")
_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ].*)?")
_MONTH_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]([A-Za-z]{3,9})[-/. ,]+(\d{4}|\d\d)")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})[-/. ]+(\d{1,2})(?:st|nd|rd|th)?[-/. ,]+(\d{4})")
_MONTH_OF_YEAR = re.compile(  # 10/2025, Oct 2025, 2025 October, 2025M10: each has a year of four figures
    r"(?P<number>\d{1,2})\s*[-/.]\s*(?P<year>(?:19|20)\d\d)|(?P<name>[A-Za-z]{3,9})[-/. ,]*(?P<year_>(?:19|20)\d\d)|"
    r"(?P<_year>(?:19|20)\d\d)[-/. ]*(?P<_name>[A-Za-z]{3,9})|(?P<__year>(?:19|20)\d\d)M(?P<_number>\d{1,2})"
)
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?份?(?:\s*[-/.]\s*(\d{1,2})(?:[T ].*)?)?")
_MOMENT = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:T| +)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*"
    r"(?:(Z|UTC|GMT)|(?:UTC|GMT)?([+-])(\d{1,2}):?(\d\d)?)",
    re.IGNORECASE,
)
_CHINESE_DIGITS = dict(zip("〇零一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_CHINESE_NUMBER = re.compile(r"[〇零一二三四五六七八九十百]+")


def datetime_as_written(moment: datetime) -> datetime:
    """A moment as it stands, without its offset."""
    return moment.replace(tzinfo=None)


def in_company_time(value: str, local: Callable[[datetime], datetime]) -> Any:
    """A moment that says its offset from UTC (2026-10-05T03:04:05Z, …+08:00), as a clock showed it; other texts as they are.

    Raises `Unclean` where there is no such moment.
    """
    if len(value) > _LONGEST_MOMENT or ":" not in value or not (match := _MOMENT.fullmatch(clean_text(value))):
        return value
    year, month, day, hour, minute = (int(match[each]) for each in range(1, 6))
    offset = timedelta(hours=int(match[9] or 0), minutes=int(match[10] or 0))
    try:
        zone = timezone(-offset if match[8] == "-" else offset)
        return local(datetime(year, month, day, hour, minute, int(match[6] or 0), tzinfo=zone))
    except (ValueError, OverflowError) as wrong:
        raise Unclean(N_("There is no such date")) from wrong


def date_parts(value: Any) -> tuple[int, int] | None:
    """The first two numbers of a date that ends with its year (7/5/2011), the kind whose order must be known."""
    if type(value) is not str or not (match := _LAST.fullmatch(clean_text(value))):
        return None
    return int(match[1]), int(match[2])


def clean_date(
    value: Any,
    order: str | None = None,
    dates_1904: bool = False,
) -> date | None:
    """A date, or None when blank. `order` is "dmy", "mdy", "roc" or None (unknown).

    Takes native dates, ISO, year first with / or . or 年月日, 8 digits as text or number, Republican years (110/01/15,
    民國110年1月15日, by their order also 1100115), Excel serial numbers (counted from 1904 where the workbook does), a
    month by its English name, and day and month before the year once their order is known. Raises `Unclean`.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)):
        if float(value).is_integer() and value > LAST_SERIAL:
            return clean_date(str(int(value)), order)
        return _serial(float(value) + (_DAYS_1904 if dates_1904 else 0))
    text = clean_text(value)
    if kept := KEPT_TEXT.fullmatch(text):
        text = kept[1].strip()
    if not text:
        return None
    try:
        return _written_date(_arabic(text), order)
    except ValueError as wrong:
        if isinstance(wrong, Unclean):
            raise
        raise Unclean(N_("There is no such date")) from wrong


def _arabic(text: str) -> str:
    """民國一百零九年二月三日 with figures; other texts as they are."""
    return _CHINESE_NUMBER.sub(_chinese_number, text) if "年" in text and "月" in text else text


def _chinese_number(found: re.Match[str]) -> str:
    if not set(found[0]) & {"十", "百"}:
        return "".join(str(_CHINESE_DIGITS[each]) for each in found[0])
    total = digit = 0
    for each in found[0]:
        if each in "十百":
            total += (digit or 1) * (10 if each == "十" else 100)
            digit = 0
        else:
            digit = _CHINESE_DIGITS[each]
    return str(total + digit)


def _written_date(text: str, order: str | None) -> date:
    if match := _YMD.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if re.fullmatch(r"(19|20)\d{6}", text):
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _serial(float(text))
    if match := _LAST.fullmatch(text):
        return _ordered(int(match[1]), int(match[2]), int(match[3]), order)
    if re.fullmatch(r"[01]\d{6}|\d{6}", text):
        if order != "roc":
            raise Unclean(N_("This may be an ROC (Minguo) date; choose that in the order of day and month"))
        return date(int(text[:-4]) + 1911, int(text[-4:-2]), int(text[-2:]))
    if (match := _MONTH_NAMED.fullmatch(text)) and (month := _named(match[2])):
        if len(match[3]) == 2:
            raise Unclean(TWO_DIGITS)
        return date(int(match[3]), month, int(match[1]))
    if (match := _MONTH_FIRST.fullmatch(text)) and (month := _named(match[1])):
        return date(int(match[3]), month, int(match[2]))
    if match := _ROC.fullmatch(text):
        return _republican(match, text, order)
    raise Unclean(N_("This is not a date; write it like 2026-03-31"))


def _named(name: str) -> int | None:
    """The number of a month by its English name."""
    short = name[:3].lower()
    return MONTHS.index(short) + 1 if short in MONTHS else None


def _republican(match: re.Match[str], text: str, order: str | None) -> date:
    # 99/01/15 may be 2010 or 1999; three digits, the era's name or the declared order settle it
    if len(match[1]) == 2 and order != "roc" and not text.startswith(_ERA):
        raise Unclean(TWO_DIGITS)
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


def clean_month(value: Any, year: int | None = None, order: str | None = None, dates_1904: bool = False) -> date | None:
    """The first day of a month from 2026-03, 2026/3, 2026年3月, 202603, 114/3 or any date of that month.

    A month alone (3月, 3) is one of `year`. Raises `Unclean`; also for 2025.1, which Excel makes of October.
    """
    if isinstance(value, date) or (isinstance(value, (int, float)) and _LAST_ROC_MONTH < value <= LAST_SERIAL):
        day = clean_date(value, order, dates_1904=dates_1904)
        return day.replace(day=1) if day else None
    text = _arabic(clean_text(value))
    if re.fullmatch(r"(19|20)\d\d\.1", text):
        raise Unclean(N_("2025.1 may be January or October; write the month like 2025-10"))
    if match := _MONTH.fullmatch(text) or re.fullmatch(r"((?:19|20)\d\d)(\d\d)", text):
        return _first_of(int(match[1]), int(match[2]))
    match = re.fullmatch(r"(?:中華|中华)?(?:民國|民国)?\s*(\d{2,3})\s*[-/.年]\s*(\d{1,2})\s*月?份?", text)
    if match and (len(match[1]) == 3 or order == "roc" or text.startswith(_ERA)):
        return _first_of(int(match[1]) + 1911, int(match[2]))
    if re.fullmatch(r"1\d{4}", text):
        if order != "roc":
            raise Unclean(N_("This may be an ROC (Minguo) date; choose that in the order of day and month"))
        return _first_of(int(text[:3]) + 1911, int(text[3:]))
    if match := re.fullmatch(r"(\d{1,2})\s*(?:月份?)?", text):
        if year is None:
            raise Unclean(N_("The month has no year; say the year of the figures"))
        return _first_of(year, int(match[1]))
    if (match := _MONTH_OF_YEAR.fullmatch(text)) and (found := _month_of_year(match)):
        return _first_of(*found)
    day = clean_date(value, order)
    return day.replace(day=1) if day else None


def _month_of_year(match: re.Match[str]) -> tuple[int, int] | None:
    said = {name.strip("_"): text for name, text in match.groupdict().items() if text}
    month = int(said["number"]) if "number" in said else _named(said["name"])
    return (int(said["year"]), month) if month else None


def _first_of(year: int, month: int) -> date:
    if not 1 <= month <= 12:
        raise Unclean(N_("There is no such month"))
    return date(year, month, 1)


def period_of(text: Any) -> tuple[date, date] | None:
    """First and last month of 2026-01/2026-11; None for anything else."""
    if not isinstance(text, str) or not (match := re.fullmatch(r"(\d{4}-\d\d)/(\d{4}-\d\d)", text.strip())):
        return None
    try:
        first, last = (date.fromisoformat(f"{part}-01") for part in match.groups())
    except ValueError:
        return None
    return (first, last) if first < last else None


def clean_year(value: Any) -> int | None:
    """A year from 2025, "2025年", "2025年度", ROC 114 or a date in it; None when blank. Raises `Unclean`."""
    if isinstance(value, (datetime, date)):
        return value.year
    text = clean_text(value).removeprefix("'")
    if not text:
        return None
    if whole := _YMD.fullmatch(text):
        text = whole[1]
    match = re.fullmatch(r"(?:民國|民国|西元|公元)?\s*(\d{3,4})\s*(?:年度?)?", text)
    year = int(match[1]) if match else 0
    year = year + 1911 if 90 <= year <= 200 else year
    if not 1950 <= year <= 2150:
        raise Unclean(N_("This is not a year; write it like 2025"))
    return year


def at_midnight(value: Any) -> Any:
    """A day as its first moment; everything else as it is."""
    return datetime(value.year, value.month, value.day) if type(value) is date and value.year > FIRST_YEAR else value


def clean_moment(value: Any) -> tuple[date | None, int] | None:
    """A time of day, with its day where the cell has one (2026-03-02 09:30:00); None when blank. Raises `Unclean`."""
    if isinstance(value, str):
        value = in_company_time(value, datetime_as_written)
    if isinstance(value, datetime) and value.year > FIRST_YEAR:
        return value.date(), value.hour * 3600 + value.minute * 60 + value.second
    if isinstance(value, str) and (match := _DAY_AND_TIME.fullmatch(clean_text(value))):
        seconds = clean_clock(match[2])
        return None if seconds is None else (clean_date(match[1]), seconds)
    seconds = clean_clock(value)
    return None if seconds is None else (None, seconds)
