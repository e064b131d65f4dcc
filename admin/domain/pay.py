"""Pay bands, what a change of grade brings by them, and what two lists of changes differ in (5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from admin.domain.codes import PayLineState
from admin.domain.refusals import N_, Refusal

CLAUSE = "5.1"
NO_BAND = N_("Grade %(grade)s has no pay band on %(day)s. Add its band under Pay bands first.")
SEVERAL_CURRENCIES = N_("The bands of %(day)s are in several currencies: %(currencies)s. One list has one currency.")
NEGATIVE = N_("An amount cannot be below zero.")
BELOW = N_("The highest amount is below the lowest.")
TOO_LARGE = N_("This amount is too large.")
NO_CURRENCY = N_("A currency is three capital letters, such as TWD.")
MOST = Decimal(10) ** 10  # what the column holds
LADDER_HOLE = N_("From %(day)s grade %(grade)s has no pay band.")
DESCENDING = N_("From %(day)s grade %(upper)s pays less than grade %(lower)s below it.")
MIXED = N_("From %(day)s the bands are in several currencies: %(currencies)s.")
BETWEEN = N_("From %(day)s there is a gap between the bands of %(lower)s and %(upper)s.")
OVERLAP = N_("From %(day)s the bands of %(lower)s and %(upper)s overlap.")


@dataclass(frozen=True)
class Band:
    """What a grade pays a month from a day on, until its next band begins; amounts in `currency`."""

    grade: str
    valid_from: date
    low: Decimal
    high: Decimal
    currency: str
    key: int = 0


class PayBands:
    """Every band by its grade, asked by the day."""

    def __init__(self, bands: Iterable[Band]) -> None:
        self._by_grade: dict[str, list[Band]] = {}
        for band in sorted(bands, key=lambda each: each.valid_from):
            self._by_grade.setdefault(band.grade, []).append(band)

    def __bool__(self) -> bool:
        return bool(self._by_grade)

    def on(self, grade: str | None, day: date) -> Band | None:
        """The band of a grade that is in force on a day; None before its first, and for no grade."""
        rows = self._by_grade.get(grade or "", ())
        return next((band for band in reversed(rows) if band.valid_from <= day), None)

    def every(self) -> list[Band]:
        """All of them, by grade and day."""
        return [band for grade in sorted(self._by_grade) for band in self._by_grade[grade]]

    def days(self) -> list[date]:
        """Every day on which some band begins, in the order of time."""
        return sorted({band.valid_from for rows in self._by_grade.values() for band in rows})

    def on_day(self, day: date) -> list[Band]:
        """The bands of every grade that are in force on a day."""
        return [band for grade in self._by_grade if (band := self.on(grade, day)) is not None]

    def in_force(self, ladder: Sequence[str], day: date) -> list[Band]:
        """The bands of a day, the lowest grade first; grades without one are left out."""
        return [band for grade in ladder if (band := self.on(grade, day)) is not None]


CURRENCY = re.compile(r"[A-Z]{3}")


def check_band(low: Decimal | None, high: Decimal | None, currency: str | None) -> dict[str, str]:
    """What is wrong with one band, by "low", "high" and "currency"; what is not given is not asked."""
    found = {name: NEGATIVE for name, amount in (("low", low), ("high", high)) if amount is not None and amount < 0}
    found |= {
        name: TOO_LARGE for name, amount in (("low", low), ("high", high)) if amount is not None and amount >= MOST
    }
    if not found and low is not None and high is not None and high < low:
        found["high"] = BELOW
    if currency is not None and not CURRENCY.fullmatch(currency):
        found["currency"] = NO_CURRENCY
    return found


@dataclass(frozen=True)
class Flaw:
    """What is wrong with the bands from a day on; `refused` where they cannot be applied so, else only told."""

    day: date
    refused: bool
    message: str
    facts: Mapping[str, str]
    grade: str


def flaws(bands: PayBands, ladder: Sequence[str], since: date = date.min) -> list[Flaw]:
    """Holes, overlaps, mixed currencies and a higher grade that pays less, each with the first day on which it is so.

    `since`: only of what is in force then and comes later.

    Amounts between two grades that belong to neither, or to both, are told and refused by nobody: pay policies have both.
    """
    found: dict[tuple[str, str], Flaw] = {}
    days = bands.days()
    begun = [day for day in days if day <= since]
    for day in [*begun[-1:], *days[len(begun) :]]:
        for flaw in _flaws_of(bands.in_force(ladder, day), ladder, day):
            found.setdefault((flaw.message, flaw.grade), flaw)
    return list(found.values())


def _flaws_of(bands: Sequence[Band], ladder: Sequence[str], day: date) -> Iterable[Flaw]:
    when = {"day": day.isoformat()}
    there = {band.grade for band in bands}
    for grade in ladder:
        if grade not in there:
            yield Flaw(day, True, LADDER_HOLE, when | {"grade": grade}, grade)
    if len(currencies := sorted({band.currency for band in bands})) > 1:
        yield Flaw(day, True, MIXED, when | {"currencies": ", ".join(currencies)}, bands[0].grade)
        return  # amounts in two currencies cannot be held against each other
    for lower, upper in pairwise(bands):
        named = when | {"lower": lower.grade, "upper": upper.grade}
        if upper.low < lower.low or upper.high < lower.high:
            yield Flaw(day, True, DESCENDING, named, upper.grade)
        elif upper.low > lower.high and ladder.index(upper.grade) == ladder.index(lower.grade) + 1:
            yield Flaw(day, False, BETWEEN, named, upper.grade)
        elif upper.low < lower.high:
            yield Flaw(day, False, OVERLAP, named, upper.grade)


@dataclass(frozen=True)
class PayEffect:
    """What a change of grade brings from `since` on: the band of the old grade, if any, and that of the new, both of that day."""

    old: Band | None
    new: Band | None
    since: date

    @property
    def way(self) -> str:
        """ "up", "down", "same", "first" for a first grade, or "unknown" where a band is missing."""
        if self.new is None:
            return "unknown"
        if self.old is None:
            return "first"
        before, after = (self.old.low, self.old.high), (self.new.low, self.new.high)
        return "same" if after == before else "up" if after > before else "down"


@dataclass(frozen=True)
class PayTotals:
    """Many effects together: how many go which way, and the sums of the bands before and after, a month."""

    ways: Mapping[str, int]
    low_before: Decimal
    high_before: Decimal
    low_after: Decimal
    high_after: Decimal
    currency: str

    @property
    def spans(self) -> tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]:
        """Lowest and highest together, before and after."""
        return (self.low_before, self.high_before), (self.low_after, self.high_after)

    @property
    def count(self) -> int:
        """How many changes there are."""
        return sum(self.ways.values())


def totals(effects: Iterable[PayEffect]) -> PayTotals:
    """Sums over the effects of which both bands are known, and over first grades; "" as currency where there are several."""
    ways: dict[str, int] = dict.fromkeys(("up", "down", "same", "first", "unknown"), 0)
    before, after = (Decimal(0), Decimal(0)), (Decimal(0), Decimal(0))
    currencies: set[str] = set()
    for each in effects:
        ways[each.way] += 1
        if each.new is None:
            continue
        if each.old is not None:
            before = (before[0] + each.old.low, before[1] + each.old.high)
        after = (after[0] + each.new.low, after[1] + each.new.high)
        currencies |= {band.currency for band in (each.old, each.new) if band}
    return PayTotals(ways, *before, *after, currencies.pop() if len(currencies) == 1 else "")


@dataclass(frozen=True)
class PayLine:
    """One person in a pay-change list; `change` is the number of the grade change, `state` says what the line does to earlier
    lists of the same document."""

    change: int
    employee_id: int
    number: str
    name: str
    kind: str
    from_grade: str | None
    to_grade: str
    old: Band | None
    new: Band
    effective_on: date
    state: PayLineState = PayLineState.NEW

    @property
    def says(self) -> tuple[object, ...]:
        """What payroll acts on: a name that is written otherwise changes nobody's pay."""
        old = (self.old.low, self.old.high) if self.old else None
        money = (old, self.new.low, self.new.high, self.new.currency)
        return (self.from_grade, self.to_grade, self.effective_on, *money)


@dataclass(frozen=True)
class PayListOut:
    """A list with its lines, as its files say it; `corrects` is the number of the list before it."""

    number: str
    document: str
    lines: Sequence[PayLine]
    language: str
    corrects: str = ""


def list_totals(lines: Iterable[PayLine]) -> PayTotals:
    """The sums of what applies: a line that no longer does adds nothing."""
    applies = (line for line in lines if line.state != PayLineState.WITHDRAWN)
    return totals(PayEffect(line.old, line.new, line.effective_on) for line in applies)


def check_line(change: str, effect: PayEffect) -> Refusal | None:
    """Why a change of grade cannot stand in a list: its new grade, named `change`, has no band on the day of effect."""
    if effect.new is not None:
        return None
    return Refusal(CLAUSE, NO_BAND, {"grade": change, "day": effect.since.isoformat()})


def check_currency(lines: Iterable[PayLine]) -> Refusal | None:
    """Why lines cannot stand in one list: their amounts could not be added up."""
    currencies, day = set(), date.max
    for line in lines:
        currencies |= {band.currency for band in (line.old, line.new) if band is not None}
        day = min(day, line.effective_on)
    if len(currencies) < 2:
        return None
    facts = {"day": day.isoformat(), "currencies": ", ".join(sorted(currencies))}
    return Refusal(CLAUSE, SEVERAL_CURRENCIES, facts)


def differing(listed: Iterable[PayLine], present: Iterable[PayLine]) -> list[PayLine]:
    """What a correction holds: lines that say something else now, those that came, and those that are gone, by employee number.

    `listed` are the lines of the list and of every correction of it, the oldest first.
    """
    was: dict[int, PayLine] = {}
    for line in listed:
        was[line.change] = line
    was = {key: line for key, line in was.items() if line.state != PayLineState.WITHDRAWN}
    now = {line.change: line for line in present}
    found = [replace(line, state=PayLineState.WITHDRAWN) for key, line in was.items() if key not in now]
    found += [replace(line, state=PayLineState.NEW) for key, line in now.items() if key not in was]
    found += [
        replace(line, state=PayLineState.CHANGED)
        for key, line in now.items()
        if key in was and was[key].says != line.says
    ]
    return sorted(found, key=lambda line: (line.number, line.change))
