"""When a review cycle is opened: once a year, in principle in one month, never for a year to come (3.1, 1.2-e)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from admin.domain.refusals import N_, Refusal


def check_month(month: int, assessment_month: int, reason: str) -> Refusal | None:
    """Refuse a regular cycle in another month than `assessment_month` (1-12) unless a reason is given (3.1)."""
    if month == assessment_month or reason.strip():
        return None
    text = N_("The regular cycle is held in month %(month)s; another month needs a reason.")
    return Refusal("3.1", text, {"month": assessment_month})


def check_year(year: int, regular_years: Collection[int]) -> Refusal | None:
    """Refuse a second regular cycle for a year; `regular_years` are those that have one already (3.1)."""
    if year not in regular_years:
        return None
    return Refusal("3.1", N_("There is a regular cycle for %(year)s already."), {"year": year})


def check_opening_year(year: int, today: date) -> Refusal | None:
    """Refuse a cycle for `year` that is opened before its 1 January or after 31 March of the year that follows (1.2-e)."""
    # Until 31 March: in the yearly month of January or later a centre still reviews the year that has just ended.
    first, last = date(year, 1, 1), date(year + 1, 3, 31)
    if first <= today <= last:
        return None
    text = N_("A cycle for %(year)s is opened from %(first)s to %(last)s.")
    return Refusal("1.2-e", text, {"year": year, "first": first.isoformat(), "last": last.isoformat()})


def check_agenda(meeting_cycle: int | None, rehearsed: bool, case_cycle: int, single: bool) -> Refusal | None:
    """Refuse a case on the agenda of another cycle's meeting; a single case goes to any meeting that is none of a rehearsal."""
    # Single cases have no meeting of their own and wait for nobody's cycle (1.2-a).
    if meeting_cycle == case_cycle or (single and not rehearsed):
        return None
    if rehearsed:
        return Refusal("1.2-e", N_("A rehearsal's meeting decides nothing but cases of the rehearsal."))
    return Refusal("3.3.4", N_("The case belongs to another cycle than the meeting."))
