"""Planning, opening and steering a cycle (3.1, 1.2, 3.3-a, 3.3-f)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Invalid, Refused
from admin.models import Cycle, Department, Employee, HistoryStep, Leave, Notification, Rating, Review, db
from admin.operations.cycles import cycles, deadlines, reminding
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.cycles.reviewers import appoint_reviewer
from admin.operations.system import calendar
from admin.operations.transaction import operation
from admin.queries.cycles.cycles import prospects
from admin.queries.cycles.foretold import people_alike
from admin.queries.cycles.opening import Foretold, foretold
from admin.queries.policy.rules import ByDay, rules_on
from config import current
from tests import reviewing
from tests.by_two import as_confirmed
from tests.offers import clause_against
from tests.reviewing import HR, OPENED, later, person


@pytest.fixture
def people(session: Any) -> SimpleNamespace:
    made = reviewing.seed_people()
    reviewing.give_accounts(made)
    reviewing.confirm_calendar()
    return made


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    return reviewing.open_cycle()


def change(table: Any, key: int, **columns: Any) -> None:
    with operation("change", actor=system_actor(), now=OPENED) as op:
        row = op.get(table, key)
        for name, value in columns.items():
            setattr(row, name, value)


def stages(cycle_id: int) -> dict[str, int]:
    with acting_as(system_actor()):
        db.session.rollback()
        rows = db.session.execute(
            select(Review.stage, func.count()).where(Review.cycle_id == cycle_id).group_by(Review.stage)
        )
        return {row[0]: row[1] for row in rows}


def plan(now: datetime = OPENED, **given: Any) -> Cycle:
    return cycles.plan_cycle(CyclePlan(given.pop("year", 2026), **given), actor=HR, now=now)


def test_deadlines_are_counted_in_working_days(people: SimpleNamespace) -> None:
    made = plan()
    zone = current().portal_tz
    days = [at.astimezone(zone).date() for at in (made.self_assessment_due, made.rating_due)]
    assert days == [date(2026, 12, 16), date(2026, 12, 31)]  # the midnights after the last days


def test_another_month_needs_a_reason(people: SimpleNamespace) -> None:
    march = datetime(2026, 3, 2, 2, tzinfo=UTC)
    with pytest.raises(Refused) as refused:
        plan(march)
    assert (refused.value.refusal.clause, refused.value.refusal.facts) == ("3.1", {"month": 12})
    assert plan(march, month_reason="併購").month_reason == "併購"


def test_there_is_one_regular_cycle_a_year_beside_any_rehearsal(people: SimpleNamespace) -> None:
    plan()
    with pytest.raises(Refused):
        plan()
    assert plan(kind="rehearsal").kind == "rehearsal"


def test_a_year_that_is_not_confirmed_blocks_the_plan_and_names_the_page(session: Any) -> None:
    reviewing.seed_people()
    with pytest.raises(Refused) as refused:
        plan()
    assert (refused.value.refusal.clause, refused.value.refusal.facts["page"]) == ("3.3.5-c", "calendar")


@pytest.mark.parametrize("year", [2024, 2025, 2027, 2028])
def test_another_year_than_the_one_that_may_be_opened_is_refused(people: SimpleNamespace, year: int) -> None:
    with pytest.raises(Refused) as refused:
        plan(year=year)
    assert refused.value.refusal.clause == "1.2-e"


def test_deadlines_follow_one_another(people: SimpleNamespace) -> None:
    with pytest.raises(Invalid):
        plan(deadlines={"self_assessment_due": later(20), "rating_due": later(10), "department_due": later(30)})


def test_a_deadline_that_has_passed_is_called_so_and_not_out_of_order(people: SimpleNamespace) -> None:
    with pytest.raises(Invalid, match="to come") as wrong:
        plan(deadlines={"self_assessment_due": later(-20), "rating_due": later(-10), "department_due": later(30)})
    assert set(wrong.value.fields) == {"self_assessment_due", "rating_due"}


def test_everybody_in_service_of_the_centre_gets_a_case_with_an_outcome(people: SimpleNamespace) -> None:
    with operation("more", actor=system_actor(), now=OPENED) as op:
        place = {"department_id": people.team, "superior_id": people.superior}
        op.add(Employee(number="N1", name="新人", hired_on=date(2026, 10, 5), **place))
        op.add(
            Employee(
                number="L1", name="離職", hired_on=date(2019, 1, 1), left_on=date(2026, 6, 30), status="left", **place
            )
        )
        away = op.add(Employee(number="A1", name="留停", hired_on=date(2019, 1, 1), **place))
        op.add(Leave(employee_id=away.id, starts_on=date(2026, 2, 1), ends_on=date(2026, 11, 30)))
        other = op.add(Department(code="IT", name="資訊部"))
        op.add(
            Employee(
                number="X1", name="別部門", hired_on=date(2019, 1, 1), department_id=other.id, superior_id=people.head
            )
        )
    made = plan()
    cycles.open_cycle(made.id, actor=HR, now=OPENED)
    assert stages(made.id) == {"self_assessment": reviewing.AGENTS, "outside": 2, "unchanged": 2}
    with acting_as(system_actor()):
        reasons = {
            row.employee.number: row.outcome_reason
            for row in db.session.scalars(select(Review).where(Review.stage == "unchanged"))
        }
    assert reasons == {"N1": "short_service", "A1": "long_leave"}


def test_a_head_who_is_also_the_superior_blocks_until_a_reviewer_is_appointed(people: SimpleNamespace) -> None:
    change(Employee, people.agents[0], superior_id=people.head)
    made = plan()
    with pytest.raises(Refused) as refused:
        cycles.open_cycle(made.id, actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.3-f"
    with pytest.raises(Refused):
        appoint_reviewer(made.id, [people.agents[0]], people.head, "x", actor=HR, now=OPENED)
    with pytest.raises(Invalid):
        appoint_reviewer(made.id, [people.agents[0]], people.superior, "", actor=HR, now=OPENED)
    as_confirmed(appoint_reviewer, made.id, [people.agents[0]], people.superior, "負責人兼主管", actor=HR, now=OPENED)
    cycles.open_cycle(made.id, actor=HR, now=OPENED)
    with acting_as(system_actor()):
        assert (
            db.session.scalars(select(Review.head_id).where(Review.employee_id == people.agents[0])).one()
            == people.superior
        )


def test_a_missing_superior_blocks(people: SimpleNamespace) -> None:
    change(Employee, people.agents[0], superior_id=None)
    made = plan()
    assert clause_against("cycle", made.id, "open", HR, OPENED) == "3.3-a"
    with pytest.raises(Refused) as refused:
        cycles.open_cycle(made.id, actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.3-a"
    assert stages(made.id) == {}


def _counted(kinds: list[Foretold]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for each in kinds:
        counts[repr((each.one.place, each.one.block))] += each.alike.count
    return counts


def blocked(people: SimpleNamespace, cycle: Cycle) -> dict[int, str]:
    """Whom the preview blocks, and by which clause."""
    with acting_as(system_actor()):
        db.session.rollback()
        row = db.session.get(Cycle, cycle.id)
        assert row is not None
        parameters = rules_on(db.session(), OPENED.date(), ByDay.NOT_OPEN).parameters
        found = prospects(db.session(), row, parameters, OPENED.date())
        # One of each kind is foretold what everybody is.
        which = people_alike(db.session(), row, parameters, OPENED.date())
        kinds = foretold(db.session(), row, parameters, OPENED.date(), which)
        told = Counter(repr((each.place, each.block)) for each in found)
        assert told == _counted(kinds)
    return {each.employee_id: each.block.clause for each in found if each.block}


def test_one_of_each_kind_is_foretold_what_everybody_is(people: SimpleNamespace) -> None:
    agents, here = people.agents, OPENED.date()
    first, threshold = date(here.year, 1, 1), date(here.year, here.month - 3, here.day)
    for agent, hired in zip(agents, (threshold, threshold + timedelta(days=1), date(here.year, 5, 1)), strict=False):
        change(Employee, agent, hired_on=hired)
    change(Employee, agents[3], is_management=True)
    change(Employee, agents[4], left_on=here)
    half = 183  # days: with one more leave has taken most of a year of 365
    with operation("away", actor=system_actor(), now=OPENED) as op:
        op.add(Leave(employee_id=agents[2], starts_on=date(here.year - 1, 12, 1), ends_on=date(here.year, 8, 30)))
        op.add(Leave(employee_id=agents[5], starts_on=first, ends_on=first + timedelta(days=half - 2)))
        op.add(Leave(employee_id=agents[5], starts_on=date(here.year, 12, 31), ends_on=None))
        op.add(Leave(employee_id=people.superior, starts_on=first, ends_on=first + timedelta(days=half - 2)))
    assert blocked(people, plan()) == {}


def test_a_superior_who_has_left_is_a_missing_one(people: SimpleNamespace) -> None:
    made = plan()
    change(Employee, people.superior, left_on=date(2026, 11, 30), status="left")
    assert blocked(people, made) == dict.fromkeys(people.agents, "3.3-a")


def test_a_head_who_has_left_makes_way_for_the_one_above(people: SimpleNamespace) -> None:
    with operation("gone", actor=system_actor(), now=OPENED) as op:
        gone = {"hired_on": date(2010, 1, 4), "left_on": date(2026, 6, 30), "status": "left", "is_management": True}
        old = op.add(Employee(number="OLD", name="前主管", department_id=people.team, **gone))
        op.get(Department, people.team).head_id = old.id
    made = plan()
    assert blocked(people, made) == {}
    cycles.open_cycle(made.id, actor=HR, now=OPENED)
    with acting_as(system_actor()):
        heads = set(db.session.scalars(select(Review.head_id).where(Review.employee_id.in_(people.agents))))
    assert heads == {people.head}


def test_a_reviewer_who_stands_anywhere_below_the_employee_blocks_and_is_not_appointed(people: SimpleNamespace) -> None:
    boss, between, below = people.agents[:3]
    change(Employee, between, superior_id=boss)
    change(Employee, below, superior_id=between)
    change(Department, people.team, head_id=below)
    made = plan()
    assert blocked(people, made)[boss] == "3.3-f"
    with pytest.raises(Refused) as refused:
        appoint_reviewer(made.id, [boss], below, "x", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.3-f"


@pytest.mark.parametrize(("day", "clause"), [(17, "3.3-a"), (2, "3.3.5-c")])
def test_a_late_opening_and_a_year_unconfirmed_meanwhile_are_refused(
    people: SimpleNamespace, day: int, clause: str
) -> None:
    made, late = plan(), datetime(2026, 12, day, 2, tzinfo=UTC)
    assert clause_against("cycle", made.id, "open", HR, OPENED) is None
    if clause == "3.3.5-c":
        calendar.set_day(date(2027, 1, 2), True, "補班", actor=HR, now=OPENED)
    assert clause_against("cycle", made.id, "open", HR, late) == clause
    with pytest.raises(Refused) as refused:
        cycles.open_cycle(made.id, actor=HR, now=late)
    assert refused.value.refusal.clause == clause and stages(made.id) == {}


def test_an_opening_in_another_month_than_planned_needs_the_recorded_reason(people: SimpleNamespace) -> None:
    late = datetime(2026, 12, 31, 2, tzinfo=UTC)
    january = datetime(2027, 1, 5, 2, tzinfo=UTC)
    made = plan(late)
    assert clause_against("cycle", made.id, "open", HR, january) == "3.1"
    with pytest.raises(Refused) as refused:
        cycles.open_cycle(made.id, actor=HR, now=january)
    assert refused.value.refusal.clause == "3.1"
    cycles.cancel_cycle(made.id, "延後", actor=HR, now=january)
    moved = plan(january, month_reason="系統移轉")
    assert cycles.open_cycle(moved.id, actor=HR, now=january).stage == "open"


def test_a_cycle_is_opened_once_and_by_hr(people: SimpleNamespace) -> None:
    made = plan()
    with pytest.raises(Refused):
        cycles.open_cycle(made.id, actor=person(people.head, "head"), now=OPENED)
    cycles.open_cycle(made.id, actor=HR, now=OPENED)
    with pytest.raises(Refused):
        cycles.open_cycle(made.id, actor=HR, now=OPENED)


def test_every_case_begins_its_history_and_its_questions(made: SimpleNamespace) -> None:
    with acting_as(system_actor()):
        steps = list(
            db.session.scalars(select(HistoryStep).where(HistoryStep.process == "review", HistoryStep.action == "open"))
        )
        kinds = [row[0] for row in db.session.execute(select(Rating.kind))]
    assert len(steps) == reviewing.AGENTS + 2
    assert kinds.count("superior") == reviewing.AGENTS and kinds.count("peer") == 5 * reviewing.AGENTS


def test_a_stage_is_closed_at_its_deadline_and_not_before(made: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        deadlines.close_stage(made.cycle, "self_assessment", "到期", actor=HR, now=later(3))
    assert refused.value.refusal.clause == "3.3-a"
    reviewing.hand_in(made.cases[0], made.agents[0])
    assert deadlines.close_stage(made.cycle, "self_assessment", "到期", actor=HR, now=later(15)) == reviewing.AGENTS - 1
    assert stages(made.cycle) == {"rating": reviewing.AGENTS, "outside": 2}


def test_closing_the_rating_completes_only_what_the_superior_has_signed(made: SimpleNamespace) -> None:
    for index in (0, 1):
        reviewing.hand_in(made.cases[index], made.agents[index])
    reviewing.evaluate(made.cases[0], made.superior)
    assert deadlines.close_stage(made.cycle, "rating", "到期", actor=HR, now=later(40)) == 2
    assert (reviewing.case(made.cases[0]).stage, reviewing.case(made.cases[1]).stage) == ("department_review", "rating")


def test_the_departments_review_is_never_closed_for_others(made: SimpleNamespace) -> None:
    with pytest.raises(Invalid):
        deadlines.close_stage(made.cycle, "department_review", "到期", actor=HR, now=later(60))


def reminded() -> list[int]:
    with acting_as(system_actor()):
        db.session.rollback()
        return sorted(db.session.scalars(select(Notification.user_id).where(Notification.action == "remind")))


def test_one_digest_a_person_and_day_reminds_whoever_is_missing(made: SimpleNamespace) -> None:
    assert reminding.remind(made.cycle, "self_assessment", actor=HR, now=later(1)) == reviewing.AGENTS
    assert reminding.remind(made.cycle, "self_assessment", actor=HR, now=later(1) + timedelta(hours=3)) == 0
    assert reminding.remind(made.cycle, "self_assessment", actor=HR, now=later(2)) == reviewing.AGENTS
    assert len(reminded()) == 2 * reviewing.AGENTS


def test_one_person_is_reminded_of_several_cases_by_one_message(made: SimpleNamespace) -> None:
    for index in (0, 1):
        reviewing.hand_in(made.cases[index], made.agents[index])
        reviewing.rate_all(made.cases[index])
    assert reminding.remind(made.cycle, "rating", actor=HR, now=OPENED) == 1
    assert reminded() == [100 + made.superior]


def test_only_the_chosen_person_is_reminded(made: SimpleNamespace) -> None:
    assert reminding.remind(made.cycle, "self_assessment", person_id=made.agents[0], actor=HR, now=OPENED) == 1
    with pytest.raises(Invalid):
        reminding.remind(made.cycle, "committee", actor=HR, now=OPENED)


def test_a_cycle_is_cancelled_only_before_the_first_submission(made: SimpleNamespace) -> None:
    reviewing.hand_in(made.cases[0], made.agents[0])
    with pytest.raises(Refused) as refused:
        cycles.cancel_cycle(made.cycle, "改期", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "1.2-d"


def test_a_cancelled_cycle_keeps_its_cases_and_makes_room_for_another(made: SimpleNamespace) -> None:
    cycles.cancel_cycle(made.cycle, "改期", actor=HR, now=OPENED)
    assert stages(made.cycle) == {"cancelled": reviewing.AGENTS + 2}
    assert plan().id != made.cycle


def test_a_cycle_with_open_cases_does_not_close(made: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        cycles.close_cycle(made.cycle, actor=HR, now=OPENED)
    assert refused.value.refusal.facts["count"] == reviewing.AGENTS


def test_an_actor_of_no_office_steers_nothing(made: SimpleNamespace) -> None:
    someone = Actor("x", user_id=5, employee_id=made.agents[0], roles=frozenset({"employee"}))
    for act in (
        lambda: reminding.remind(made.cycle, "rating", actor=someone, now=OPENED),
        lambda: cycles.close_cycle(made.cycle, actor=someone, now=OPENED),
    ):
        with pytest.raises(Refused):
            act()
