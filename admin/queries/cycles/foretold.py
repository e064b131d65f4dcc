"""People whom a cycle would take in, told apart by what their place in it rests on: a preview looks at one of each kind.

What it rests on stands in `prospects`, which is asked about that one; here stands only what can make a difference to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CTE, case, literal, select
from sqlalchemy.orm import Session

from admin.domain.codes import CycleKind
from admin.domain.service import months_between
from admin.models import Cycle, Department, Employee, ReviewerAppointment
from admin.models.base import again
from admin.queries.cycles.cycles import departments_of, in_service_on, rules_at, with_another_case
from admin.queries.outcome.grade_on import grade_id_on
from admin.queries.people.away import away_for_most_of
from admin.queries.policy.policy import grades_by_code
from admin.queries.system.kinds import Kinds, kinds_of

NO_SUPERIOR, GONE, ANYBODY = -1, -2, 0


def people_alike(session: Session, cycle: Cycle, parameters: Mapping[str, Any], opens_on: date) -> Kinds:
    """Everyone in service of the centre by what their place rests on; along: the employee number."""
    serving = (Employee.department_id.in_(list(departments_of(session, cycle))), *in_service_on(Employee, opens_on))
    named = select(ReviewerAppointment.reviewer_id).where(ReviewerAppointment.cycle_id == cycle.id)
    reviewing = select(Department.head_id).where(Department.head_id.is_not(None)).union(named)
    leading = select(_upwards(reviewing).c.id)
    here = select(Employee.id).where(*in_service_on(Employee, opens_on)).correlate(None)
    ladder = rules_at(session, cycle, opens_on).ladder
    graded = [grade.id for code, grade in grades_by_code(session).items() if code in ladder]
    grade = grade_id_on(Employee.id, opens_on)
    appointed = select(ReviewerAppointment.reviewer_id).where(
        ReviewerAppointment.cycle_id == cycle.id, ReviewerAppointment.employee_id == Employee.id
    )
    by = [
        Employee.department_id, Employee.is_management, Employee.hired_on >= _short_from(opens_on, parameters),
        Employee.id.in_(away_for_most_of(cycle.year)),
        # A grade on the ladder is as good as another.
        case((grade.is_(None), 0), (grade.in_(graded), 1), else_=-grade),
        Employee.id.in_(with_another_case(cycle)) if cycle.kind == CycleKind.REGULAR else literal(False),
        case(
            (Employee.superior_id.is_(None), NO_SUPERIOR), (Employee.superior_id.not_in(here), GONE),
            (Employee.superior_id.in_(reviewing), Employee.superior_id), else_=ANYBODY,
        ),
        appointed.scalar_subquery(),
        # Whoever reviews, or stands above somebody who does, is a kind of their own.
        case((Employee.id.in_(leading), Employee.id), else_=ANYBODY),
    ]  # fmt: skip
    return kinds_of(select(Employee.id).where(*serving), by, Employee.number)


def _upwards(people: Any) -> CTE:
    """These people and everybody above them."""
    table, above = (again(Employee, name, "id", "superior_id") for name in ("person", "above"))
    line = select(table.c.id, table.c.superior_id).where(table.c.id.in_(people)).cte("line", recursive=True)
    return line.union(select(above.c.id, above.c.superior_id).join(line, line.c.superior_id == above.c.id))


def _short_from(opens_on: date, parameters: Mapping[str, Any]) -> date:
    """Whoever was hired on this day or later has served too short a time (1.2-b)."""
    months, day = parameters["short_service_months"], opens_on + timedelta(days=1)
    while months_between(day - timedelta(days=1), opens_on) < months:
        day -= timedelta(days=1)
    return day
