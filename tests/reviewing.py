"""A small centre whose cycle is open: one department, a team of agents with figures and ratings, and everybody's account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from admin.access.actor import Actor, acting_as, system_actor
from admin.models import (
    AnnualRating,
    Cycle,
    Department,
    Determination,
    Employee,
    Grade,
    GradeChange,
    GradeInterval,
    Metric,
    Rating,
    Review,
    db,
)
from admin.operations.cases import department, ratings, self_assessment
from admin.operations.cases.figures_lock import lock
from admin.operations.cases.queue_totals import follow_figures
from admin.operations.cycles import cycles
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.system import calendar
from admin.operations.transaction import operation
from admin.queries.cases.review_facts import review_facts
from admin.queries.policy.scorecards import rated_criteria, self_assessed_criteria
from tests.states import kept

OPENED = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)  # a Tuesday morning in Taipei
HR = Actor("hr", user_id=9001, roles=frozenset({"hr"}))
AGENTS = 7
FIGURES = {"answered": 1200, "resolved": 1000, "csat_sum": 420, "csat_n": 100, "complaints": 1, "days_worked": 21}


def seed_people(now: datetime = OPENED, agents: int = AGENTS) -> SimpleNamespace:
    """The centre's people with grades since 2023, three excellent years and eleven months of figures."""
    made = SimpleNamespace()
    with operation("seed", actor=system_actor(), now=now) as op:
        centre = op.add(Department(code="CS", name="客服中心", in_centre=True))
        team = op.add(Department(code="CS1", name="電話一組", parent_id=centre.id))
        head = op.add(
            Employee(number="H1", name="吳美玲", department_id=centre.id, hired_on=date(2010, 1, 4), is_management=True)
        )
        superior = op.add(
            Employee(
                number="S1",
                name="黃志明",
                department_id=team.id,
                hired_on=date(2012, 1, 2),
                is_management=True,
                superior_id=head.id,
            )
        )
        centre.head_id = team.head_id = head.id
        made.head, made.superior, made.team, made.centre = head.id, superior.id, team.id, centre.id
        middle = op.session.scalars(select(Grade).where(Grade.code == "M1")).one()
        made.agents = [_agent(op, index, team.id, superior.id, middle.id) for index in range(agents)]
    return made


def _agent(op: Any, index: int, team: int, superior: int, grade: int) -> int:
    name = f"員工{index}"
    row = op.add(
        Employee(
            number=f"E{index}",
            name=name,
            department_id=team,
            queue="phone",
            post="客服專員",
            hired_on=date(2018, 1, 2),
            superior_id=superior,
        )
    )
    change = op.add(
        GradeChange(
            employee_id=row.id,
            kind="takeover",
            stage="issued",
            to_grade_id=grade,
            clause="1.2-c",
            effective_on=date(2023, 1, 1),
        )
    )
    op.add(GradeInterval(employee_id=row.id, grade_id=grade, valid_from=date(2023, 1, 1), started_by_id=change.id))
    op.session.add_all(AnnualRating(employee_id=row.id, year=year, rating="excellent") for year in (2023, 2024, 2025))
    op.session.add_all(
        Metric(employee_id=row.id, month=date(2026, month, 1), queue="phone", code=code, value=value)
        for month in range(1, 12) for code, value in FIGURES.items()
    )  # fmt: skip
    follow_figures(op, [date(2026, month, 1) for month in range(1, 12)])
    return row.id


def confirm_calendar(now: datetime = OPENED) -> None:
    """The working calendar of the two years that a cycle counts in, seeded and confirmed."""
    for year in (2026, 2027):
        calendar.seed_year(year, "TW", actor=system_actor("cli"), now=now)
        calendar.confirm_year(year, actor=HR, now=now)


def give_accounts(made: SimpleNamespace, now: datetime = OPENED) -> None:
    """An account for everybody, with the number that `person` says, and two of HR."""
    with operation("give_accounts", actor=system_actor(), now=now) as op:
        for key in (made.head, made.superior, *made.agents):
            op.add(_account(100 + key, f"p{key}"))
            op.get(Employee, key).user_id = 100 + key
        for key in (9001, 9002):
            op.add(_account(key, f"hr{key}"))


def _account(key: int, name: str) -> User:
    return User(
        id=key, first_name=name, last_name="-", username=name, email=f"{name}@example.test", active=True, password="-"
    )


@kept
def open_cycle(now: datetime = OPENED, agents: int = AGENTS, *, accounts: bool = True, **plan: Any) -> SimpleNamespace:
    """People, calendar and an open cycle, all through the operations."""
    made = seed_people(now, agents)
    if accounts:
        give_accounts(made, now)
    confirm_calendar(now)
    made.cycle = cycles.plan_cycle(CyclePlan(2026, **plan), actor=HR, now=now).id
    cycles.open_cycle(made.cycle, actor=HR, now=now)
    with acting_as(system_actor()):
        rows = db.session.scalars(select(Review).where(Review.cycle_id == made.cycle))
        made.review = {row.employee_id: row.id for row in rows}
        db.session.rollback()
    made.cases = [made.review[key] for key in made.agents]
    return made


def person(employee_id: int, *roles: str) -> Actor:
    """The actor of an employee, with these roles besides."""
    return Actor(
        f"person {employee_id}",
        user_id=100 + employee_id,
        employee_id=employee_id,
        roles=frozenset({"employee", *roles}),
    )


def leaves(review_id: int, on: date = date(2026, 12, 1)) -> None:
    """The day on which the employee of a case leaves is recorded."""
    with operation("test", actor=system_actor(), now=OPENED) as op:
        op.get(Employee, op.get(Review, review_id).employee_id).left_on = on


def case(review_id: int) -> Review:
    """A case as it is in the database now, seen by the system."""
    with acting_as(system_actor()):
        db.session.rollback()
        row = db.session.get(Review, review_id)
        assert row is not None
        _ = (
            row.cycle,
            row.employee,
            row.present_grade,
            row.target_grade,
            row.suggested_grade,
            row.proposed_grade,
            row.determined_grade,
        )
        return row


def codes(review_id: int, who: str) -> list[str]:
    """The criteria that the employee ("self"), the superior or the peers judge."""
    with acting_as(system_actor()):
        row = db.session.get(Review, review_id)
        assert row is not None and row.cycle is not None
        card = row.cycle.scorecard
        found = [each.code for each in (self_assessed_criteria(card) if who == "self" else rated_criteria(card, who))]
        db.session.rollback()
        return found


def answers(review_id: int, value: int = 4, **others: Any) -> self_assessment.SelfAssessmentInput:
    """A complete application form."""
    filled = {code: {"value": value, "text": "說明"} for code in codes(review_id, "self")}
    return self_assessment.SelfAssessmentInput(filled, "這一年", **others)


def hand_in(review_id: int, employee_id: int, now: datetime = OPENED, **given: Any) -> None:
    """The employee hands a complete form in."""
    self_assessment.submit_self_assessment(review_id, answers(review_id, **given), actor=person(employee_id), now=now)


def peers_of(review_id: int) -> list[int]:
    """Who is asked to rate as a colleague."""
    with acting_as(system_actor()):
        query = select(Rating.rater_id).where(Rating.review_id == review_id, Rating.kind == "peer").order_by(Rating.id)
        found = list(db.session.scalars(query))
        db.session.rollback()
        return found


def free_of(made: SimpleNamespace, review_id: int) -> int:
    """One of the team who has no part in a case: neither its subject nor drawn to rate it."""
    subject = case(review_id).employee_id
    return next(key for key in made.agents if key != subject and key not in peers_of(review_id))


def rate_all(review_id: int, value: int = 4, now: datetime = OPENED) -> None:
    """Every colleague who is asked rates."""
    given = ratings.RatingInput({code: {"value": value} for code in codes(review_id, "peers")})
    for rater in peers_of(review_id):
        ratings.rate_as_peer(review_id, given, actor=person(rater), now=now)


def evaluate(review_id: int, superior_id: int, value: int = 5, now: datetime = OPENED) -> None:
    """The superior signs an evaluation."""
    given = ratings.RatingInput({code: {"value": value} for code in codes(review_id, "superior")}, "很好")
    ratings.submit_superior_evaluation(review_id, given, actor=person(superior_id, "superior"), now=now)


def lock_figures(cycle_id: int, now: datetime = OPENED) -> None:
    """Lock a cycle's figures as the deadline does, whatever day it is; once only."""
    with operation("lock_for_test", actor=system_actor(), now=now) as op:
        cycle = op.get(Cycle, cycle_id)
        if cycle.metrics_frozen_at is None:
            lock(op, cycle, now)


@kept
def to_department(made: SimpleNamespace, index: int = 0, now: datetime = OPENED, **given: Any) -> int:
    """One case carried to the department's review; returns it."""
    review_id = made.cases[index]
    lock_figures(case(review_id).cycle_id, now)
    hand_in(review_id, made.agents[index], now, **given)
    rate_all(review_id, now=now)
    evaluate(review_id, made.superior, now=now)
    return review_id


def later(days: int) -> datetime:
    """So many days after the opening."""
    return OPENED + timedelta(days=days)


def determined(review_ids: list[int], now: datetime = OPENED, *, checked: bool = True) -> None:
    """The committee's determination of proposed cases and HR's check, as their effect leaves the rows."""
    with operation("determine_for_test", actor=system_actor(), now=now) as op:
        for key in review_ids:
            row = op.find(Review, key)
            assert row.proposed_grade_id is not None
            row.determined_grade_id = row.proposed_grade_id
            op.add(
                Determination(
                    review_id=key,
                    seq=_next_determination(op, key),
                    body="committee",
                    grade_id=row.proposed_grade_id,
                    clause="3.3.4",
                    determined_at=now,
                )
            )
            op.step(row, review_facts(op.session, row, system_actor(), now), "determine", as_system=True)
            if not checked:
                continue
            facts = review_facts(op.session, row, system_actor(), now)
            op.step(row, replace(facts, relations=frozenset({"hr"})), "verify_result")


def _next_determination(op: Any, review_id: int) -> int:
    last = select(func.max(Determination.seq)).where(Determination.review_id == review_id)
    return (op.session.scalar(last) or 0) + 1


@kept
def to_checked(made: SimpleNamespace, *indexes: int, grade: str = "M2") -> list[int]:
    """Cases carried to where they wait for the notice, each proposed for this grade."""
    keys = [to_department(made, index, target_grade="M2", ground="1") for index in indexes]
    for key in keys:
        reason = "" if grade == "M2" else "編制考量"
        department.propose(key, grade, reason, actor=person(made.head, "head"), now=OPENED)
    determined(keys)
    return keys
