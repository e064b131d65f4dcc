"""Cases that are alike in all that an answer about their ballots rests on: it is found once for all of them (3.3-d, 3.3-e).

A meeting has thousands of cases and a dozen members, and few cases differ in what binds these members to them. The database
sorts the cases by that, so that whoever asks reads one case of each kind, and how many there are of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, false, func, literal, or_, select
from sqlalchemy.orm import Session

from admin.domain.codes import Conflict, JudgingAct, MotionState
from admin.models import AgendaItem, Appeal, Ballot, Meeting, Motion, Review
from admin.queries.cases.judging import BONDS, bonds_of
from admin.queries.system.paging import PER_PAGE, Paged, part_of

# One bit for each thing that binds, so that a sum says which of them do.
BITS = {kind: 1 << place for place, kind in enumerate([*JudgingAct, *BONDS, *(f"out-{ground}" for ground in Conflict)])}


@dataclass(frozen=True)
class Alike:
    """One kind of rows: the first of them by its number, how many there are, and the earliest of what was asked along."""

    first: int
    count: int
    earliest: Any
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Kinds:
    """Rows with what tells their kinds apart, one column each behind the row's number and what is asked along."""

    rows: Subquery

    def found(self, session: Session) -> list[Alike]:
        """The kinds that there are, by their first rows; one statement, past the scope."""
        key, along, *by = self.rows.c
        query = select(func.min(key), func.count(), func.min(along), *by).group_by(*by).order_by(func.min(key))
        rows = session.execute(query.execution_options(unscoped=True))
        return [Alike(first, count, earliest, tuple(values)) for first, count, earliest, *values in rows]

    def part(self, session: Session, kinds: Sequence[Alike], wanted: int) -> Paged[int]:
        """The numbers of the rows of these kinds, a part of them, in their order."""
        key, _along, *by = self.rows.c
        alike = (
            and_(*(column.is_not_distinct_from(value) for column, value in zip(by, kind.values, strict=True)))
            for kind in kinds
        )
        part = part_of(sum(kind.count for kind in kinds), wanted)
        query = select(key).where(or_(false(), *alike)).order_by(key).limit(PER_PAGE).offset(part.start)
        return Paged(list(session.scalars(query.execution_options(unscoped=True))), part)


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
    (key,) = query.selected_columns
    rows = query.outerjoin(marks, marks.c.bound == Review.id).with_only_columns(
        key.label("key"), (key if along is None else along).label("along"),
        *(each.label(f"by{place}") for place, each in enumerate(by)), *(func.coalesce(each, 0).label(each.key) for each in marks.c[1:]),
        maintain_column_froms=True,
    )  # fmt: skip
    return Kinds(rows.subquery("rows"))


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
