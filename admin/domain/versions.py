"""When a policy version is law: from its effective date, until the next one's (6.1-c)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from admin.domain.codes import VersionStanding
from admin.domain.refusals import N_, Refusal

FARTHEST = timedelta(days=366)


def check_effective(effective_from: date, last: date | None) -> Refusal | None:
    """Refuse a version that would begin before one that is promulgated; `last` is when the latest of these begins (6.1-c)."""
    # The same day is allowed: of two of one day the later number is law, so that a slip can be mended at once.
    if last is None or effective_from >= last:
        return None
    reason = N_("A promulgated version begins on %(last)s; the next one cannot begin earlier, on %(day)s.")
    return Refusal("6.1-c", reason, {"last": last.isoformat(), "day": effective_from.isoformat()})


def check_not_over(effective_from: date, today: date) -> Refusal | None:
    """Refuse a version that would begin on a day that is over: what was law on a day stays (6.1-c)."""
    if effective_from >= today:
        return None
    reason = N_("A version cannot begin on %(day)s: that day is over. Choose today or a later day.")
    return Refusal("6.1-c", reason, {"day": effective_from.isoformat()})


def check_near(effective_from: date, today: date) -> Refusal | None:
    """Refuse a version that begins later than in a year: until then no other could be made (6.1-c)."""
    latest = today + FARTHEST
    if effective_from <= latest:
        return None
    reason = N_("A version begins within a year, on %(latest)s at the latest; until then no other could be made.")
    return Refusal("6.1-c", reason, {"latest": latest.isoformat()})


def standing(begins: tuple[date, int], others: Iterable[tuple[date, int]], today: date) -> VersionStanding:
    """What a promulgated version is today; `begins` and `others` are effective dates with the version's number (6.1-c)."""
    if begins[0] > today:
        return VersionStanding.COMING
    # Pairs of date and number: that settles two versions of one day without a rule of its own.
    later = any(begins < other and other[0] <= today for other in others)
    return VersionStanding.SUPERSEDED if later else VersionStanding.IN_FORCE
