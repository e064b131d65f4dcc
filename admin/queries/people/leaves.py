"""What rests on a leave: cases that ended as "unchanged" by it, grades that were proposed or fixed while it counted (1.2-b, 3.2-d)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from admin.access.actor import acting_as, system_actor
from admin.domain.codes import CaseOutcome, CaseStage, CycleKind, CycleStage
from admin.domain.refusals import Refusal
from admin.domain.service import Standing, check_leave_withdrawn, years_decided_by
from admin.models import Cycle, Employee, Leave, Review
from admin.queries.cases.scoring import figures_locked
from admin.queries.cycles.cycles import Prospect, days_away, prospects
from admin.queries.policy.rules import rules_of
from admin.queries.system.calendar import company_day
from admin.queries.system.chunks import chunks

DECIDED_NOT = (CaseStage.LEFT, CaseStage.CANCELLED, CaseStage.UNCHANGED, CaseStage.OUTSIDE)


@dataclass(frozen=True)
class Joining:
    """A case that would be assessed after all, with everybody whom its cycle took in: colleagues are drawn from them."""

    case: Review
    found: Sequence[Prospect]

    @property
    def mine(self) -> Prospect | None:
        """The person as the cycle would have taken them in without the leave; None where it would not."""
        return next((each for each in self.found if each.employee_id == self.case.employee_id), None)

    @property
    def obstacle(self) -> Refusal | None:
        """What would have blocked the opening for the person, or another reason why they would not have been assessed."""
        if self.mine is None or self.mine.place.standing is not Standing.GRADED:
            return check_leave_withdrawn([self.case.cycle.year], ())
        return self.mine.obstacle


@dataclass(frozen=True)
class RestsOnLeave:
    """What stands against taking a leave back, and otherwise the cases that are assessed after all."""

    refusal: Refusal | None
    joining: Sequence[Joining] = ()


def leaves_of(session: Session, employee_id: int) -> Sequence[Leave]:
    """Every leave of somebody, the latest first, in the reader's scope."""
    query = select(Leave).where(Leave.employee_id == employee_id)
    return session.scalars(query.order_by(Leave.starts_on.desc(), Leave.id)).all()


def rests_on(session: Session, leave: Leave, now: datetime) -> RestsOnLeave:
    """What rests on a leave now; read past the reader's sight, because others' cases decide on it too."""
    with acting_as(system_actor()):
        return _rests_on(session, leave, _years_decided(session, [leave], now)[leave.id], now)


def refusals_of(session: Session, leaves: Collection[Leave], now: datetime) -> Mapping[int, Refusal | None]:
    """What stands against taking each of these leaves back."""
    with acting_as(system_actor()):
        years = _years_decided(session, leaves, now)
        return {leave.id: _rests_on(session, leave, years[leave.id], now).refusal for leave in leaves}


def _years_decided(session: Session, leaves: Collection[Leave], now: datetime) -> dict[int, list[int]]:
    """For each leave the years that are years of leave only because of it; a few statements for any number."""
    people = {leave.employee_id for leave in leaves}
    hired: dict[int, date] = {}
    every: dict[int, list[Leave]] = defaultdict(list)
    for some in chunks(sorted(people)):
        hired |= dict(session.execute(select(Employee.id, Employee.hired_on).where(Employee.id.in_(some))).all())
        for each in session.scalars(select(Leave).where(Leave.employee_id.in_(some))):
            every[each.employee_id].append(each)
    return {
        leave.id: years_decided_by(
            hired[leave.employee_id],
            {each.id: _days(each, _years(leave, company_day(now).year)) for each in every[leave.employee_id]},
            leave.id,
        )
        for leave in leaves
    }


def _years(leave: Leave, this_year: int) -> range:
    """The years that a leave touches; one without an end those up to the present."""
    # No further than this year: what an open leave will do to the next one nobody knows.
    last = max(this_year, leave.starts_on.year) if leave.ends_on is None else leave.ends_on.year
    return range(leave.starts_on.year, last + 1)


def _days(leave: Leave, years: Collection[int]) -> dict[int, int]:
    return {year: max(0, days_away(leave, year)) for year in years}


def _rests_on(session: Session, leave: Leave, years: Collection[int], now: datetime) -> RestsOnLeave:
    if not years:
        return RestsOnLeave(None)
    excluded = _excluded(session, leave, years)
    # Of a cycle that takes nobody in any more the case stays unchanged, and for good: that cannot be made undone.
    closed = [case.cycle.year for case in excluded if not _takes_in(case.cycle, now) and _counts(case.cycle)]
    joining = [_joining(session, case, leave) for case in excluded if _takes_in(case.cycle, now)]
    refusal = check_leave_withdrawn(closed, _decided(session, leave, years)) or _obstacle(joining)
    return RestsOnLeave(refusal, () if refusal else [each for each in joining if each.obstacle is None])


def _counts(cycle: Cycle) -> bool:
    """A rehearsal counts for nothing, and holds nothing up (1.2-e)."""
    return cycle.kind != CycleKind.REHEARSAL


def _excluded(session: Session, leave: Leave, years: Collection[int]) -> Sequence[Review]:
    """The person's cases of these years that ended as "unchanged" because of leave."""
    query = select(Review).join(Cycle, Cycle.id == Review.cycle_id)
    query = query.where(Review.employee_id == leave.employee_id, Review.stage == CaseStage.UNCHANGED)
    query = query.where(Review.outcome_reason == CaseOutcome.LONG_LEAVE, Cycle.year.in_(years))
    return session.scalars(query.where(Cycle.stage != CycleStage.CANCELLED).order_by(Review.id)).all()


def _takes_in(cycle: Cycle, now: datetime) -> bool:
    """Until the figures are locked somebody may still join: afterwards a score would be made of figures nobody locked."""
    return cycle.stage == CycleStage.OPEN and not figures_locked(cycle, now)


def _joining(session: Session, case: Review, leave: Leave) -> Joining:
    cycle = case.cycle
    assert cycle.opened_at is not None  # its cases are there
    opened = company_day(cycle.opened_at)
    parameters = rules_of(session, cycle).parameters
    return Joining(case, prospects(session, cycle, parameters, opened, without_leave=leave.id))


def _obstacle(joining: Sequence[Joining]) -> Refusal | None:
    """What stands against assessing one of these cases that counts."""
    return next((each.obstacle for each in joining if each.obstacle is not None and _counts(each.case.cycle)), None)


def _decided(session: Session, leave: Leave, years: Collection[int]) -> Sequence[int]:
    """The years of those cases in which a grade was proposed or fixed on a file that had the leave."""
    query = select(Cycle.year).join(Review, Review.cycle_id == Cycle.id).where(Review.employee_id == leave.employee_id)
    # Later years too: a grade that was fixed then was measured on a file that had the leave.
    query = query.where(Cycle.kind != CycleKind.REHEARSAL, Cycle.year >= min(years), Review.stage.not_in(DECIDED_NOT))
    decided = or_(Review.proposed_grade_id.is_not(None), Review.determined_grade_id.is_not(None))
    return session.scalars(query.where(decided)).all()
