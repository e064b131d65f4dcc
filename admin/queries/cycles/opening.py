"""Whether a planned cycle can be opened today, and what stands in the way (3.1; 1.2-e, 3.3-a, 3.3-f, 3.3.5-c)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.calendar import check_years_confirmed
from admin.domain.codes import CycleKind
from admin.domain.cycles import check_month, check_opening_year
from admin.domain.refusals import N_, P_, Refusal, Refused
from admin.domain.scorecard import faults
from admin.models import Cycle, Employee
from admin.queries.cycles.cycles import Prospect, calendar_blocks, prospects
from admin.queries.cycles.foretold import people_alike
from admin.queries.policy.rules import ByDay, Rules, rules_on
from admin.queries.system.calendar import company_day, working_calendar
from admin.queries.system.chunks import chunks
from admin.queries.system.kinds import Alike, Kinds
from admin.queries.system.paging import Paged, nothing

COUNTED_IN = ("self_assessment_due", "rating_due", "department_due")


@dataclass(frozen=True)
class Foretold:
    """People whose place in a cycle is the same: one of them as it would be taken in, and how many there are."""

    one: Prospect
    alike: Alike


@dataclass(frozen=True)
class Opening:
    """What opening a planned cycle would bring about: whom it takes in, under which values; `refusal` says why it cannot be."""

    kinds: Sequence[Foretold]
    parameters: Mapping[str, Any]
    refusal: Refusal | None
    which: Kinds | None = None

    @property
    def people(self) -> int:
        """How many it takes in."""
        return sum(each.alike.count for each in self.kinds)

    @property
    def blocked(self) -> list[Foretold]:
        """Those whose own line stands in the way."""
        return [each for each in self.kinds if each.one.block]


def usable_rules(session: Session, day: date) -> Rules:
    """The rules of a day, if cases may be judged by them: weights of 100, performance leading, seniority capped.

    Raises `Refused` (1.3.2, 3.2.4, 3.2.5).
    """
    rules = rules_on(session, day, ByDay.NOT_OPEN)
    if wrong := faults(rules.scorecard, rules.parameters):
        raise Refused(wrong[0])
    return rules


def opening_of(session: Session, cycle: Cycle, now: datetime) -> Opening:
    """What would come of opening a planned cycle now: the same answer for page, API and operation."""
    today = company_day(now)
    try:
        parameters = usable_rules(session, today).parameters
    # Without usable rules nobody can be placed: the preview is empty and says that alone.
    except Refused as refused:
        return Opening((), {}, refused.refusal)
    which = people_alike(session, cycle, parameters, today)
    found = foretold(session, cycle, parameters, today, which)
    refusal = _why_not_now(session, cycle, parameters, now) or _why_nobody(session, found, which)
    return Opening(found, parameters, refusal, which)


def foretold(
    session: Session, cycle: Cycle, parameters: Mapping[str, Any], today: date, which: Kinds
) -> list[Foretold]:
    """Whom a cycle would take in on a day, one of each kind."""
    kinds = {kind.first: kind for kind in which.found(session)}
    return [Foretold(each, kinds[each.employee_id]) for each in _prospects(session, cycle, parameters, today, kinds)]


def blocked_count(session: Session, cycle: Cycle, today: date) -> int:
    """How many people stand in the way of opening a planned cycle (3.3-f)."""
    parameters = rules_on(session, today, ByDay.NOT_OPEN).parameters
    found = foretold(session, cycle, parameters, today, people_alike(session, cycle, parameters, today))
    return sum(each.alike.count for each in found if each.one.block)


def blocked_part(session: Session, cycle: Cycle, opening: Opening, today: date, wanted: int) -> Paged[Prospect]:
    """A part of those whose own line stands in the way of opening, by number."""
    if opening.which is None:
        return nothing()
    found = opening.which.part(session, [each.alike for each in opening.blocked], wanted)
    return Paged(_prospects(session, cycle, opening.parameters, today, found.rows), found.part)


def _prospects(
    session: Session, cycle: Cycle, parameters: Mapping[str, Any], today: date, people: Collection[int]
) -> list[Prospect]:
    parts = (prospects(session, cycle, parameters, today, only=some) for some in chunks(people))
    return [each for found in parts for each in found]


def years_counted(cycle: Cycle, today: date) -> list[int]:
    """The calendar years in which the deadlines of a planned cycle are counted, opened today.

    The year of the notice is not among them: it is asked when the notice is published.
    """
    days = (today, *(company_day(getattr(cycle, name)) for name in COUNTED_IN), cycle.committee_on)
    return sorted({day.year for day in days})


def years_unconfirmed(session: Session, cycle: Cycle, today: date) -> list[int]:
    """Of these years those that HR has not confirmed."""
    calendar = working_calendar(session)
    return [year for year in years_counted(cycle, today) if check_years_confirmed(calendar, [year])]


def _why_not_now(session: Session, cycle: Cycle, parameters: Mapping[str, Any], now: datetime) -> Refusal | None:
    """What held when the cycle was planned holds on the day it opens: calendar years, year, time left, month."""
    today = company_day(now)
    if blocks := calendar_blocks(session, years_counted(cycle, today)):
        return blocks[0]
    if late_year := check_opening_year(cycle.year, today):
        return late_year
    if cycle.self_assessment_due <= now:
        text = N_("The self-assessment's deadline passed before the cycle opened; cancel the cycle and plan it again.")
        return Refusal("3.3-a", text)
    # Another month than the policy's takes a reason only where the yearly cycle is meant (3.1).
    if cycle.kind != CycleKind.REGULAR:
        return None
    return check_month(today.month, int(parameters["assessment_month"]), cycle.month_reason or "")


def _why_nobody(session: Session, found: Sequence[Foretold], which: Kinds) -> Refusal | None:
    blocked = [each for each in found if each.one.block]
    first = min(blocked, key=lambda each: str(each.alike.earliest), default=None)
    if first is not None and first.one.block is not None:
        text = P_(
            "%(count)s case cannot be opened yet: %(number)s %(name)s. See the preview.",
            "%(count)s cases cannot be opened yet, the first is %(number)s %(name)s. See the preview.",
        )
        count, number = sum(each.alike.count for each in blocked), first.alike.earliest
        name = session.scalar(select(Employee.name).where(Employee.number == number)) or ""
        # Under the clause of the first one: HR mends them one by one, and the page lists all.
        return Refusal(first.one.block.clause, text, {"count": count, "number": number, "name": name})
    if not found:
        return Refusal("1.2", N_("No one in service belongs to a department of the centre."))
    return None
