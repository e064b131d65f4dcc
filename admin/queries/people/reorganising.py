"""What a reorganisation would do: everyone concerned, their open cases and pay, and what stands against it (4.3, 1.2-g)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import EmployeeStatus
from admin.domain.pay import PayTotals
from admin.domain.refusals import N_
from admin.domain.reorganising import MappingLine
from admin.models import Department, Employee, Grade, Review
from admin.queries.outcome.adjustments_ahead import AdjustmentRow, AheadRow, ProposalAhead, adjustments_ahead
from admin.queries.outcome.file_fit import running_cases
from admin.queries.outcome.grade_on import Held, last_entries


@dataclass(frozen=True)
class LineFault:
    """What is wrong with a line of the mapping, counted from one."""

    place: int
    message: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class PlannedMove:
    """One person whom the mapping concerns: what of them changes, the open case that keeps its own line, the new grade."""

    place: int
    person: Employee
    changes: Mapping[str, Any]
    department: Department | None
    superior: Employee | None
    held: Grade | None
    grade: AheadRow | None
    case: Review | None


@dataclass(frozen=True)
class ReorganisationPlan:
    """Everyone concerned, the changes of grade that would be proposed, and every fault."""

    moves: Sequence[PlannedMove]
    grades: ProposalAhead
    grade_rows: Sequence[AdjustmentRow]
    faults: Sequence[LineFault]

    @property
    def pay(self) -> PayTotals | None:
        """What the proposed changes of grade would change of pay; None for whom amounts are not."""
        return self.grades.pay

    @property
    def cases(self) -> list[Review]:
        """The open cases of those concerned."""
        return [each.case for each in self.moves if each.case is not None]

    @property
    def sound(self) -> bool:
        """Whether all of it can be proposed."""
        return not self.faults and not self.grades.faults and bool(self.moves)


@dataclass(frozen=True)
class _Target:
    """A line of the mapping by the rows that it names."""

    line: MappingLine
    department: Department | None
    superior: Employee | None


def reorganisation_plan(
    session: Session, actor: Actor, lines: Sequence[MappingLine], reason: str, day: date, today: date
) -> ReorganisationPlan:
    """What this mapping would do from a day on; of several lines that concern somebody the first holds."""
    known = _departments(session)
    faults = list(_unknown(session, lines, known))
    targets = _targets(session, lines, known)
    named = {known[line.department.casefold()].id for line in lines if line.department.casefold() in known}
    people = _people(session, named)
    held = last_entries(session, [person.id for person in people])
    chosen = [(person, place) for person in people if (place := _line_of(person, lines, held)) is not None]
    used = {place for _person, place in chosen}
    faults += [
        LineFault(place, N_("No one in service is in this department, post and grade."), {})
        for place in range(1, len(lines) + 1)
        if place not in used and place not in {fault.place for fault in faults}
    ]
    rows = [
        AdjustmentRow(person.number, lines[place - 1].to_grade)
        for person, place in chosen
        if _moves_up(person, lines[place - 1], held)
    ]
    grades = adjustments_ahead(session, actor, rows, reason, day, today) if rows else ProposalAhead([], [])
    by_number = {each.person.number: each for each in grades.rows}
    running = running_cases(session, [person.id for person, _place in chosen])
    moves = [
        _planned(
            person, place, targets[place - 1], held.get(person.id), by_number.get(person.number), running.get(person.id)
        )
        for person, place in chosen
    ]
    return ReorganisationPlan([each for each in moves if each.changes or each.grade], grades, rows, faults)


def _departments(session: Session) -> dict[str, Department]:
    rows = session.scalars(select(Department).order_by(Department.id)).all()
    # The code is certain; a name that two departments have is the first one's, whose code tells them apart.
    by_name = {row.name.casefold(): row for row in reversed(rows)}
    return by_name | {row.code.casefold(): row for row in rows}


def _unknown(session: Session, lines: Sequence[MappingLine], known: Mapping[str, Department]) -> Iterator[LineFault]:
    numbers = {line.superior for line in lines if line.superior}
    here = select(Employee.number).where(Employee.number.in_(numbers), Employee.status != EmployeeStatus.LEFT)
    there = set(session.scalars(here)) if numbers else set()
    for place, line in enumerate(lines, 1):
        for name in filter(None, (line.department, line.to_department)):
            if name.casefold() not in known:
                yield LineFault(place, N_("There is no department %(name)s."), {"name": name})
        if line.superior and line.superior not in there:
            yield LineFault(place, N_("No one in service has the number %(number)s."), {"number": line.superior})


def _targets(session: Session, lines: Sequence[MappingLine], known: Mapping[str, Department]) -> list[_Target]:
    numbers = {line.superior for line in lines if line.superior}
    leaders = {row.number: row for row in session.scalars(select(Employee).where(Employee.number.in_(numbers)))}
    return [_Target(line, known.get(line.to_department.casefold()), leaders.get(line.superior)) for line in lines]


def _people(session: Session, departments: set[int]) -> Sequence[Employee]:
    query = select(Employee).where(Employee.department_id.in_(departments), Employee.status != EmployeeStatus.LEFT)
    loaded = (joinedload(Employee.department), joinedload(Employee.superior))
    return session.scalars(query.order_by(Employee.number).options(*loaded)).all()


def _line_of(person: Employee, lines: Sequence[MappingLine], held: Mapping[int, Held]) -> int | None:
    grade = held[person.id].grade.code if person.id in held else None
    names = (person.department.name, person.department.code)
    found = (place for place, line in enumerate(lines, 1) if line.concerns(names, person.post, grade))
    return next(found, None)


def _moves_up(person: Employee, line: MappingLine, held: Mapping[int, Held]) -> bool:
    return bool(line.to_grade) and person.id in held and held[person.id].grade.code != line.to_grade


def _planned(
    person: Employee, place: int, target: _Target, held: Held | None, grade: AheadRow | None, case: Review | None
) -> PlannedMove:
    # Whoever is to lead the others stays under their own superior.
    leads = target.superior if target.superior is not None and target.superior.id != person.id else None
    wanted = {
        "department_id": target.department.id if target.department else None,
        "superior_id": leads.id if leads else None,
        "post": target.line.to_post or None,
    }
    changes = {name: value for name, value in wanted.items() if value is not None and value != getattr(person, name)}
    return PlannedMove(place, person, changes, target.department, leads, held.grade if held else None, grade, case)
