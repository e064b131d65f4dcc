"""The control room's pictures of a cycle: what is done, due and overdue per department and stage."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import acting
from admin.domain.codes import CaseStage
from admin.models import Cycle, Department, Employee, Grade, Notice, Review
from admin.queries.cases.process import RAIL, place_of
from admin.queries.system.kept import kept

STOPS = RAIL[:4]
OUT = ("unchanged", "outside", "left", "cancelled")
DUE = {"self_assessment": "self_assessment_due", "rating": "rating_due", "department_review": "department_due"}
BIN = 10


@dataclass
class BoardRow:
    """A department's cases: how many in all, and how many have passed, wait in time or are overdue at each stop."""

    department_id: int
    department: str
    total: int = 0
    done: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    overdue: Counter[str] = field(default_factory=Counter)

    def share(self, stop: str) -> int:
        """Percent of the cases that have passed a stop."""
        return round(100 * self.done[stop] / self.total) if self.total else 100


@dataclass(frozen=True)
class Board:
    """A cycle at a glance: rows by department, totals by stage, and outcomes without the full process."""

    rows: list[BoardRow]
    stages: Counter[str]
    outcomes: Counter[tuple[str, str]]

    @property
    def graded(self) -> int:
        """Cases that go through the full process."""
        return sum(row.total for row in self.rows)

    def together(self, name: str) -> BoardRow:
        """The sum of all departments."""
        total = BoardRow(0, name, self.graded)
        for row in self.rows:
            total.done += row.done
            total.waiting += row.waiting
            total.overdue += row.overdue
        return total


def board(session: Session, cycle: Cycle, now: datetime) -> Board:
    """The cycle's board: one statement, whatever the size, and none where nothing was written since."""
    counted = kept(session, ("board", cycle.id, acting()), lambda: _counted(session, cycle))
    rows: dict[int, BoardRow] = {}
    stages: Counter[str] = Counter()
    outcomes: Counter[tuple[str, str]] = Counter()
    for key, name, stage, why, count in counted:
        stages[stage] += count
        # Counted apart: in the progress they would look like cases that never move.
        if stage in OUT:
            # Only these two have a reason of the policy; who has left or was cancelled would fill the list with single cases.
            outcomes[stage, (why or "") if stage in ("unchanged", "outside") else ""] += count
            continue
        _count(rows.setdefault(key, BoardRow(key, name)), cycle, stage, count, now)
    return Board(sorted(rows.values(), key=lambda row: row.department), stages, Counter(dict(sorted(outcomes.items()))))


def _counted(session: Session, cycle: Cycle) -> list[tuple[int, str, str, str | None, int]]:
    """The cases of a cycle in the reader's scope: (department, its name, stage, reason of its outcome, how many)."""
    query = (
        select(Review.department_id, Department.name, Review.stage, Review.outcome_reason, func.count())
        .join(Department, Department.id == Review.department_id)
        .where(Review.cycle_id == cycle.id)
        .group_by(Review.department_id, Department.name, Review.stage, Review.outcome_reason)
    )
    return [(key, name, stage, why, count) for key, name, stage, why, count in session.execute(query)]


def _count(row: BoardRow, cycle: Cycle, stage: str, count: int, now: datetime) -> None:
    row.total += count
    here = RAIL.index(place_of(stage))
    for index, stop in enumerate(RAIL):
        # Issued is the last stop and behind itself at once: nothing is left to wait for there.
        if index < here or stage == "issued":
            row.done[stop] += count
        elif index == here:
            # The committee and the notice have no deadline of the cycle that anybody could miss.
            late = stop in DUE and now >= getattr(cycle, DUE[stop])
            (row.overdue if late else row.waiting)[stop] += count


@dataclass(frozen=True)
class PyramidRow:
    """A grade with its head-count before and as determined, proposed or still held."""

    grade: Grade
    before: int
    after: int


def pyramid(session: Session, cycle_id: int) -> list[PyramidRow]:
    """Grades from the highest down, before the cycle and as it stands; both columns add up to the same people."""
    # The furthest that is known of each case, so that both columns hold the same people.
    furthest = func.coalesce(Review.determined_grade_id, Review.proposed_grade_id, Review.present_grade_id)
    before, after = _head_count(Review.present_grade_id, cycle_id), _head_count(furthest, cycle_id)
    # One statement for both sides: read one after the other they could count different people.
    query = (
        select(Grade, before.c.people, after.c.people)
        .outerjoin(before, before.c.grade == Grade.id)
        .outerjoin(after, after.c.grade == Grade.id)
        .order_by(Grade.order.desc())
    )
    return [PyramidRow(grade, was or 0, becomes or 0) for grade, was, becomes in session.execute(query)]


def _head_count(grade: Any, cycle_id: int) -> Subquery:
    """How many people of a cycle have each grade."""
    out = (CaseStage.LEFT, CaseStage.CANCELLED, CaseStage.OUTSIDE)
    query = select(grade.label("grade"), func.count().label("people"))
    return query.where(Review.cycle_id == cycle_id, Review.stage.not_in(out)).group_by(grade).subquery()


def distribution(session: Session, cycle_id: int) -> list[tuple[str, int]]:
    """How many scores lie in each band of ten points; the last takes 100 in."""
    counts = [0] * BIN
    for score, count in session.execute(
        select(Review.score, func.count())
        .where(Review.cycle_id == cycle_id, Review.score.is_not(None))
        .group_by(Review.score)
    ):
        counts[min(BIN - 1, int((score or Decimal(0)) / BIN))] += count
    return [(f"{index * BIN}–{(index + 1) * BIN}", count) for index, count in enumerate(counts)]


def cycle_notices(session: Session, cycle_id: int) -> list[Notice]:
    """A cycle's notices, latest first."""
    return list(session.scalars(select(Notice).where(Notice.cycle_id == cycle_id).order_by(Notice.id.desc())))


def headed_cases(cycle_id: int, head_id: int) -> Select[Any]:
    """The cases that somebody reviews as department head in a cycle, with what their rows show."""
    return (
        select(Review)
        .join(Employee, Employee.id == Review.employee_id)
        .where(Review.cycle_id == cycle_id, Review.head_id == head_id, Review.stage.not_in((CaseStage.CANCELLED, CaseStage.OUTSIDE)))
        .options(
            joinedload(Review.employee), joinedload(Review.department), joinedload(Review.present_grade), joinedload(Review.target_grade),
            joinedload(Review.suggested_grade), joinedload(Review.proposed_grade),
        )
    )  # fmt: skip


def department_cases(session: Session, cycle_id: int, head_id: int) -> list[Review]:
    """All of them, by number."""
    return list(session.scalars(headed_cases(cycle_id, head_id).order_by(Employee.number)))


def headed_departments(session: Session, cycle_id: int, head_id: int) -> list[int]:
    """The departments of these cases."""
    query = headed_cases(cycle_id, head_id).with_only_columns(Review.department_id, maintain_column_froms=True)
    return sorted(session.scalars(query.distinct()))


def headed_cycles(session: Session, head_id: int) -> list[Cycle]:
    """The cycles in which somebody reviews a department, latest first."""
    query = (
        select(Cycle)
        .where(Cycle.id.in_(select(Review.cycle_id).where(Review.head_id == head_id)))
        .order_by(Cycle.id.desc())
    )
    return list(session.scalars(query))


def only_case(session: Session, cycle: Cycle) -> Review | None:
    """The case of proceedings outside the yearly cycle, in the reader's scope."""
    return session.scalars(select(Review).where(Review.cycle_id == cycle.id)).first()


def all_cycles(session: Session) -> list[Cycle]:
    """Every cycle that the reader sees, the latest first."""
    return list(session.scalars(select(Cycle).order_by(Cycle.id.desc())))
