"""Who is in a review cycle and with which outcome (1.2-b, 1.2-d), and how long somebody has served."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Any

from admin.domain.codes import CaseKind, CaseOutcome
from admin.domain.refusals import N_, Refusal

MONTHS_A_YEAR = 12


class Standing(StrEnum):
    """What a cycle does with a person: graded by the full process, or an outcome fixed beforehand."""

    GRADED = "graded"
    UNCHANGED = "unchanged"
    OUTSIDE = "outside_ladder"


@dataclass(frozen=True)
class PersonFacts:
    """What decides a person's place in a cycle; `leave_days` are calendar days of leave in the cycle's year."""

    in_centre: bool
    management: bool
    hired_on: date
    left_on: date | None = None
    grade: str | None = None
    leave_days: int = 0
    other_case: bool = False  # one outside this cycle is open


@dataclass(frozen=True)
class Place:
    """A person's place in a cycle: the kind of case, what is done with it, and why."""

    kind: CaseKind
    standing: Standing
    clause: str
    why: CaseOutcome | None = None


def in_service(person: PersonFacts, day: date) -> bool:
    """Whether somebody is employed on that day; the leaving date is the first day without them."""
    # One convention everywhere: the leaving date is not served any more.
    return person.hired_on <= day and (person.left_on is None or day < person.left_on)


def place(person: PersonFacts, opens_on: date, year: int, parameters: Mapping[str, Any]) -> Place | None:
    """The person's place in the cycle of `year` that opens on that day; None when not of its population (1.2)."""
    if not (person.in_centre and in_service(person, opens_on)):
        return None
    kind = CaseKind.ANNUAL if person.grade else CaseKind.INITIAL
    why = _exception(person, opens_on, year, parameters)
    if why is None:
        return Place(kind, Standing.GRADED, "1.2")
    return Place(kind, Standing.OUTSIDE if why is CaseOutcome.MANAGEMENT else Standing.UNCHANGED, "1.2-b", why)


def _exception(person: PersonFacts, opens_on: date, year: int, parameters: Mapping[str, Any]) -> CaseOutcome | None:
    # Management first: whoever is outside the ladder is not "unchanged" for any other reason.
    if person.management:
        return CaseOutcome.MANAGEMENT
    if months_between(person.hired_on, opens_on) < parameters["short_service_months"]:
        return CaseOutcome.SHORT_SERVICE
    if is_leave_year(person.hired_on, person.leave_days, year):
        return CaseOutcome.LONG_LEAVE
    if person.other_case:
        # Two open cases would each move from the same grade, and the later could never be issued (1.2-f).
        return CaseOutcome.OTHER_CASE
    return None


def is_leave_year(hired_on: date, leave_days: int, year: int) -> bool:
    """Whether leave took most (more than half) of the days in service of that year."""
    # Held against the days in service: half a year of leave is most of a year that began in May.
    first = max(date(year, 1, 1), hired_on)
    return 2 * leave_days > (date(year + 1, 1, 1) - first).days


def years_decided_by(hired_on: date, leaves: Mapping[int, Mapping[int, int]], leave: int) -> list[int]:
    """The years of which leave took most only because of this one; `leaves` has the days of each leave by year."""
    without = [days for key, days in leaves.items() if key != leave]

    def away(rows: Iterable[Mapping[int, int]], year: int) -> bool:
        return is_leave_year(hired_on, sum(days.get(year, 0) for days in rows), year)

    return [year for year in leaves[leave] if away(leaves.values(), year) and not away(without, year)]


def check_leave_withdrawn(excluded: Collection[int], decided: Collection[int]) -> Refusal | None:
    """Refuse to take a leave back on which something rests that cannot be undone with it (1.2-b, 3.2-d).

    `excluded` are the years of the cycles that ended as "unchanged" by it and cannot take the case in any more, `decided`
    those in which a grade was proposed or fixed while it counted.
    """
    if excluded:
        text = N_(
            "The case of %(year)s ended as unchanged because of this leave, and its cycle no longer takes anyone in."
        )
        return Refusal("1.2-b", text, {"year": min(excluded)})
    if decided:
        text = N_("A grade was proposed or fixed in %(year)s while this leave counted; record when it ended instead.")
        return Refusal("3.2-d", text, {"year": min(decided)})
    return None


def months_between(start: date, end: date) -> int:
    """Whole months from `start` to `end`; 0 when `end` is earlier."""
    months = (end.year - start.year) * MONTHS_A_YEAR + end.month - start.month
    # The month that has not reached its day yet is not whole.
    return max(0, months - (end.day < start.day))


def years_between(start: date, end: date) -> Decimal:
    """Whole months as years, two decimals cut off: the seniority that the curve scores (3.2.4)."""
    years = Decimal(months_between(start, end)) / MONTHS_A_YEAR
    # Cut, not rounded: nobody scores for a month not served.
    return years.quantize(Decimal("0.01"), ROUND_DOWN)


@dataclass(frozen=True)
class Led:
    """From a day on somebody else leads an employee: who before, who after; persons are ids."""

    on: date
    old: int | None
    new: int | None


@dataclass(frozen=True)
class Predecessor:
    """Who led an employee before the superior of the case, and since when that superior has; None: never before."""

    person: int | None
    since: date | None


def before(changes: Sequence[Led], superior: int | None, present: int | None) -> Predecessor | None:
    """The predecessor of a case's superior by the employee's changes of superior in their order (3.3-f).

    None where there was nobody before: the first superior, or one from before the records. A superior who never led the
    employee stands in for the `present` one.
    """
    if superior is None:
        return None
    took_over = [change for change in changes if change.new == superior]
    if took_over:
        # Who led before, left and came back is new again: the last taking-over counts.
        last = took_over[-1]
        return None if last.old is None else Predecessor(last.old, last.on)
    # Leading now, or having led once, is knowing the person: nobody's statement is needed.
    if superior == present or any(change.old == superior for change in changes):
        return None
    return Predecessor(present, None)


def check_leaver_issue(left_on: date | None, effective_on: date) -> Refusal | None:
    """Refuse to issue a leaver's determination unless it takes effect before the leaving date (1.2-d)."""
    if left_on is None or effective_on < left_on:
        return None
    reason = N_("The grade would take effect on %(effective_on)s, but the employee left on %(left_on)s.")
    return Refusal("1.2-d", reason, {"effective_on": effective_on.isoformat(), "left_on": left_on.isoformat()})


def check_employed(number: str, left_on: date | None, day: date) -> Refusal | None:
    """Refuse what is recorded of somebody for a day on which they are employed no more (1.2-g)."""
    if left_on is None or day < left_on:
        return None
    reason = N_("%(number)s leaves or has left on %(left_on)s. Record the return first, or choose a day before it.")
    return Refusal("1.2-g", reason, {"number": number, "left_on": left_on.isoformat()})


FOLLOWS_DATES = ("status", "left_on")
MOVED = ("department_id", "superior_id", "post", "queue")


def check_plain_edit(changed: Collection[str]) -> Refusal | None:
    """Refuse to change by an ordinary edit what follows from leaving, moving, leave and return: acts of their own (1.2-g)."""
    if not set(changed) & {*FOLLOWS_DATES, *MOVED}:
        return None
    text = N_("Leaving, moves, leave and return are recorded under Maintain employee records. Nothing was changed.")
    return Refusal("1.2-g", text, {"address": "/people/"})
