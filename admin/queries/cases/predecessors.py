"""Whether whoever evaluates a case is new to the employee, and whose statement is then asked for: of one case or of many (3.3-f)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from admin.domain.codes import CaseStage, RaterKind, RatingState
from admin.domain.service import Led, before, months_between
from admin.models import Employee, EmployeeChange, PredecessorStatement, Rating, Review
from admin.queries.cases.judging import at_fault
from admin.queries.policy.rules import rules_of
from admin.queries.system.calendar import company_day
from admin.queries.system.chunks import chunks

UNSCOPED = {"unscoped": True}
MOST_LOOKED_AT = 500  # cases, for one page


def predecessor_facts(session: Session, review: Review, now: datetime) -> Mapping[str, Any]:
    """Whether the superior is new to the employee, and whether the predecessor's statement is still missing (3.3-f)."""
    return predecessors_facts(session, [review], now).get(review.id, {})


def predecessors_facts(session: Session, reviews: Sequence[Review], now: datetime) -> dict[int, Mapping[str, Any]]:
    """The same of many cases, by number, in the same few statements; one whose superior is not new is left out."""
    lines, today = _lines(session, {review.employee_id for review in reviews}), company_day(now)
    found = {}
    for review in reviews:
        # Against the case's superior, not the present one: whoever evaluates may be new (3.3-f), in whose place they do (3.3-c).
        superior = review.superior_for_id or review.superior_id
        if (one := before(lines[review.employee_id], superior, review.employee.superior_id)) is not None:
            found[review] = one
    faults = at_fault(session, [review.id for review in found]) if found else {}
    months: dict[int, int] = {}
    new = {}
    for review, one in found.items():
        if one.person in faults[review.id]:
            continue  # nothing is asked of somebody who was found at fault in the case (3.3-e)
        if review.cycle_id not in months:
            months[review.cycle_id] = int(rules_of(session, review).parameters["predecessor_months"])
        if one.since is None or months_between(one.since, today) < months[review.cycle_id]:
            new[review.id] = one.person
    stated = _stated(session, list(new))
    return {
        key: {"superior_is_new": True, "predecessor": person, "predecessor_missing": key not in stated}
        for key, person in new.items()
    }


def _lines(session: Session, people: set[int]) -> dict[int, list[Led]]:
    """Who led each employee from when on, in the order of the changes."""
    lines: dict[int, list[Led]] = defaultdict(list)
    change = EmployeeChange
    query = select(change.employee_id, change.effective_on, change.old, change.new).where(change.field == "superior_id")
    for some in chunks(sorted(people)):
        mine = query.where(change.employee_id.in_(some)).order_by(change.effective_on, change.id)
        for key, on, old, new in session.execute(mine.execution_options(**UNSCOPED)):
            lines[key].append(Led(on, int(old) if old else None, int(new) if new else None))
    return lines


def _stated(session: Session, keys: Sequence[int]) -> set[int]:
    query = select(PredecessorStatement.review_id).where(PredecessorStatement.disowned_at.is_(None))
    return {
        key
        for some in chunks(keys)
        for key in session.scalars(query.where(PredecessorStatement.review_id.in_(some)).execution_options(**UNSCOPED))
    }


def owed_by(session: Session, reviews: Sequence[Review], person_id: int, now: datetime) -> list[Review]:
    """Those of these cases that wait for this person's statement."""
    facts = predecessors_facts(session, reviews, now)
    return [
        review
        for review in reviews
        if (mine := facts.get(review.id, {})).get("predecessor_missing") and mine["predecessor"] == person_id
    ]


def statements_owed(session: Session, person_id: int, now: datetime) -> list[Review]:
    """The cases that wait for this person's statement, because whoever evaluates is new to the employee (3.3-f)."""
    signed = select(Rating.review_id).where(Rating.kind == RaterKind.SUPERIOR, Rating.state == RatingState.SUBMITTED)
    led = select(EmployeeChange.employee_id).where(
        EmployeeChange.field == "superior_id", EmployeeChange.old == str(person_id)
    )
    waits = (
        Review.stage.in_((CaseStage.SELF_ASSESSMENT, CaseStage.RATING)),
        Review.id.not_in(signed),
        Review.superior_id != person_id,
        or_(Employee.superior_id == person_id, Employee.id.in_(led)),
    )
    query = select(Review).join(Employee, Employee.id == Review.employee_id).where(*waits).order_by(Employee.number)
    beside = (joinedload(Review.employee), joinedload(Review.cycle))
    return owed_by(session, session.scalars(query.options(*beside).limit(MOST_LOOKED_AT)).all(), person_id, now)
