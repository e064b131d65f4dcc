"""Who is waited for at a stage of a cycle, and what a reminder would come to for each: asked once for list, button and act.

Whoever can do nothing about it is neither listed nor reminded: who has left, whom leave takes out of the year's review
(1.2-b), who may not judge the case (3.3-d), and colleagues whose time is over (3.3-a).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.domain.codes import CaseStage, CycleKind, EmployeeStatus, RaterKind, ReminderState
from admin.models import Cycle, Employee, Notification, Rating, Review
from admin.models.accounts import User
from admin.models.base import again
from admin.queries.cases.judging import barred_in_line
from admin.queries.cases.raters import OPEN_RATING, colleagues_have_time, missing_this_morning
from admin.queries.cycles.cycles import in_service_on
from admin.queries.people.away import away_for_most_of
from admin.queries.system.calendar import company_day, morning
from admin.queries.system.paging import Paged, paged

WAITED_FOR = (CaseStage.SELF_ASSESSMENT, CaseStage.RATING, CaseStage.DEPARTMENT_REVIEW)
LISTED = (ReminderState.DUE, ReminderState.REMINDED, ReminderState.NO_ACCOUNT)
# A reminder to colleagues is another kind of message: were it one, the superiors' list would say which of them has still to
# rate as a colleague, for they would be "already reminded" (6.3-d).
LONGEST_WORDS = 1000  # of a paragraph that everybody who is reminded reads on a page and in a mail
REMIND, REMIND_COLLEAGUE = "remind", "remind_colleague"


@dataclass(frozen=True)
class Missing:
    """Somebody whose part is missing, on how many cases, and what a reminder comes to; the first case leads to it."""

    employee: Employee
    state: ReminderState
    cases: int
    first: int


@dataclass(frozen=True)
class WhoIsMissing:
    """A part of the list of those whose part of a stage is missing, and on how many cases colleagues have still to rate.

    The latter are a number without names (6.3-d), and stand beside each part of the list. `left_out`: how many are neither
    listed nor reminded, by why.
    """

    people: Paged[Missing]
    left_out: Mapping[ReminderState, int]
    colleagues: int = 0


def told_today(now: datetime, actions: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether the account of an employee was reminded today, by the company's day; whoever clicked."""
    told = again(Notification, "told", "user_id", "action", "created_at")
    return exists().where(
        told.c.user_id == Employee.user_id, told.c.action.in_(actions), told.c.created_at >= morning(now)
    )


def gone(now: datetime) -> ColumnElement[bool]:
    """Whether an employee serves no more."""
    return or_(Employee.status == EmployeeStatus.LEFT, not_(and_(*in_service_on(Employee, company_day(now)))))


def waited_for(cycle: Cycle, stage: str, now: datetime) -> Select[Any]:
    """(case, person, account, department, state) of everyone whose part of a stage is missing; of raters the superiors."""
    if stage == CaseStage.RATING:
        query = _raters(RaterKind.SUPERIOR).where(Rating.state.in_(OPEN_RATING))
    else:
        key = Review.employee_id if stage == CaseStage.SELF_ASSESSMENT else Review.head_id
        query = select(Review.id.label("case")).join(Employee, Employee.id == key)
    judged = stage != CaseStage.SELF_ASSESSMENT
    away = stage == CaseStage.SELF_ASSESSMENT and cycle.kind != CycleKind.SINGLE
    state = case(
        (gone(now), ReminderState.LEFT.value),
        (Employee.id.in_(away_for_most_of(cycle.year)) if away else false(), ReminderState.AWAY.value),
        (Review.id.in_(barred_in_line()) if judged else false(), ReminderState.BARRED.value),
        (or_(Employee.user_id.is_(None), ~_signs_in()), ReminderState.NO_ACCOUNT.value),
        (told_today(now, (REMIND,)), ReminderState.REMINDED.value),
        else_=ReminderState.DUE.value,
    )
    found = query.add_columns(
        Employee.id.label("person"), Employee.user_id.label("account"), Review.department_id.label("department"), state.label("state")
    )  # fmt: skip
    return found.where(Review.cycle_id == cycle.id, Review.stage == stage).execution_options(unscoped=True)


def colleagues_waited_for(cycle: Cycle, now: datetime) -> Select[Any]:
    """(case, account, department) of the colleagues who have still to rate, have the time and were not reminded today.

    Past the scope, which hides colleagues' ratings: they are reminded, and named to nobody.
    """
    query = _raters(RaterKind.PEER).join(Cycle, Cycle.id == Review.cycle_id)
    able = (Rating.state.in_(OPEN_RATING), colleagues_have_time(now), ~gone(now), _signs_in())
    found = query.add_columns(Employee.user_id.label("account"), Review.department_id.label("department"))
    here = (Review.cycle_id == cycle.id, Review.stage == CaseStage.RATING)
    found = found.where(*here, *able, ~told_today(now, (REMIND, REMIND_COLLEAGUE)))
    return found.execution_options(unscoped=True)


def open_ratings(cycle: Cycle, now: datetime) -> Select[Any]:
    """(case, account) of every rating and evaluation that can still be given: what a rater's reminder counts."""
    query = _raters(None).join(Cycle, Cycle.id == Review.cycle_id).add_columns(Employee.user_id.label("account"))
    able = (Rating.state.in_(OPEN_RATING), or_(Rating.kind == RaterKind.SUPERIOR, colleagues_have_time(now)))
    here = (Review.cycle_id == cycle.id, Review.stage == CaseStage.RATING)
    return query.where(*here, *able).execution_options(unscoped=True)


def who_is_missing(
    session: Session, cycle: Cycle, stage: str, now: datetime, department_id: int | None = None, wanted: int = 1
) -> WhoIsMissing:
    """A part of those whose part of a stage is missing, those with most cases first; colleagues as it was when the day began."""
    people, left_out = missing_in(session, waited_for(cycle, stage, now), department_id, wanted)
    colleagues = colleagues_this_morning(session, cycle, now, department_id) if stage == CaseStage.RATING else 0
    return WhoIsMissing(people, left_out, colleagues)


def recipients(
    session: Session, cycle: Cycle, stage: str, now: datetime, accounts: Select[Any], wanted: int
) -> Paged[Missing]:
    """Of those whose part is missing the ones with these accounts, as a part of a list: whom a reminder goes to."""
    rows = waited_for(cycle, stage, now).subquery().c
    return _listed(session, [rows.account.in_(accounts)], rows, wanted)


def missing_in(
    session: Session, query: Select[Any], department_id: int | None = None, wanted: int = 1
) -> tuple[Paged[Missing], Mapping[ReminderState, int]]:
    """The people of such a query as one part of a list, and how many of it are left out, by why."""
    rows = query.subquery().c
    here = [rows.department == department_id] if department_id is not None else []
    shown = _listed(session, [*here, rows.state.in_(LISTED)], rows, wanted)
    counting = select(rows.state, func.count(rows.person.distinct())).where(*here, rows.state.not_in(LISTED))
    counted = session.execute(counting.group_by(rows.state).execution_options(unscoped=True))
    left_out = {ReminderState(state): int(count) for state, count in counted}
    return shown, {each: left_out[each] for each in ReminderState if each in left_out}


def _listed(session: Session, conditions: list[ColumnElement[bool]], rows: Any, wanted: int) -> Paged[Missing]:
    mine = (
        select(rows.person, rows.state, func.count().label("cases"), func.min(rows.case).label("first"))
        .where(*conditions)
        .group_by(rows.person, rows.state)
        .subquery()
    )
    people = (
        select(Employee, mine.c.state, mine.c.cases, mine.c.first)
        .join(mine, mine.c.person == Employee.id)
        .options(joinedload(Employee.department))
        .order_by(mine.c.cases.desc(), Employee.number)
        .execution_options(unscoped=True)
    )
    found = paged(session, people, wanted)
    shown = [Missing(who, ReminderState(state), cases, first) for who, state, cases, first in found.rows]
    return Paged(shown, found.part)


def colleagues_this_morning(session: Session, cycle: Cycle, now: datetime, department_id: int | None = None) -> int:
    """On how many cases colleagues had still to rate when the day began, while their time runs."""
    query = _raters(RaterKind.PEER).join(Cycle, Cycle.id == Review.cycle_id)
    query = query.where(Review.cycle_id == cycle.id, Review.stage == CaseStage.RATING)
    query = query.where(missing_this_morning(now), colleagues_have_time(now), ~gone(now))
    if department_id is not None:
        query = query.where(Review.department_id == department_id)
    waited = select(func.count()).select_from(query.subquery())
    return session.scalar(waited.execution_options(unscoped=True)) or 0


def _raters(kind: RaterKind | None) -> Select[Any]:
    query = (
        select(Review.id.label("case"))
        .join(Rating, Rating.review_id == Review.id)
        .join(Employee, Employee.id == Rating.rater_id)
    )
    return query if kind is None else query.where(Rating.kind == kind)


def _signs_in() -> ColumnElement[bool]:
    return Employee.user_id.in_(select(User.id).where(User.active.is_(True)))
