"""Whether a planned cycle can be opened today, and what stands in the way (3.1; 1.2-e, 3.3-a, 3.3-f, 3.3.5-c)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from admin.domain.codes import CycleKind
from admin.domain.cycles import check_month, check_opening_year
from admin.domain.refusals import N_, Refusal, Refused
from admin.domain.scorecard import faults
from admin.models import Cycle
from admin.queries.cycles.cycles import Prospect, calendar_blocks, prospects
from admin.queries.policy.rules import ByDay, Rules, rules_on
from admin.queries.system.calendar import company_day

COUNTED_IN = ("self_assessment_due", "rating_due", "department_due")


@dataclass(frozen=True)
class Opening:
    """What opening a planned cycle would bring about: whom it takes in, under which values; `refusal` says why it cannot be."""

    found: Sequence[Prospect]
    parameters: Mapping[str, Any]
    refusal: Refusal | None

    @property
    def blocked(self) -> list[Prospect]:
        """Those whose own line stands in the way."""
        return [each for each in self.found if each.block]


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
    found = prospects(session, cycle, parameters, today)
    dates = _why_not_now(session, cycle, parameters, now)
    return Opening(found, parameters, dates or _why_nobody(found))


def _why_not_now(session: Session, cycle: Cycle, parameters: Mapping[str, Any], now: datetime) -> Refusal | None:
    """What held when the cycle was planned holds on the day it opens: calendar years, year, time left, month."""
    today = company_day(now)
    # The year of the notice is not among them: it is asked when the notice is published.
    years = {today.year, *(company_day(getattr(cycle, name)).year for name in COUNTED_IN), cycle.committee_on.year}
    if blocks := calendar_blocks(session, sorted(years)):
        return blocks[0]
    if late_year := check_opening_year(cycle.year, today):
        return late_year
    if cycle.self_assessment_due <= now:
        text = N_("The self-assessment's deadline has passed before the cycle opens; cancel it and plan it anew.")
        return Refusal("3.3-a", text)
    # Another month than the policy's takes a reason only where the yearly cycle is meant (3.1).
    if cycle.kind != CycleKind.REGULAR:
        return None
    return check_month(today.month, int(parameters["assessment_month"]), cycle.month_reason or "")


def _why_nobody(found: Sequence[Prospect]) -> Refusal | None:
    first = next((each for each in found if each.block), None)
    if first is not None and first.block is not None:
        text = N_("%(count)s cases cannot be opened yet, the first is %(number)s %(name)s. See the preview.")
        count = sum(1 for each in found if each.block)
        # Under the clause of the first one: HR mends them one by one, and the page lists all.
        return Refusal(first.block.clause, text, {"count": count, "number": first.number, "name": first.name})
    if not found:
        return Refusal("1.2", N_("Nobody in service belongs to a department of the centre."))
    return None
