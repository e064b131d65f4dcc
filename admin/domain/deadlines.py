"""Moving a deadline of a cycle, both ways, by working days (3.3-a): plain days in, the days that follow out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from admin.domain.calendar import ONE_DAY, WorkingCalendar, add_working_days, day_named, working_days_between
from admin.domain.codes import Deadline
from admin.domain.refusals import N_, Invalid, Refusal, Refused

NOTICE_DAYS = 3  # full working days that people keep where a deadline comes nearer; rule 3.3-a says the same
LONGEST_WAIT = timedelta(days=366)  # a year typed wrongly would hold everybody up
PASSED = N_("A deadline is a day to come.")
ORDER = tuple(Deadline)
COMMITTEE = "committee_on"  # no deadline: the day that the committee's meeting is planned for
_STEPS = re.compile(r"([+\-\N{MINUS SIGN}＋－])\s*(\d{1,3})")


def day_asked(text: str, present: date, calendar: WorkingCalendar) -> date:
    """The day that was typed: a date, or so many working days later ("+3") or earlier ("-2") than the present one.

    Raises `Invalid` for neither, `Refused` where a year is not confirmed (3.3.5-c).
    """
    steps = _STEPS.fullmatch(text.strip())
    if steps is None:
        try:
            return day_named(text)
        except ValueError:
            raise Invalid({"until": N_("Give a day as 2027-01-31, or working days as +3 or -2.")}) from None
    count = int(steps[2])
    if not count:
        raise Invalid({"until": NO_MOVE})
    return stepped(present, count if steps[1] in "+＋" else -count, calendar)


NO_MOVE = N_("This is the day that it already has.")


def stepped(day: date, count: int, calendar: WorkingCalendar) -> date:
    """The working day so many working days after a day, or before it where `count` is below zero; the day itself for none."""
    if count > 0:
        return add_working_days(day, count, calendar)
    while count:
        day -= ONE_DAY
        count += calendar.is_working(day)
    return day


def moved_deadlines(
    present: Mapping[str, date], which: str, text: str, *, along: bool, today: date, calendar: WorkingCalendar
) -> dict[str, date]:
    """The days that change where one deadline is moved; `along`: the later ones and the meeting by as many working days.

    `present` are the last days of the three deadlines and the day of the meeting. A deadline lies on a working day to
    come, in order with the others, within a year; one that comes nearer leaves people `NOTICE_DAYS` full working days
    after today (3.3-a). Raises `Invalid` for a day that is none of these, `Refused` where a year is not confirmed.
    """
    if which not in ORDER:
        raise Invalid({"deadline": N_("There is no such deadline.")})
    new, old = day_asked(text, present[which], calendar), present[which]
    if new == old:
        raise Invalid({"until": NO_MOVE})
    if new < today:
        raise Invalid({"until": PASSED})
    if new > today + LONGEST_WAIT:
        raise Invalid({"until": N_("A deadline must be within a year.")})
    if not calendar.is_working(new):
        before, after = stepped(new, -1, calendar), stepped(new, 1, calendar)
        text = N_(
            "%(day)s is not a working day. The working day before it is %(before)s, the one after it %(after)s (3.3.5-c)."
        )
        raise Invalid(
            {"until": text}, {"day": new.isoformat(), "before": before.isoformat(), "after": after.isoformat()}
        )
    found = {which: new}
    if along:
        count = working_days_between(old, new, calendar) if new > old else -working_days_between(new, old, calendar)
        later = [*ORDER[ORDER.index(Deadline(which)) + 1 :], COMMITTEE]
        found |= {str(name): stepped(present[name], count, calendar) for name in later}
    _check_notice(found, present, today, calendar)
    _check_order({**present, **found}, which)
    return {name: day for name, day in found.items() if day != present[name]}


def _check_notice(
    found: Mapping[str, date], present: Mapping[str, date], today: date, calendar: WorkingCalendar
) -> None:
    nearer = [name for name, day in found.items() if day < present[name]]
    earliest = add_working_days(today, NOTICE_DAYS, calendar) if nearer else today
    if any(found[name] < earliest for name in nearer):
        text = N_(
            "A deadline that is moved earlier leaves at least %(days)s full working days after today: %(earliest)s at the earliest (3.3-a)."
        )
        raise Invalid({"until": text}, {"days": NOTICE_DAYS, "earliest": earliest.isoformat()})


def _check_order(days: Mapping[str, date], which: str) -> None:
    place = ORDER.index(Deadline(which))
    # Later deadlines are not pushed along unasked: each is people's time, and moving it is a decision of its own.
    if any(days[which] > days[name] for name in ORDER[place + 1 :]):
        raise Invalid(
            {"until": N_("The next stage ends before this: extend that deadline first, or move the later ones along.")}
        )
    if any(days[which] < days[name] for name in ORDER[:place]):
        raise Invalid({"until": N_("The stage before this one ends later: move that deadline first (3.3-a).")})


def check_unmoved(seen: str, present: date) -> None:
    """Refuse to move a deadline that another has moved since the page was opened; `seen` is its day there, or nothing."""
    if seen and seen != present.isoformat():
        text = N_("Someone else has moved this deadline meanwhile: it is %(day)s now. Look at it again.")
        raise Refused(Refusal("1.3.1", text, {"day": present.isoformat()}))


def weekday_of(day: date) -> str:
    """The message id of a day's name in the week."""
    return WEEKDAYS[day.weekday()]


WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
