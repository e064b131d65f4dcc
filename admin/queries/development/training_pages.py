"""The pages of training: one's own, that of a date, and the plan of a department (5.2.1, 6.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from admin.access.actor import Actor
from admin.domain.codes import EnrolmentStage, SessionStage
from admin.domain.refusals import NotFound
from admin.domain.training import SEATED, Need, answers
from admin.models import Course, CourseSession, Employee, Enrolment
from admin.queries.cycles.cycles import in_service_on
from admin.queries.development.training import (
    DateShown,
    NeedShown,
    answered,
    criterion_names,
    enrolled_now,
    ladder_places,
    matching,
    needs_for,
    offer_of,
    offered_courses,
    to_come,
    with_places,
)
from admin.queries.outcome.grade_on import standings_of
from admin.queries.people.people import departments_listed
from admin.queries.system.chunks import chunks
from admin.queries.system.paging import Paged, paged

MINE = "mine"  # the team of whoever asks


@dataclass(frozen=True)
class TrainingPage:
    """What the reader needs and why, the courses they are on, and the dates to come."""

    needs: Sequence[NeedShown]
    mine: Sequence[Enrolment]
    dates: Paged[DateShown]
    looked_for: str
    criteria: Mapping[str, Any]


@dataclass(frozen=True)
class DatePage:
    """A date with its places, and of those on it whom the reader may see."""

    shown: DateShown
    people: Paged[Enrolment]
    mine: Enrolment | None
    begun: bool
    leads: bool
    marks: bool
    me: int | None


@dataclass(frozen=True)
class PlanRow:
    """Somebody of the plan: the grade held, each need with the courses that answer it, and the courses they are on."""

    person: Employee
    grade: Any
    needs: Sequence[tuple[Need, Sequence[Course]]]
    on: Sequence[Enrolment]


@dataclass(frozen=True)
class PlanPage:
    """The training plan of those whom the reader leads, heads or keeps the files of."""

    rows: Paged[PlanRow]
    departments: Sequence[Mapping[str, Any]]
    chosen: int | None
    looked_for: str
    criteria: Mapping[str, Any]
    team: str
    leads: bool


def training_page(session: Session, reader: Actor, today: date, wanted: int, looked_for: str) -> TrainingPage:
    """The page of whoever asks; an account without an employee sees the dates alone."""
    me = reader.employee_id
    query = select(CourseSession).join(Course).where(*to_come(today)).options(joinedload(CourseSession.course))
    if looked_for:
        query = query.where(matching(looked_for))
    part = paged(session, query.order_by(CourseSession.begins_on, CourseSession.id), wanted)
    needs = answered(session, me, needs_for(session, [me], today)[me], today) if me is not None else []
    mine = session.scalars(_own(me)).all() if me is not None else ()
    return TrainingPage(
        needs, mine, Paged(with_places(session, part.rows), part.part), looked_for, criterion_names(session, today)
    )


def _own(me: int) -> Any:
    query = select(Enrolment).where(Enrolment.employee_id == me, Enrolment.stage != EnrolmentStage.WITHDRAWN)
    load = joinedload(Enrolment.course_session).joinedload(CourseSession.course)
    return query.options(load).order_by(Enrolment.id.desc()).limit(20)


def date_page(session: Session, key: int, reader: Actor, today: date, wanted: int) -> DatePage:
    """The page of a date. Raises `NotFound`."""
    query = select(CourseSession).where(CourseSession.id == key).options(joinedload(CourseSession.course))
    row = session.scalars(query).first()
    if row is None:
        raise NotFound(f"course date {key}")
    there = select(Enrolment).where(Enrolment.session_id == row.id, Enrolment.stage != EnrolmentStage.WITHDRAWN)
    mine = there.where(Enrolment.employee_id == (reader.employee_id or 0))
    people = there.options(joinedload(Enrolment.employee)).order_by(
        Enrolment.stage == EnrolmentStage.WAITING, Enrolment.id
    )
    begun = row.begins_on <= today
    return DatePage(
        with_places(session, [row])[0],
        paged(session, people, wanted),
        session.scalars(mine).first(),
        begun,
        leads=reader.has("hr", "superior", "head"),
        marks=begun and reader.has("hr") and row.stage == SessionStage.OPEN,
        me=reader.employee_id,
    )


def seated(session: Session, key: int) -> Sequence[Employee]:
    """Those who have a place on a date, by number."""
    query = select(Employee).join(Enrolment, Enrolment.employee_id == Employee.id)
    query = query.where(Enrolment.session_id == key, Enrolment.stage.in_(SEATED))
    return session.scalars(query.order_by(Employee.number)).all()


@dataclass(frozen=True)
class PlanAsked:
    """Of whom a plan is asked for: a department, a part of a name or number, the team of a superior by their number."""

    department: int | None = None
    looked_for: str = ""
    team: str = ""


def plan_page(session: Session, reader: Actor, today: date, asked: PlanAsked, wanted: int) -> PlanPage:
    """The plan of those whom the reader sees as theirs, or of a department or a team of them."""
    part = paged(session, _people(reader, today, asked), wanted)
    rows = plan_rows(session, part.rows, today)
    names = criterion_names(session, today)
    places, leads = departments_listed(session), reader.has("superior")
    return PlanPage(Paged(rows, part.part), places, asked.department, asked.looked_for, names, asked.team, leads)


def _people(reader: Actor, today: date, asked: PlanAsked) -> Select[tuple[Employee]]:
    query = select(Employee).where(*in_service_on(Employee, today)).options(joinedload(Employee.department))
    if asked.department is not None:
        query = query.where(Employee.department_id == asked.department)
    if asked.team == MINE:
        query = query.where(Employee.superior_id == (reader.employee_id or 0))
    elif asked.team:
        leading = aliased(Employee)
        query = query.join(leading, leading.id == Employee.superior_id).where(leading.number == asked.team)
    if asked.looked_for:
        named = (each.icontains(asked.looked_for, autoescape=True) for each in (Employee.number, Employee.name))
        query = query.where(or_(*named))
    return query.order_by(Employee.number)


def whole_plan(session: Session, reader: Actor, today: date, asked: PlanAsked) -> Iterator[PlanRow]:
    """The plan without parts, for a file of it; a few statements for some hundred people."""
    keys = session.scalars(_people(reader, today, asked).with_only_columns(Employee.id)).all()
    for some in chunks(list(keys)):
        query = select(Employee).where(Employee.id.in_(some)).options(joinedload(Employee.department))
        yield from plan_rows(session, session.scalars(query.order_by(Employee.number)).all(), today)


def plan_rows(session: Session, people: Sequence[Employee], today: date) -> list[PlanRow]:
    """These people with their needs, the courses that answer them, and those they are on."""
    keys = [each.id for each in people]
    needs, held = needs_for(session, keys, today), standings_of(session, keys, today)
    courses, places = offered_courses(session), ladder_places(session, today)
    offers = [offer_of(each, places) for each in courses.values()]
    on: dict[int, list[Enrolment]] = {}
    for each in session.scalars(enrolled_now(keys)):
        on.setdefault(each.employee_id, []).append(each)
    found = []
    for person in people:
        grade = stands.grade if (stands := held[person.id].held) else None
        rung = places.get(grade.id) if grade else None
        told = [(need, [courses[key] for key in answers(offers, need, rung)]) for need in needs[person.id]]
        found.append(PlanRow(person, grade, told, on.get(person.id, ())))
    return found
