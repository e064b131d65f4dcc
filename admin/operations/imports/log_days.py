"""Which days of a month a contact log holds, beside those that earlier logs brought: added, replaced or refused (3.2.1).

A log says nothing about the days that it does not hold. What each import's logs covered stands in its report, and each
figure names the import that it came by.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from admin.domain.refusals import N_
from admin.files.contacts import ContactCounts
from admin.files.faults import Fault, FileNote
from admin.operations.imports.imports_plan import Basis
from admin.queries.imports.imports import reports_of
from admin.queries.system.calendar import working_calendar

Days = frozenset[int]  # days of a month by their number
FRIDAY = 4


@dataclass
class LogDays:
    """The days that a log holds, by month; `missing` are those of them on which the centre works and that it lacks."""

    held: dict[date, Days]
    missing: dict[date, Days]
    covers: dict[date, Days] = field(default_factory=dict)  # with those of the logs that it is added to
    faults: dict[tuple[date, str], Fault] = field(default_factory=dict)

    @property
    def parts(self) -> Collection[date]:
        """The months of which it holds a part."""
        return {month for month, days in self.missing.items() if days}

    def notes(self) -> list[FileNote]:
        """What it lacks, said whether or not anything stands against it."""
        text = N_("The log has the days %(held)s of %(month)s; %(missing)s are missing")
        return [FileNote(text, self.facts(month)) for month in sorted(self.parts)]

    def facts(self, month: date) -> dict[str, str]:
        """The month, the days of it that the log holds, and those that it lacks, as messages say them."""
        return {
            "month": month.strftime("%Y-%m"),
            "held": written(self.held[month]),
            "missing": written(self.missing[month]),
        }


def days_of(session: Session, rows: Sequence[ContactCounts], today: date) -> LogDays:
    """From the first to the last contact of each month: a day without a contact in between is no day that is missing."""
    spans: dict[date, list[int]] = defaultdict(list)
    for row in rows:
        spans[row.month] += [row.day.day, row.last.day]
    held = {month: frozenset(range(min(days), max(days) + 1)) for month, days in spans.items()}
    return LogDays(held, {month: _missing(session, month, days, today) for month, days in held.items()}, dict(held))


def _missing(session: Session, month: date, held: Days, today: date) -> Days:
    known = working_calendar(session).days
    days = [month + timedelta(days=index) for index in range(monthrange(month.year, month.month)[1])]
    lacks = [day for day in days if day.day not in held and day < today]
    # A log that lacks nothing but free days at its ends is whole.
    works = any(known.get(day, day.weekday() <= FRIDAY) for day in lacks)
    return frozenset(day.day for day in lacks) if works else frozenset()


def joined(
    session: Session, basis: Basis, log: LogDays, wanted: Mapping[Any, float], present: Mapping[Any, Any]
) -> dict[Any, float]:
    """The figures as they are to be: added to what earlier logs of other days brought, in place of what the same days did.

    Where neither is possible the log has a fault for that month.
    """
    beside = {key: present[key] for key in wanted if key in present}
    sources = {row.import_id for row in beside.values() if row.import_id is not None}
    before = {key: _covered(report) for key, report in reports_of(session, sources).items()}
    found = dict(wanted)
    for key, row in beside.items():
        month = key[1]
        days = before.get(row.import_id, {}).get(month)
        if days is not None and not days & log.held[month]:
            found[key] += float(row.value)
            log.covers[month] |= days
        elif days is not None and not days <= log.held[month]:
            text = N_(
                "Of %(month)s the portal has the days %(before)s from an earlier log, and this one has %(held)s: days"
                " that are in both cannot be added. Import one log of all these days."
            )
            _fault(basis, log, month, "overlap", text, before=written(days))
        elif days is None and log.missing[month]:
            text = N_(
                "The log has the days %(held)s of %(month)s, and %(missing)s are missing: the month's figures in the portal"
                " would be replaced by those of a part. Import the whole month."
            )
            _fault(basis, log, month, "part", text)
    return found


def _covered(report: Mapping[str, Any]) -> dict[date, Days]:
    covers = report.get("covers") or {}
    return {date.fromisoformat(f"{month}-01"): frozenset(days) for month, days in covers.items()}


def _fault(basis: Basis, log: LogDays, month: date, kind: str, message: str, **facts: str) -> None:
    told = log.facts(month) | facts
    log.faults[(month, kind)] = basis.fault(None, "day", month.strftime("%Y-%m"), message, **told)


def as_report(covers: Mapping[date, Days]) -> dict[str, list[int]]:
    """What the import's report keeps of it."""
    return {month.strftime("%Y-%m"): sorted(days) for month, days in sorted(covers.items())}


def written(days: Iterable[int]) -> str:
    """1, 2, 3 and 8 as "1–3, 8"."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and day == runs[-1][1] + 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)
