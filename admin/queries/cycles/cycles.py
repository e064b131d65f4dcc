"""Who will be in a cycle, with which outcome, and what stands in the way of opening it (1.2, 1.2-b, 3.3-f)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import Session

from admin.domain.calendar import check_years_confirmed
from admin.domain.codes import CycleKind
from admin.domain.drawing import Draw, Entry
from admin.domain.refusals import N_, Refusal
from admin.domain.service import PersonFacts, Place, Standing, place
from admin.domain.workflow.transitions import FINAL_STAGES
from admin.models import Cycle, CycleDepartment, Department, Employee, Grade, Leave, Review, ReviewerAppointment
from admin.models.base import again
from admin.queries.outcome.grade_on import grade_on
from admin.queries.policy.rules import ByDay, Rules, rules_of, rules_on
from admin.queries.system.calendar import working_calendar

NOBODY: Mapping[int, int] = {}
Person = Row[*tuple[Any, ...]]  # the columns of `_people`


@dataclass(frozen=True)
class Prospect:
    """One employee as the cycle would take them in: place, snapshot, and what blocks the opening."""

    employee_id: int
    number: str
    name: str
    department_id: int
    post: str
    queue: str | None
    superior_id: int | None
    head_id: int | None
    grade_id: int | None
    place: Place
    obstacle: Refusal | None = None

    @property
    def block(self) -> Refusal | None:
        """What blocks the opening; where nobody is to be graded there is no need of a line."""
        return self.obstacle if self.place.standing is Standing.GRADED else None


def centre_departments(session: Session) -> dict[int, Department]:
    """Departments marked `in_centre`, and all below them, by id."""
    rows = {row.id: row for row in session.scalars(select(Department))}
    return {key: row for key, row in rows.items() if _in_centre(row, rows)}


def departments_shown(session: Session) -> list[tuple[int, str]]:
    """The centre's departments as a rehearsal may choose them, each with all below it: id and path."""
    centre = centre_departments(session)
    return sorted(((key, _path(row, centre)) for key, row in centre.items()), key=lambda each: each[1])


def _path(row: Department, rows: Mapping[int, Department]) -> str:
    above = rows.get(row.parent_id) if row.parent_id is not None else None
    return row.name if above is None else f"{_path(above, rows)} / {row.name}"


def departments_chosen(session: Session, cycle: Cycle) -> Sequence[Department]:
    """The departments that a rehearsal is of; none where it is of the whole centre."""
    chosen = select(CycleDepartment.department_id).where(CycleDepartment.cycle_id == cycle.id)
    return session.scalars(select(Department).where(Department.id.in_(chosen)).order_by(Department.code)).all()


def departments_of(session: Session, cycle: Cycle) -> dict[int, Department]:
    """The departments whose people a cycle takes in: the centre's, or those below the ones chosen for a rehearsal (1.2-e)."""
    centre = centre_departments(session)
    # Of the chosen ones those in the centre count: a department may have left it since the plan was made.
    chosen = set(session.scalars(select(CycleDepartment.department_id).where(CycleDepartment.cycle_id == cycle.id)))
    return {key: row for key, row in centre.items() if chosen & _upwards(row, centre)} if chosen else centre


def _upwards(row: Department, rows: Mapping[int, Department]) -> set[int]:
    """A department and all above it, as far as they are among the rows."""
    found: set[int] = set()
    node: Department | None = row
    # Nothing in the database forbids a circle of departments; it must end here, not hang.
    while node is not None and node.id not in found:
        found.add(node.id)
        node = rows.get(node.parent_id) if node.parent_id is not None else None
    return found


def _in_centre(row: Department, rows: Mapping[int, Department]) -> bool:
    seen: set[int] = set()
    while row.id not in seen:
        if row.in_centre:
            return True
        seen.add(row.id)
        if row.parent_id is None:
            return False
        row = rows[row.parent_id]
    return False


def prospects(
    session: Session,
    cycle: Cycle,
    parameters: Mapping[str, Any],
    opens_on: date,
    *,
    without_leave: int | None = None,
    only: Collection[int] | None = None,
) -> list[Prospect]:
    """Everyone in service of the centre as the cycle would take them in, by number.

    `without_leave`: as if it had not been; `only`: of these employees, for which nobody else is read but who leads.
    """
    departments = departments_of(session, cycle)
    appointments = select(ReviewerAppointment.employee_id, ReviewerAppointment.reviewer_id)
    appointments = appointments.where(ReviewerAppointment.cycle_id == cycle.id)
    appointed = dict(session.execute(_of(appointments, ReviewerAppointment.employee_id, only)).all())
    rules = rules_at(session, cycle, opens_on)
    # Everybody's at once: a list of ten thousand numbers would be cut into twenty statements.
    held = grade_on(session, only, opens_on)
    leave = _leave_days(session, cycle.year, without_leave, only)
    # Only the yearly cycle: a rehearsal fixes nothing, and moves from the same grade without harm (1.2-f).
    other = _in_another_case(session, cycle, only) if cycle.kind == CycleKind.REGULAR else set()
    every = {row.id: row for row in session.scalars(select(Department))}
    people = _people(session, opens_on, only)
    line = {person.id: person.superior_id for person in people}
    if only is not None:
        heads = {row.head_id for row in every.values()} | set(appointed.values())
        line |= line_of(session, {*heads, *line.values()} - {None}, opens_on)
    found = []
    for person in people:
        grade = held[person.id].grade if person.id in held else None
        facts = PersonFacts(
            in_centre=person.department_id in departments, management=person.is_management, hired_on=person.hired_on,
            left_on=person.left_on, grade=grade.code if grade else None, leave_days=leave.get(person.id, 0),
            other_case=person.id in other,
        )  # fmt: skip
        standing = place(facts, opens_on, cycle.year, parameters)
        # None is whoever stands outside the centre: they are no case, not even one that is unchanged.
        if standing is not None:
            named = appointed.get(person.id)
            # An appointed reviewer who has left since falls back to the department, as if nobody had been named.
            head = named if named in line else _head(person, every, line)
            # The line first: who evaluates is mended on a page of HR's, a grade off the ladder takes management's decision.
            obstacle = _block(person, head, line) or _off_the_ladder(grade, rules)
            found.append(_prospect(person, head, grade.id if grade else None, standing, obstacle))
    return found


def rules_at(session: Session, cycle: Cycle, opens_on: date) -> Rules:
    """The rules that a cycle stands under, or would if it were opened on a day."""
    return rules_of(session, cycle) if cycle.opened_at else rules_on(session, opens_on, ByDay.NOT_OPEN)


def in_service_on(person: Any, day: date) -> tuple[ColumnElement[bool], ...]:
    """Whether somebody serves on a day, as conditions: by the dates and not by the status, for who leaves tomorrow is here (1.2-g)."""
    return person.hired_on <= day, or_(person.left_on.is_(None), person.left_on > day)


def _of(query: Any, column: Any, only: Collection[int] | None) -> Any:
    return query if only is None else query.where(column.in_(only))


def line_of(session: Session, people: Collection[int | None], day: date) -> dict[int, int | None]:
    """Who leads each of these and of those above them, as far as they serve."""
    table, above = Employee.__table__, again(Employee, "above", "id", "superior_id", "hired_on", "left_on")
    first = select(table.c.id, table.c.superior_id).where(table.c.id.in_(people), *in_service_on(table.c, day))
    line = first.cte("line", recursive=True)
    higher = select(above.c.id, above.c.superior_id).join(line, line.c.superior_id == above.c.id)
    line = line.union(higher.where(*in_service_on(above.c, day)))
    return dict(session.execute(select(line.c.id, line.c.superior_id)).all())


def _people(session: Session, day: date, only: Collection[int] | None) -> Sequence[Person]:
    e = Employee
    query = (
        select(
            e.id,
            e.number,
            e.name,
            e.department_id,
            e.post,
            e.queue,
            e.superior_id,
            e.is_management,
            e.hired_on,
            e.left_on,
        )
        .where(*in_service_on(e, day))
        .order_by(e.number)
    )
    return session.execute(_of(query, e.id, only)).all()


def with_another_case(cycle: Cycle) -> Select[Any]:
    """Whose case outside this cycle is open: one of its own, or one of an earlier year that was sent back (6.3-a)."""
    query = select(Review.employee_id).join(Cycle, Cycle.id == Review.cycle_id)
    return query.where(Cycle.kind != CycleKind.REHEARSAL, Cycle.id != cycle.id, Review.stage.not_in(FINAL_STAGES))


def _in_another_case(session: Session, cycle: Cycle, only: Collection[int] | None) -> set[int]:
    query = _of(with_another_case(cycle), Review.employee_id, only)
    return set(session.scalars(query.execution_options(unscoped=True)))


def _leave_days(
    session: Session, year: int, without: int | None = None, only: Collection[int] | None = None
) -> dict[int, int]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    days: dict[int, int] = defaultdict(int)
    query = select(Leave).where(Leave.starts_on <= last, or_(Leave.ends_on.is_(None), Leave.ends_on >= first))
    for leave in session.scalars(_of(query, Leave.employee_id, only)):
        if leave.id != without:
            days[leave.employee_id] += days_away(leave, year)
    return days


def days_away(leave: Leave, year: int) -> int:
    """How many days of a year a leave takes; one without an end all that are left of it."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    # Until the return is recorded a leave counts to the end of the year: nobody knows of an earlier day.
    return (min(leave.ends_on or last, last) - max(leave.starts_on, first) + timedelta(days=1)).days


def line_above(session: Session, employee_id: int | None) -> list[int]:
    """Everybody above somebody in the reporting line, the direct superior first."""
    found: list[int] = []
    key = employee_id
    while key is not None:
        key = session.scalar(select(Employee.superior_id).where(Employee.id == key))
        # A circle in the reporting line must not hang whoever asks.
        if key is None or key in found:
            break
        found.append(key)
    return found


def is_above(person: int, other: int, line: Mapping[int, int | None]) -> bool:
    """Whether somebody stands above another in the reporting line."""
    seen: set[int] = set()
    key = line.get(other)
    while key is not None and key not in seen:
        if key == person:
            return True
        seen.add(key)
        key = line.get(key)
    return False


def _head(person: Person, departments: Mapping[int, Department], in_service: Collection[int]) -> int | None:
    """The head of the person's department; for the head in person or one who has left, the one above."""
    node: Department | None = departments[person.department_id]
    while node is not None:
        if node.head_id is not None and node.head_id != person.id and node.head_id in in_service:
            return node.head_id
        node = departments.get(node.parent_id) if node.parent_id is not None else None
    return None


def _prospect(
    person: Person, head: int | None, grade: int | None, standing: Place, obstacle: Refusal | None
) -> Prospect:
    return Prospect(
        person.id,
        person.number,
        person.name,
        person.department_id,
        person.post,
        person.queue,
        person.superior_id,
        head,
        grade,
        standing,
        obstacle,
    )


def _off_the_ladder(grade: Grade | None, rules: Rules) -> Refusal | None:
    """A grade that the version has abolished cannot be measured by its ladder: its holder is moved first (2.1, 4.3)."""
    if grade is None or grade.code in rules.ladder:
        return None
    reason = N_("The grade on file (%(grade)s) is no longer on the ladder; an adjustment comes first.")
    return Refusal("4.3", reason, {"grade": grade.code})


def _block(person: Person, head: int | None, line: Mapping[int, int | None]) -> Refusal | None:
    # In the order in which HR mends them: without a superior the other lines cannot be looked at.
    if person.superior_id is None:
        return Refusal(
            "3.3-a", N_("No superior is recorded; assign one on the employee's page."), {"page": "employees"}
        )
    if person.superior_id not in line:
        return Refusal(
            "3.3-a",
            N_("The superior is no longer in service; assign another on the employee's page."),
            {"page": "employees"},
        )
    if head is None:
        return Refusal(
            "3.3.3", N_("The department has no head; name one on the department's page."), {"page": "departments"}
        )
    if head == person.superior_id:
        return Refusal(
            "3.3-f", N_("The department head is also the superior; appoint another reviewer."), {"page": "reviewers"}
        )
    if is_above(person.id, head, line):
        return Refusal(
            "3.3-f", N_("The reviewer is the employee's subordinate; appoint another reviewer."), {"page": "reviewers"}
        )
    return None


def calendar_blocks(session: Session, years: Sequence[int]) -> list[Refusal]:
    """Calendar years that HR has not confirmed and that the cycle would count in (3.3.5-c)."""
    return check_years_confirmed(working_calendar(session), years)


def peers_for(
    prospects_: Sequence[Prospect],
    departments: Mapping[int, Department],
    count: int,
    least: int,
    *,
    secret: bytes,
    asked: Mapping[int, int] = NOBODY,
) -> dict[int, list[int]]:
    """Colleagues drawn for each case: of the same queue, not superior or subordinate; else of sibling teams (3.2-b).

    By chance, about equally often each (`asked`: how often already), from a secret: with it the draw can be made again,
    without it nobody can tell who rates whom.
    """
    graded = {p.employee_id: p for p in prospects_ if p.place.standing is Standing.GRADED}
    draw = Draw(secret, asked)
    near = _pools(draw, graded.values(), _team)
    wide = _pools(draw, graded.values(), lambda p: departments[p.department_id].parent_id)
    chosen = {}
    # In an order by chance too: the last ones have the least choice, and a number must not say who they are.
    for key in draw.chance.shuffled(graded):
        subject = graded[key]
        chosen[key] = draw.take(near[_team(subject)], count, _may_rate(subject, graded, ()))
        if len(chosen[key]) < least:
            home = wide[departments[subject.department_id].parent_id]
            chosen[key] += draw.take(home, count - len(chosen[key]), _may_rate(subject, graded, chosen[key]))
        chosen[key].sort()  # the order in which they were drawn is nobody's to see
    return chosen


def _pools(
    draw: Draw, people: Iterable[Prospect], place: Callable[[Prospect], Hashable]
) -> dict[Hashable, list[Entry]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for each in people:
        found[place(each)].append(each.employee_id)
    return {key: draw.pool(found[key]) for key in sorted(found, key=repr)}


def _team(p: Prospect) -> tuple[Any, ...]:
    # Whoever works no queue is known by those of the same department.
    return (p.queue,) if p.queue else ("department", p.department_id)


def _may_rate(subject: Prospect, graded: Mapping[int, Prospect], taken: Collection[int]) -> Callable[[int], bool]:
    out = {subject.employee_id, subject.superior_id, subject.head_id, *taken}
    return lambda other: other not in out and graded[other].superior_id != subject.employee_id
