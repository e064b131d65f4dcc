"""Months, quarters and years in the names of columns, sheets and files: 1月, 2026/03, 114年1月, 2025Q1, 上半年, 2024考績."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from admin.files.dates import MONTHS
from admin.files.metric_words import metric_named

ROC = 1911
_NAMED = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?P<year>(?:19|20)\d\d|(?:民國|民国)?1\d\d(?=[年\-/.])|(?:民國|民国)\d{2,3})"
_MONTH_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}\s*[-/._年]\s*(?P<month>0?[1-9]|1[0-2])(?!\d)\s*(?:月份?)?",
        r"(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?!\d)",
        r"(?<!\d)(?P<month>0?[1-9]|1[0-2])\s*月份?",
        rf"(?<![a-z]){_NAMED}(?![a-z])(?:[\s\-_.,']*(?P<year>(?:19|20)\d\d|\d\d)(?!\d))?",
    )
)
_YEAR_FORM = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d|(?:民國|民国)\d{2,3}|1[0-4]\d(?=年))(?!\d)\s*(?:年度?)?")
_SPAN = re.compile(r"(?<!\d)(?P<first>0?[1-9]|1[0-2])\s*月?\s*[-~至到–—]\s*(?P<last>0?[1-9]|1[0-2])\s*月")
# A quarter or half of a year, with its year before or after it, or without one.
_PART = (
    r"(?:第?(?P<quarter>[1-4])\s*季度?|q(?P<q>[1-4])(?!\d)|(?<!\d)(?P<nq>[1-4])q|(?P<nth>[1-4])(?:st|nd|rd|th)\s+quarter|"
    r"quarter\s*(?P<quarter_>[1-4])|(?P<upper>上半年度?|h1(?!\d)|(?<!\d)1h|first\s+half)|(?P<lower>下半年度?|h2(?!\d)|(?<!\d)2h|second\s+half))"
)
_PARTS = re.compile(
    rf"(?:{_YEAR}\s*(?:年度?)?[\s\-_/.]*)?(?<![a-z]){_PART}(?![a-z])(?:[\s\-_.,'/]*(?P<after>(?:19|20)\d\d)(?!\d)\s*年?)?",
    re.IGNORECASE,
)
_HAN = re.compile(r"(?<![〇零一二三四五六七八九十百])(十[一二]?|[一二三四五六七八九])(?=\s*(?:月|季))")
_HAN_NUMBERS = dict(zip([*"一二三四五六七八九十", "十一", "十二"], map(str, range(1, 13)), strict=True))
_EDGES = " \t-_/:.,、·()[]【】"


def month_in(text: str) -> tuple[str, str] | None:
    """("2026-01" or "01" where no year is said, what else the text says), for a text that begins or ends with a month."""
    plain = _plain(text)
    for form in _MONTH_FORMS:
        for found in form.finditer(plain):
            before, after = plain[: found.start()].strip(_EDGES), plain[found.end() :].strip(_EDGES)
            if before and after:
                continue
            groups = found.groupdict()
            number = int(groups["month"]) if groups.get("month") else MONTHS.index(groups["name"][:3].lower()) + 1
            year = _year(groups.get("year"))
            return (f"{year}-{number:02d}" if year else f"{number:02d}"), before or after
    return None


def part_in(text: str) -> tuple[str, str] | None:
    """("2025-01/2025-03", what else the text says) for a text that begins or ends with a quarter or half of a year.

    Where no year is said it is the part alone: Q1 to Q4, H1, H2.
    """
    plain = _plain(text)
    for found in _PARTS.finditer(plain):
        before, after = plain[: found.start()].strip(_EDGES), plain[found.end() :].strip(_EDGES)
        if before and after:
            continue
        named = found.groupdict()
        quarter = next((named[each] for each in ("quarter", "q", "nq", "nth", "quarter_") if named[each]), "")
        part = f"Q{quarter}" if quarter else "H1" if named["upper"] else "H2"
        year = _year(named["year"] or named["after"])
        return (span_of(part, year) if year else part), before or after
    return None


def span_of(part: str, year: int) -> str:
    """The months of a quarter or half (Q1, H2) in a year, as a period is written."""
    months = 3 if part[0] == "Q" else 6
    last = int(part[1]) * months
    return f"{year}-{last - months + 1:02d}/{year}-{last:02d}"


def period_in(text: str) -> tuple[str, str] | None:
    """A month, or a quarter or half of a year, that a text begins or ends with, and what else it says."""
    return part_in(text) or month_in(text)


def year_in(text: str) -> tuple[int, str] | None:
    """(year, what else the text says), for a text that begins or ends with a year."""
    plain = _plain(text)
    for found in _YEAR_FORM.finditer(plain):
        before, after = plain[: found.start()].strip(_EDGES), plain[found.end() :].strip(_EDGES)
        year = _year(found["year"])
        if year and not (before and after):
            return year, before or after
    return None


def years_said(texts: Iterable[str]) -> set[int]:
    """The years that titles, a sheet's name and a file's name say."""
    found = (_year(match["year"]) for text in texts for match in _YEAR_FORM.finditer(_plain(text)))
    return {year for year in found if year}


def span_said(texts: Iterable[str]) -> tuple[str, str] | None:
    """The first and last month that titles say (2026年1-11月); None where they say none, or two."""
    found = set()
    for text in texts:
        years = years_said([text])
        for match in _SPAN.finditer(_plain(text)) if len(years) == 1 else ():
            (year,) = years
            found.add((f"{year}-{int(match['first']):02d}", f"{year}-{int(match['last']):02d}"))
    return found.pop() if len(found) == 1 else None


def same_kind_of_name(names: Sequence[str]) -> bool:
    """Whether sheets are named each by another month, year or metric, so that they are parts of one table."""
    for read in (period_in, year_in):
        found = [read(name) for name in names]
        said = [each for each in found if each]
        if len(said) == len(names) == len({each[0] for each in said}) and len({each[1] for each in said}) == 1:
            return True
    metrics = [metric_named(name) for name in names]
    return all(metrics) and len(set(metrics)) == len(names)


def _plain(text: str) -> str:
    return _HAN.sub(lambda found: _HAN_NUMBERS[found[1]], unicodedata.normalize("NFKC", text).strip())


def _year(text: str | None) -> int | None:
    if not text:
        return None
    number = int(re.sub(r"\D", "", text))
    if len(re.sub(r"\D", "", text)) == 4:
        return number
    era = text.startswith("民") or len(str(number)) == 3
    return number + ROC if era else number + 2000
