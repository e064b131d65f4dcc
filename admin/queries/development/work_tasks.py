"""Who may handle which work by grade: the table of a day, people against it, and a list that is checked (6.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.centre import RosterLine, WorkRule, why_not_handled
from admin.domain.refusals import N_, Refusal
from admin.models import Employee, Grade, WorkTask
from admin.queries.cycles.cycles import centre_departments, in_service_on
from admin.queries.development.training import ladder_places
from admin.queries.outcome.grade_on import standings_of
from admin.queries.policy.rules import ByDay, grades_of, rules_on
from admin.queries.system.chunks import chunks
from admin.queries.system.paging import Paged, paged

BETWEEN = str.maketrans(dict.fromkeys("、\uff0c,\uff1b;", " "))
MOST_NUMBERS = 50  # of people that are asked about by their numbers on the page; more come from a file
UNKNOWN_NUMBER = N_("No employee of yours has this number.")
UNKNOWN_WORK = N_("No work with this code or name is in force on this day.")


@dataclass(frozen=True)
class TaskRow:
    """A kind of work with the grades that may handle it, in the order of the ladder."""

    task: WorkTask
    by_grade: Sequence[bool]


@dataclass(frozen=True)
class PersonRow:
    """Somebody with what they may handle, and what not, with the reason."""

    person: Employee
    grade: Grade | None
    may: Sequence[WorkTask]
    may_not: Sequence[tuple[WorkTask, Refusal]]


@dataclass(frozen=True)
class WorkPage:
    """The table of a day, and the reader's people against it."""

    day: date
    ladder: Sequence[Grade]
    tasks: Sequence[TaskRow]
    people: Paged[PersonRow]
    looked_for: str
    chosen: str
    checks: bool
    edits: bool


@dataclass(frozen=True)
class CheckedLine:
    """A line of a roster with who and what it means, and why not, where it may not be."""

    line: RosterLine
    person: Employee | None
    task: WorkTask | None
    grade: Grade | None
    why: str = ""
    clause: str = ""


def tasks_on(session: Session, day: date) -> list[WorkTask]:
    """The work that is in force on a day, by code."""
    query = select(WorkTask).where(
        WorkTask.valid_from <= day, or_(WorkTask.valid_to.is_(None), WorkTask.valid_to >= day)
    )
    load = joinedload(WorkTask.lowest_grade), joinedload(WorkTask.highest_grade)
    return list(session.scalars(query.options(*load).order_by(WorkTask.code)))


def _rule(task: WorkTask, places: Mapping[int, int]) -> WorkRule:
    return WorkRule(places.get(task.lowest_grade_id or 0), places.get(task.highest_grade_id or 0))


def table_on(session: Session, day: date) -> tuple[list[Grade], list[TaskRow]]:
    """The ladder of a day, and each work of that day against it."""
    ladder = grades_of(session, rules_on(session, day, ByDay.NO_CASE))
    places = {grade.id: rung for rung, grade in enumerate(ladder)}
    rows = [
        TaskRow(each, [why_not_handled(_rule(each, places), rung) is None for rung in range(len(ladder))])
        for each in tasks_on(session, day)
    ]
    return ladder, rows


def work_page(session: Session, reader: Actor, day: date, looked_for: str, chosen: str, wanted: int) -> WorkPage:
    """The page of a day: people by their numbers or a part of their name, against all work or the one that is chosen."""
    ladder, rows = table_on(session, day)
    part = paged(session, _people(session, day, looked_for), wanted)
    asked = [row.task for row in rows if not chosen or row.task.code == chosen]
    people = Paged(_against(session, part.rows, asked, day), part.part)
    checks, edits = reader.has("hr", "superior", "head"), reader.has("hr")
    return WorkPage(day, ladder, rows, people, looked_for, chosen, checks, edits)


def _people(session: Session, day: date, looked_for: str) -> Select[Employee]:
    # The work is the centre's, and management posts are outside the ladder (1.2, 1.2-b).
    covered = (Employee.department_id.in_(centre_departments(session)), Employee.is_management.is_(False))
    query = select(Employee).where(*in_service_on(Employee, day), *covered).options(joinedload(Employee.department))
    words = looked_for.translate(BETWEEN).split()[:MOST_NUMBERS]
    if len(words) > 1 and all(any(sign.isdigit() for sign in word) for word in words):
        query = query.where(Employee.number.in_(words))
    elif looked_for:
        named = (each.icontains(looked_for, autoescape=True) for each in (Employee.number, Employee.name))
        query = query.where(or_(*named))
    return query.order_by(Employee.number)


def _against(session: Session, people: Sequence[Employee], tasks: Sequence[WorkTask], day: date) -> list[PersonRow]:
    held, places = standings_of(session, [each.id for each in people], day), ladder_places(session, day)
    rules = [(each, _rule(each, places)) for each in tasks]
    found = []
    for person in people:
        grade = stands.grade if (stands := held[person.id].held) else None
        rung = places.get(grade.id) if grade else None
        said = [(task, why_not_handled(rule, rung)) for task, rule in rules]
        not_ = [(task, refusal) for task, refusal in said if refusal is not None]
        found.append(PersonRow(person, grade, [task for task, refusal in said if refusal is None], not_))
    return found


def checked_roster(session: Session, lines: Sequence[RosterLine], today: date) -> list[CheckedLine]:
    """Each line of a roster against the grade that its person holds on its day, in the reader's scope.

    A number that the reader does not see is unknown; a work is named by its code or its title.
    """
    people = _by_number(session, {line.number for line in lines})
    found: dict[int, CheckedLine] = {}
    for day in sorted({line.day or today for line in lines}):
        named: dict[str, WorkTask] = {}
        for task in tasks_on(session, day):
            named |= {task.title.casefold(): task, task.code.casefold(): task}
        some = [line for line in lines if (line.day or today) == day]
        keys = sorted({people[line.number].id for line in some if line.number in people})
        held, places = standings_of(session, keys, day), ladder_places(session, day)
        for line in some:
            person, work = people.get(line.number), named.get(line.task.casefold())
            stands = held[person.id].held if person is not None else None
            found[line.row] = _checked(line, person, work, stands.grade if stands else None, places)
    return [found[line.row] for line in lines]


def _checked(
    line: RosterLine, person: Employee | None, work: WorkTask | None, grade: Grade | None, places: Mapping[int, int]
) -> CheckedLine:
    if person is None or work is None:
        return CheckedLine(line, person, work, grade, UNKNOWN_NUMBER if person is None else UNKNOWN_WORK)
    refusal = why_not_handled(_rule(work, places), places.get(grade.id) if grade else None)
    return CheckedLine(line, person, work, grade, refusal.reason if refusal else "", refusal.clause if refusal else "")


def _by_number(session: Session, numbers: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Employee] = {}
    for some in chunks(sorted(numbers)):
        found |= {each.number: each for each in session.scalars(select(Employee).where(Employee.number.in_(some)))}
    return found
