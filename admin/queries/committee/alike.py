"""Cases that are alike in all that an answer about their ballots rests on: it is found once for all of them (3.3-d, 3.3-e).

A meeting has thousands of cases and a dozen members, and few cases differ in what binds these members to them. The database
sorts the cases by that, so that whoever asks reads one case of each kind, and how many there are of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from admin.domain.codes import Conflict, JudgingAct, MotionState
from admin.models import AgendaItem, Appeal, Ballot, Meeting, Motion, Review
from admin.queries.cases.judging import BONDS, bonds_of
from admin.queries.system.kinds import Kinds, kinds_of

# One bit for each thing that binds, so that a sum says which of them do.
BITS = {kind: 1 << place for place, kind in enumerate([*JudgingAct, *BONDS, *(f"out-{ground}" for ground in Conflict)])}


def items_alike(
    session: Session, meeting: Meeting, people: Collection[int], *conditions: ColumnElement[bool]
) -> dict[int, int]:
    """Of the items of a meeting one of each kind, by its number, and how many are like it.

    By state, motion and who has voted on it, the rules they stand under, and what binds these people and the voters to them.
    """
    these = (AgendaItem.meeting_id == meeting.id, *conditions)
    voters = sorted({*people, *_voters(session, meeting)})
    motion = select(Motion.id).where(Motion.item_id == AgendaItem.id).correlate(AgendaItem)
    cast = (
        select(func.sum(_number_of(voters, Ballot.employee_id)))
        .select_from(Ballot)  # where nobody could have voted, the sum names no table
        .join(Motion, Motion.id == Ballot.motion_id)
        .where(Motion.item_id == AgendaItem.id, Motion.state == MotionState.OPEN)
        .correlate(AgendaItem)
        .scalar_subquery()
    )
    by = [
        AgendaItem.state, AgendaItem.consent, Review.stage, Review.cycle_id, cast,
        motion.where(Motion.state == MotionState.OPEN).exists(), motion.where(Motion.state == MotionState.REJECTED).exists(),
    ]  # fmt: skip
    query = select(AgendaItem.id).join(Review, Review.id == AgendaItem.review_id).where(*these)
    cases = select(AgendaItem.review_id).where(*these)
    return {kind.first: kind.count for kind in _kinds(query, by, cases, voters).found(session)}


def cases_alike(people: Collection[int], *conditions: ColumnElement[bool]) -> Kinds:
    """These cases by the rules they stand under and by what binds these people to them."""
    return _kinds(
        select(Review.id).where(*conditions), [Review.cycle_id], select(Review.id).where(*conditions), sorted(people)
    )


def appeals_alike(people: Collection[int], *conditions: ColumnElement[bool]) -> Kinds:
    """These appeals by the rules that their cases stand under and by what binds these people to the cases; along: the answer's day."""
    query = select(Appeal.id).join(Review, Review.id == Appeal.review_id).where(*conditions)
    cases = select(Appeal.review_id).where(*conditions)
    return _kinds(query, [Review.cycle_id], cases, sorted(people), along=Appeal.answer_due)


def _kinds(
    query: Select[Any], by: Sequence[Any], cases: Select[Any], people: Sequence[int], along: Any = None
) -> Kinds:
    named = cases.distinct().cte("cases")
    kind, bound, person = bonds_of(select(named.c[0])).subquery("bonds").c
    bit = case(BITS, value=kind, else_=0)
    binding = [
        func.sum(case((person == each, bit), else_=0).distinct()).label(f"p{place}")
        for place, each in enumerate(people)
    ]
    marks = select(bound.label("bound"), *binding).where(person.in_(people)).group_by(bound).subquery("marks")
    bound_by = [func.coalesce(each, 0) for each in marks.c[1:]]
    return kinds_of(query.outerjoin(marks, marks.c.bound == Review.id), [*by, *bound_by], along)


def _voters(session: Session, meeting: Meeting) -> Iterable[int]:
    """Who has voted on what is still open in a meeting."""
    query = (
        select(Ballot.employee_id)
        .distinct()
        .join(Motion, Motion.id == Ballot.motion_id)
        .join(AgendaItem, AgendaItem.id == Motion.item_id)
        .where(AgendaItem.meeting_id == meeting.id, Motion.state == MotionState.OPEN)
    )
    return session.scalars(query.execution_options(unscoped=True))


def _number_of(people: Sequence[int], person: Any) -> Any:
    numbers = {each: 1 << place for place, each in enumerate(people)}
    return case(numbers, value=person, else_=0) if numbers else literal(0)
