"""How many a department has on each level, now and as its proposals stand, against its limits (3.3.3-b)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from admin.domain.suggestion import Staffing
from admin.models import Cycle, ProposalDraft, Review, StaffingLimit
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import Rules, rules_of

COUNTING = ("left", "cancelled", "outside")


@dataclass(frozen=True)
class StaffingRow:
    """One level of a department: people now, after the proposals, and the limit if there is one."""

    level: str
    before: int
    after: int
    limit: int | None

    @property
    def over(self) -> int:
        """By how many the proposals exceed the limit; 0 within it or without one."""
        return max(0, self.after - self.limit) if self.limit is not None else 0


def latest_drafts(
    session: Session, review_ids: Collection[int], *whose: ColumnElement[bool]
) -> dict[int, ProposalDraft]:
    """The head's saved row that counts, by case; of those saved by somebody where `whose` says so."""
    if not review_ids:
        return {}
    last = (
        select(func.max(ProposalDraft.id))
        .where(ProposalDraft.review_id.in_(review_ids), *whose)
        .group_by(ProposalDraft.review_id)
    )
    rows = session.scalars(select(ProposalDraft).where(ProposalDraft.id.in_(last)))
    return {row.review_id: row for row in rows}


def row_version(draft: ProposalDraft | None) -> str:
    """What tells one saved row of a case from another: its words, for numbers come back after an undo."""
    held = f"{draft.grade_id}\0{draft.reason}" if draft is not None else ""
    return hashlib.sha256(held.encode()).hexdigest()[:16]


def last_saved(session: Session, cycle_id: int, head_id: int) -> ProposalDraft | None:
    """The row that a head saved last in a cycle, which undo takes back."""
    mine = (ProposalDraft.head_id == head_id, Review.cycle_id == cycle_id)
    query = select(ProposalDraft).join(Review).where(*mine).order_by(ProposalDraft.id.desc())
    return session.scalars(query.execution_options(unscoped=True)).first()


def saved_version(draft: ProposalDraft | None) -> str:
    """What tells a saved row from the next one that is saved, in whatever case; numbers come back after an undo."""
    return f"{draft.review_id}-{row_version(draft)}" if draft is not None else "-"


def limits_of(session: Session, departments: Collection[int]) -> dict[tuple[int, str], int]:
    """The limits of departments, by department and level."""
    rows = session.scalars(select(StaffingLimit).where(StaffingLimit.department_id.in_(departments)))
    return {(row.department_id, row.level): row.people for row in rows}


@dataclass(frozen=True)
class StaffingCount:
    """How many people of a department have a grade now and another, or the same, as its proposals stand."""

    department: int
    present: int | None
    stands: int | None
    people: int


def standing(
    session: Session, cycle_id: int, departments: Collection[int], *which: ColumnElement[bool]
) -> list[StaffingCount]:
    """Everyone in these departments by what they have and by what stands: sent, else saved, else present; counted by the database."""
    each = _each(cycle_id, departments).where(*which).subquery()
    alike = each.c.department, each.c.present, each.c.stands
    query = select(*alike, func.count()).group_by(*alike)
    return [StaffingCount(*row) for row in session.execute(query.execution_options(unscoped=True))]


def stands_at(
    session: Session, cycle_id: int, departments: Collection[int], cases: Collection[int]
) -> dict[int, int | None]:
    """The grade as it stands of these cases, by case."""
    query = _each(cycle_id, departments).where(Review.id.in_(cases))
    return {row.case: row.stands for row in session.execute(query.execution_options(unscoped=True))}


def _each(cycle_id: int, departments: Collection[int]) -> Select[Any, Any, Any, Any]:
    last = (
        select(func.max(ProposalDraft.id))
        .where(ProposalDraft.review_id == Review.id)
        .correlate(Review)
        .scalar_subquery()
    )
    drafted = select(ProposalDraft.grade_id).where(ProposalDraft.id == last).correlate(Review).scalar_subquery()
    # The furthest word counts: fixed, else sent, else saved, else as it is.
    stands = func.coalesce(Review.determined_grade_id, Review.proposed_grade_id, drafted, Review.present_grade_id)
    return select(
        Review.id.label("case"), Review.department_id.label("department"), Review.present_grade_id.label("present"), stands.label("stands"),
    ).where(Review.cycle_id == cycle_id, Review.department_id.in_(departments), Review.stage.not_in(COUNTING))  # fmt: skip


def levels_by_grade(session: Session, rules: Rules) -> dict[int, str]:
    """The level of each grade's row on the ladder of these rules."""
    levels = {grade.code: grade.level for grade in rules.ladder.grades}
    return {row.id: levels[row.code] for row in grades_by_code(session).values() if row.code in levels}


def staffing_table(session: Session, cycle: Cycle, departments: Sequence[int]) -> list[StaffingRow]:
    """The levels of these departments together, highest first; a limit only where every one of them has one."""
    rules = rules_of(session, cycle)
    levels = levels_by_grade(session, rules)
    before: Counter[str | None] = Counter()
    after: Counter[str | None] = Counter()
    for row in standing(session, cycle.id, departments):
        before[levels.get(row.present or 0)] += row.people
        after[levels.get(row.stands or 0)] += row.people
    limits = limits_of(session, departments)
    return [
        StaffingRow(level, before[level], after[level], _limit(limits, departments, level))
        for level in reversed(rules.ladder.levels)
    ]


def _limit(limits: Mapping[tuple[int, str], int], departments: Sequence[int], level: str) -> int | None:
    found = [limits.get((department, level)) for department in departments]
    # A department without a limit has room for anybody, so several together have none either.
    return sum(limit for limit in found if limit is not None) if found and None not in found else None


def staffing_beside(session: Session, review: Review) -> dict[str, Staffing]:
    """The limits of the case's department with how many others hold or are proposed for the level; empty without limits."""
    limits = limits_of(session, [review.department_id])
    if not limits:
        return {}
    levels = levels_by_grade(session, rules_of(session, review))
    others: Counter[str | None] = Counter()
    # The case itself is left out: it is what is to be placed.
    for row in standing(session, review.cycle_id, [review.department_id], Review.id != review.id):
        others[levels.get(row.stands or 0)] += row.people
    return {level: Staffing(limit, others[level]) for (_, level), limit in limits.items()}
