"""When the regular review is held: once a year, in principle in one month (3.1)."""

from __future__ import annotations

from collections.abc import Collection

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
