"""What somebody needs training for, which courses answer it, and the dates with the places that are left (5.2.1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.domain.codes import Dimension, EnrolmentStage, SessionStage
from admin.domain.eligibility import promotion
from admin.domain.training import LIVE, SEATED, Need, Offer, Scored, TrainingStanding, answers, needs_of
from admin.models import Course, CourseSession, Enrolment
from admin.queries.cases.eligibility import eligibility_facts
from admin.queries.cases.told import last_scores
from admin.queries.outcome.grade_on import standing_of, standings_of
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import ByDay, Rules, rules_on
from admin.rulebook.loader import shipped

WEAK_BELOW = "training_need_percent"
MOST_DATES = 3  # of a course that answers a need: the next ones


@dataclass(frozen=True)
class DateShown:
    """A course date with how many have a place and how many wait."""

    date: CourseSession
    taken: int
    waiting: int

    @property
    def left(self) -> int:
        """The places that are left."""
        return max(0, self.date.places - self.taken)


@dataclass(frozen=True)
class CourseAnswer:
    """A course that answers a need, its next dates, and where the person stands with it, if they do."""

    course: Course
    dates: tuple[DateShown, ...]
    mine: Enrolment | None


@dataclass(frozen=True)
class NeedShown:
    """A need with the courses that answer it."""

    need: Need
    answers: tuple[CourseAnswer, ...]


def criterion_codes(rules: Rules) -> dict[str, str]:
    """The criteria that can be trained for, by code, each with its dimension: those of the scorecard in force."""
    criteria = rules.card.criteria if rules.card else ()
    return {each.code: each.dimension for each in criteria if each.dimension != Dimension.SENIORITY}


def criterion_names(session: Session, today: date) -> Mapping[str, Any]:
    """The criteria in force by their codes, for their names."""
    rules = rules_on(session, today, ByDay.NO_CASE)
    return {each.code: each for each in (rules.card.criteria if rules.card else ())}


def trainable_criteria(session: Session, today: date) -> Mapping[str, Any]:
    """The criteria in force that can be trained for, by their codes."""
    rules = rules_on(session, today, ByDay.NO_CASE)
    known = criterion_codes(rules)
    return {each.code: each for each in (rules.card.criteria if rules.card else ()) if each.code in known}


def ladder_places(session: Session, today: date) -> dict[int, int]:
    """The rung of each grade on the ladder in force, by the grade's number."""
    grades = grades_by_code(session)
    codes = rules_on(session, today, ByDay.NO_CASE).ladder.codes
    return {grades[code].id: rung for rung, code in enumerate(codes) if code in grades}


def rung_of(session: Session, employee_id: int, today: date, places: Mapping[int, int]) -> int | None:
    """The rung on which somebody stands; None without a grade on the ladder."""
    held = standing_of(session, employee_id, today, unscoped=True).held
    return places.get(held.grade.id) if held else None


def offer_of(course: Course, places: Mapping[int, int]) -> Offer:
    """A course as the rule sees it."""
    return Offer(
        course.id, course.criterion or "", course.dimension or "", course.brings,
        places.get(course.lowest_grade_id or 0), places.get(course.highest_grade_id or 0),
    )  # fmt: skip


def weak_below(rules: Rules) -> Decimal:
    """Below which share of its points a criterion is weak; of a version from before this rule the shipped value."""
    value = rules.parameters.get(WEAK_BELOW)
    return Decimal(shipped().value(WEAK_BELOW, rules.day) if value is None else value)


def needs_for(session: Session, people: Sequence[int], today: date) -> dict[int, tuple[Need, ...]]:
    """The needs of each of these people, in a fixed number of statements; of results only those that the reader sees."""
    rules = rules_on(session, today, ByDay.NO_CASE)
    last = last_scores(session, people)
    held = standings_of(session, people, today)
    files = eligibility_facts(session, people, year=today.year, as_of=date(today.year, 12, 31))
    limit, found = weak_below(rules), {}
    for key in people:
        stands = held[key].held
        above = rules.ladder.next_above(stands.grade.code) if stands else None
        review, criteria = last.get(key, (None, []))
        standing = TrainingStanding(
            scored=tuple(_scored(criteria)),
            score=review.score if review else None,
            next_grade=above,
            threshold=rules.thresholds.get(above) if above else None,
            certified=promotion(files[key], rules.parameters, rules.ladder).ground(3).met,
        )
        found[key] = needs_of(standing, limit)
    return found


def _scored(criteria: Sequence[Mapping[str, Any]]) -> list[Scored]:
    return [
        Scored(row["code"], row["dimension"], Decimal(row["points"]), Decimal(row["effective_weight"]))
        for row in criteria
        if row["points"] is not None
    ]


def answered(session: Session, employee_id: int, needs: Sequence[Need], today: date) -> list[NeedShown]:
    """Needs of one person with the courses that answer them, the next dates and the places left."""
    courses, places, mine = (
        offered_courses(session),
        ladder_places(session, today),
        enrolments_by_course(session, employee_id),
    )
    offers = [offer_of(each, places) for each in courses.values()]
    rung = rung_of(session, employee_id, today, places)
    keys = [answers(offers, need, rung) for need in needs]
    dates = dates_of(session, {key for some in keys for key in some}, today)
    return [
        NeedShown(
            need,
            tuple(CourseAnswer(courses[key], tuple(dates.get(key, ())[:MOST_DATES]), mine.get(key)) for key in some),
        )
        for need, some in zip(needs, keys, strict=True)
    ]


def offered_courses(session: Session) -> dict[int, Course]:
    """The courses that are offered, by their numbers."""
    query = select(Course).where(Course.offered).order_by(Course.code)
    return {each.id: each for each in session.scalars(query)}


def enrolments_by_course(session: Session, employee_id: int) -> dict[int, Enrolment]:
    """By course the last enrolment of somebody that was not withdrawn."""
    query = (
        select(Enrolment)
        .join(CourseSession, CourseSession.id == Enrolment.session_id)
        .where(Enrolment.employee_id == employee_id, Enrolment.stage != EnrolmentStage.WITHDRAWN)
        .options(joinedload(Enrolment.course_session))
        .order_by(CourseSession.begins_on, Enrolment.id)
    )
    return {each.course_session.course_id: each for each in session.scalars(query)}


def to_come(today: date) -> tuple[ColumnElement[bool], ...]:
    """The dates for which somebody can still be enrolled."""
    last = func.coalesce(CourseSession.enrol_until, CourseSession.begins_on)
    return CourseSession.stage == SessionStage.OPEN, last >= today


def dates_of(session: Session, courses: Collection[int], today: date) -> dict[int, list[DateShown]]:
    """The dates to come of these courses, the next one first."""
    if not courses:
        return {}
    query = select(CourseSession).where(*to_come(today), CourseSession.course_id.in_(courses))
    found: dict[int, list[DateShown]] = {}
    for each in with_places(session, session.scalars(query.order_by(CourseSession.begins_on, CourseSession.id)).all()):
        found.setdefault(each.date.course_id, []).append(each)
    return found


def with_places(session: Session, dates: Sequence[CourseSession]) -> list[DateShown]:
    """Dates with how many have a place and how many wait: counted over everybody, whoever asks."""
    taken = func.count(case((Enrolment.stage.in_((*SEATED, EnrolmentStage.COMPLETED, EnrolmentStage.MISSED)), 1)))
    waiting = func.count(case((Enrolment.stage == EnrolmentStage.WAITING, 1)))
    query = select(Enrolment.session_id, taken, waiting).where(Enrolment.session_id.in_([each.id for each in dates]))
    rows = session.execute(query.group_by(Enrolment.session_id).execution_options(unscoped=True))
    counts = {key: (have, wait) for key, have, wait in rows}
    return [DateShown(each, *counts.get(each.id, (0, 0))) for each in dates]


def enrolled_now(people: Sequence[int]) -> Any:
    """The courses that these people are on or wait for."""
    query = select(Enrolment).where(Enrolment.employee_id.in_(people), Enrolment.stage.in_(LIVE))
    load = joinedload(Enrolment.course_session).joinedload(CourseSession.course)
    return query.options(load).order_by(Enrolment.id)


def matching(text: str) -> ColumnElement[bool]:
    """The courses whose code or title holds a text."""
    return or_(Course.code.icontains(text, autoescape=True), Course.title.icontains(text, autoescape=True))
