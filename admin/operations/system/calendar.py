"""Seeding, editing and confirming the working calendar (3.3.5-c)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.refusals import N_, Invalid, refuse
from admin.models import CalendarDay, CalendarYear
from admin.operations.people.people import require_hr
from admin.operations.transaction import Operation, operation
from admin.queries.system.calendar import days_version


def seed_year(year: int, region: str, *, actor: Actor, now: datetime) -> CalendarYear:
    """Fill a year from the library of a region (TW, CN, HK) or with plain weekends ("none"); HR confirms it afterwards.

    Raises `Invalid` where the library has no data for that year, `NotFound` for anyone but HR. Safe to run twice: days that
    exist stay.
    """
    with operation("seed_calendar_year", actor=actor, now=now, clause="3.3.5-c") as op:
        require_hr(op)
        row = op.session.scalars(select(CalendarYear).where(CalendarYear.year == year)).first()
        if row is None:
            row = op.add(CalendarYear(year=year, seeded_from=region))
        known = set(op.session.scalars(select(CalendarDay.day)))
        for day, working, note in seeded_days(year, region):
            if day not in known:
                op.session.add(CalendarDay(day=day, working=working, note=note))
    return row


def seeded_days(year: int, region: str) -> list[tuple[date, bool, str]]:
    """The days of a year that differ from their weekday, as the library has them: (day, working, note)."""
    if region == "none":
        return []
    if region == "CN":
        return _chinese_days(year)
    import holidays

    found = holidays.country_holidays(region, years=year, language="zh_TW" if region == "TW" else None)
    days = [(day, False, str(found[day])) for day in sorted(found) if day.weekday() < 5]
    makeup = getattr(found, "weekend_workdays", {}) or {}
    return sorted(days + [(day, True, "") for day in sorted(makeup) if day.year == year])


def _chinese_days(year: int) -> list[tuple[date, bool, str]]:
    import chinese_calendar

    try:
        holidays_ = chinese_calendar.get_holidays(date(year, 1, 1), date(year, 12, 31), include_weekends=False)
        workdays = chinese_calendar.get_workdays(date(year, 1, 1), date(year, 12, 31))
    except NotImplementedError:
        raise Invalid(
            {"year": N_("The calendar library has no official calendar for %(year)s yet.")}, {"year": year}
        ) from None
    return sorted(
        [(day, False, "") for day in holidays_ if day.weekday() < 5]
        + [(day, True, "") for day in workdays if day.weekday() >= 5]
    )


def settle_years(seen: Mapping[int, str], region: str, *, actor: Actor, now: datetime) -> None:
    """HR's word that the days of several years are right, all or none; a year that is not in the table is filled in first.

    `seen` has for each year the `days_version` that the page showed, of the table or, before that, of the library. Raises as
    `confirm_year`, and `Invalid` where the library has no data for a year.
    """
    with operation("settle_calendar_years", actor=actor, now=now, clause="3.3.5-c") as op:
        require_hr(op)
        for year, version in sorted(seen.items()):
            if op.session.scalars(select(CalendarYear).where(CalendarYear.year == year)).first() is None:
                seed_year(year, region, actor=actor, now=now)
                op.session.flush()
            confirm_year(year, seen=version, actor=actor, now=now)


def set_day(day: date, working: bool, note: str, *, actor: Actor, now: datetime) -> CalendarDay:
    """Say that a day is working or not; an edit takes the year's confirmation back. Raises `NotFound` but for HR."""
    with operation("set_calendar_day", actor=actor, now=now, clause="3.3.5-c") as op:
        require_hr(op)
        _unconfirm(op, day.year)  # first: whoever confirms the year waits, and is told
        row = op.session.scalars(select(CalendarDay).where(CalendarDay.day == day)).first()
        if row is None:
            row = op.add(CalendarDay(day=day, working=working, note=note))
        row.working, row.note = working, note
    return row


def _unconfirm(op: Operation, year: int) -> None:
    row = op.locked(select(CalendarYear).where(CalendarYear.year == year)).first()
    if row is not None:
        row.confirmed_at = row.confirmed_by_id = None


def confirm_year(year: int, *, seen: str | None = None, actor: Actor, now: datetime) -> CalendarYear:
    """HR's word that a year's days are right; raises `Refused` (3.3.5-c) where it is not in the table, `NotFound` but for HR.

    `seen` is the `days_version` that the page showed: what another window has changed since is not confirmed unseen (1.3.1).
    """
    with operation("confirm_calendar_year", actor=actor, now=now, clause="3.3.5-c") as op:
        require_hr(op)
        row = op.locked(select(CalendarYear).where(CalendarYear.year == year)).first()
        if seen and seen != days_version(op.session, year):
            refuse(
                "1.3.1",
                N_("The days of %(year)s were changed since this page was opened. Look at them, then confirm."),
                year=year,
            )
        if row is None:
            refuse("3.3.5-c", N_("The calendar has no days for %(year)s yet."), year=year)
        assert row is not None
        row.confirmed_at, row.confirmed_by_id = now, actor.user_id
    return row
